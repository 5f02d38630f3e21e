//! A certificate authority of the sandbox's own, for clients that have Authenteq's names compiled in
//! and speak TLS to them.

use std::{
    fs,
    io::{self, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{Span, Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, RootCertStore, ServerConfig,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
        crypto::{CryptoProvider, aws_lc_rs},
        pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
    },
};

use crate::vendor;

/// The file that clients have to trust.
pub(crate) const CERTIFICATE_FILE: &str = "ca.pem";
/// The key that signs. Its owner can pretend to be Authenteq to those clients.
const KEY_FILE: &str = "ca.key.pem";
/// Long, because trusting the authority again is a chore.
const AUTHORITY_YEARS: i64 = 10;
/// Issued anew at each start. Some systems take no certificate that is good for longer.
const CERTIFICATE_DAYS: i64 = 397;
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Why TLS cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file holds no key.
    #[error("{}: there is no key in it; without this file the sandbox makes a new authority", _0.display())]
    Key(PathBuf),
    /// The kept certificate is over, or not that of the kept key.
    #[error(
        "{}: it has expired, or is not the certificate of the key beside it; without this file the sandbox makes it anew",
        _0.display()
    )]
    Certificate(PathBuf),
    /// The cryptography refuses.
    #[error("TLS: {0}")]
    Crypto(Box<dyn std::error::Error + Send + Sync>),
}

impl TlsError {
    fn file(path: &Path, source: io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            source,
        }
    }
}

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self::Crypto(error.into())
    }
}

impl From<rustls::Error> for TlsError {
    fn from(error: rustls::Error) -> Self {
        Self::Crypto(error.into())
    }
}

/// Ends TLS for Authenteq's names and this machine's, with a certificate of the authority in this
/// folder. The first start makes the authority.
pub(crate) fn acceptor(folder: &Path) -> Result<TlsAcceptor, TlsError> {
    fs::create_dir_all(folder).map_err(|source| TlsError::file(folder, source))?;
    let now = Timestamp::now();
    let key = authority_key(&folder.join(KEY_FILE))?;
    let params = authority(now)?;
    let path = folder.join(CERTIFICATE_FILE);
    if !path.exists() {
        keep(&path, &params.self_signed(&key)?.pem())?;
        // Clients often run as another user.
        set_mode(&path, 0o644).map_err(|source| TlsError::file(&path, source))?;
    }
    let root =
        CertificateDer::from_pem_file(&path).map_err(|_| TlsError::Certificate(path.clone()))?;
    // Its name and its key are all that a signature needs of it.
    let names = || vendor::NAMES.into_iter().chain(LOCAL_NAMES);
    let (certificate, key) = issue(&Issuer::new(params, key), names(), now)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    check(certificate.der(), names(), root.clone(), &provider)
        .map_err(|_| TlsError::Certificate(path))?;
    // Chromium takes a certificate for the hash of a key in this chain, and keeps nothing of it.
    let chain = vec![certificate.der().clone(), root];
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key.into())?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The key of this file, which its owner alone may read.
fn authority_key(path: &Path) -> Result<KeyPair, TlsError> {
    let failed = |source| TlsError::file(path, source);
    if !path.exists() {
        keep(path, &KeyPair::generate()?.serialize_pem())?;
    }
    // It may have been copied here from somewhere else; a mounted secret cannot be changed.
    if is_open_to_others(path).map_err(failed)? {
        set_mode(path, 0o600).map_err(failed)?;
    }
    let pem = fs::read_to_string(path).map_err(failed)?;
    KeyPair::from_pem(&pem).map_err(|_| TlsError::Key(path.to_owned()))
}

/// Makes a file, which only its owner may read, whole from its first moment on. Of sandboxes that start
/// at once, one makes it.
fn keep(path: &Path, content: &str) -> Result<(), TlsError> {
    let failed = |source| TlsError::file(path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(content.as_bytes()).map_err(failed)?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => {
            Err(failed(error.error))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

/// Elsewhere, a file has the permissions of its folder.
#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// It can vouch for Authenteq's names and this machine only: a client that trusts it
/// is in no danger elsewhere, should its key become known.
fn authority(now: Timestamp) -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params
        .distinguished_name
        .push(DnType::CommonName, "webkyc-sandbox, for tests only");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Of servers, and not of persons or programs.
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let network = |address: IpAddr, bits| {
        GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
    };
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName(vendor::DOMAIN.to_owned()),
            GeneralSubtree::DnsName("localhost".to_owned()),
            network(Ipv4Addr::LOCALHOST.into(), 32),
            network(Ipv6Addr::LOCALHOST.into(), 128),
        ],
        excluded_subtrees: Vec::new(),
    });
    be_valid(&mut params, now, AUTHORITY_YEARS.years());
    Ok(params)
}

fn issue(
    issuer: &Issuer<'_, KeyPair>,
    names: impl Iterator<Item = &'static str>,
    now: Timestamp,
) -> Result<(Certificate, KeyPair), TlsError> {
    let mut params = CertificateParams::new(names.map(str::to_owned).collect::<Vec<_>>())?;
    params
        .distinguished_name
        .push(DnType::CommonName, "webkyc-sandbox");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    be_valid(&mut params, now, CERTIFICATE_DAYS.days());
    let key = KeyPair::generate()?;
    Ok((params.signed_by(&key, issuer)?, key))
}

/// Checks the certificate as a client would.
fn check(
    certificate: &CertificateDer<'_>,
    names: impl Iterator<Item = &'static str>,
    root: CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(root)?;
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()?;
    for name in names {
        let name = ServerName::try_from(name)?;
        verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now())?;
    }
    Ok(())
}

/// From yesterday on, since clocks differ.
fn be_valid(params: &mut CertificateParams, now: Timestamp, until: Span) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let start_of = |date: Date| {
        date_time_ymd(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        )
    };
    params.not_before = start_of(today.saturating_sub(1.day()));
    params.not_after = start_of(today.saturating_add(until));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sbx_08_the_authority_can_vouch_for_no_other_site() {
        let now = Timestamp::now();
        let key = KeyPair::generate().unwrap();
        let params = authority(now).unwrap();
        let root = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        let provider = Arc::new(aws_lc_rs::default_provider());
        for (name, is_vouched_for) in [
            ("identity.authenteq.com", true),
            ("127.0.0.1", true),
            ("evil.example", false),
            ("authenteq.com.evil.example", false),
            ("notauthenteq.com", false),
            ("192.168.1.2", false),
            ("2001:db8::1", false),
        ] {
            let (certificate, _) = issue(&issuer, [name].into_iter(), now).unwrap();
            let root = root.der().clone();
            let checked = check(certificate.der(), [name].into_iter(), root, &provider);
            assert_eq!(checked.is_ok(), is_vouched_for, "{name}: {checked:?}");
        }
    }

    #[test]
    fn sandboxes_that_start_at_once_share_an_authority() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|threads| {
            let starts: Vec<_> = (0..16)
                .map(|_| threads.spawn(|| acceptor(folder.path()).map(drop)))
                .collect();
            for start in starts {
                start.join().unwrap().unwrap();
            }
        });
        let kept = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(kept, 2, "nothing is left of those that came second");
    }

    #[test]
    fn an_authority_that_is_not_its_keys_is_reported_and_a_missing_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let certificate = folder.path().join(CERTIFICATE_FILE);
        assert!(acceptor(folder.path()).is_ok());
        fs::remove_file(folder.path().join(KEY_FILE)).unwrap();
        let message = acceptor(folder.path()).err().unwrap().to_string();
        assert!(
            message.contains("ca.pem: it has expired, or is not"),
            "{message}"
        );
        fs::remove_file(&certificate).unwrap();
        assert!(acceptor(folder.path()).is_ok());
        fs::write(folder.path().join(KEY_FILE), "hush").unwrap();
        let message = acceptor(folder.path()).err().unwrap().to_string();
        assert!(
            message.contains("no key in it") && !message.contains("hush"),
            "{message}"
        );
        assert!(acceptor(&certificate).is_err());
    }
}
