//! Where the database is: a file of SQLite, or a database of PostgreSQL.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use url::{Host, Url};

/// The forms of a URL.
const FORMS: &str = "must be sqlite:// and the absolute path of a file, without ?, # and %, or \
    postgres://USER@HOST/DATABASE: sqlite:///var/lib/webkyc/webkyc.db";

/// Where sign-ups are kept. Its text names no password.
#[derive(Clone, Debug)]
pub enum Location {
    /// The file of SQLite.
    Sqlite(PathBuf),
    /// The database of PostgreSQL.
    Postgres(PostgresUrl),
}

/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`, checked.
#[derive(Clone)]
pub struct PostgresUrl {
    url: Url,
    /// Without user and password.
    shown: String,
    tls: Tls,
}

/// The values of `sslmode`, as in libpq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tls {
    /// None: in the clear.
    Disable,
    /// If the server offers it; only for this machine.
    Prefer,
    /// Without a check of the server's certificate.
    Require,
    /// With a certificate of a known authority.
    VerifyCa,
    /// With a certificate of a known authority for this host.
    VerifyFull,
}

impl Location {
    /// Reads `sqlite:///PATH` or `postgres://…`.
    ///
    /// # Errors
    /// The rule that the URL breaks. The URL is not quoted: it may hold a password.
    pub fn parse(url: &str) -> Result<Self, String> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return PostgresUrl::parse(url).map(Self::Postgres);
        }
        let path = url.strip_prefix("sqlite://").map(Path::new);
        let path = path.filter(|path| path.is_absolute() && path.file_name().is_some());
        // A URL's query and escapes have no meaning here, and a folder is no file.
        let path = path.filter(|_| !url.contains(['?', '#', '%']) && !url.ends_with('/'));
        let path = path.filter(|_| !url.contains(char::is_control));
        let path = path.ok_or(FORMS)?;
        Ok(Self::Sqlite(path.to_owned()))
    }

    /// Whether the URL holds a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        matches!(self, Self::Postgres(url) if url.url.password().is_some())
    }

    /// A risk that is worth a warning.
    #[must_use]
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            Self::Postgres(url) if !url.is_local() => match url.tls {
                Tls::Disable => Some("sends what is stored in the clear: sslmode=disable"),
                Tls::Require | Tls::VerifyCa => {
                    Some("does not check that the server is the right one: use sslmode=verify-full")
                }
                Tls::Prefer | Tls::VerifyFull => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{path:?}"),
            Self::Postgres(url) => f.write_str(&url.shown),
        }
    }
}

impl PostgresUrl {
    fn parse(url: &str) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|error| format!("is no URL: {error}"))?;
        let database = url.path().trim_start_matches('/');
        if database.is_empty() || database.contains('/') {
            return Err("must name a database: postgres://USER@HOST/DATABASE".to_owned());
        }
        if url.fragment().is_some() {
            return Err("must not have a fragment: write # in a password as %23".to_owned());
        }
        let mut tls = None;
        for (name, value) in url.query_pairs() {
            match &*name {
                "sslmode" => tls = Some(Tls::parse(&value)?),
                "host" | "sslrootcert" | "sslcert" | "sslkey" if value.starts_with('/') => {}
                "host" | "sslrootcert" | "sslcert" | "sslkey" => {
                    return Err(format!("must give {name} as an absolute path"));
                }
                _ => {
                    let problem = "has a parameter that is not one of \
                        sslmode, sslrootcert, sslcert, sslkey and host";
                    return Err(problem.to_owned());
                }
            }
        }
        // Else libpq's environment would say where, and nothing here would have checked it.
        let names_host = url.host_str().is_some_and(|host| !host.is_empty());
        if !names_host && !url.query_pairs().any(|(name, _)| name == "host") {
            let problem = "must name a host, or a socket's folder: \
                postgres:///DATABASE?host=/run/postgresql";
            return Err(problem.to_owned());
        }
        let mut shown = url.clone();
        // Neither fails: the URL has a host or is of an unknown scheme.
        let _ = shown.set_username("");
        let _ = shown.set_password(None);
        shown.set_query(None);
        let mut parsed = Self {
            url,
            shown: shown.to_string(),
            tls: Tls::VerifyFull,
        };
        parsed.tls = match tls {
            Some(tls) => tls,
            None if parsed.is_local() => Tls::Prefer,
            None => Tls::VerifyFull,
        };
        Ok(parsed)
    }

    /// Whether it is a socket or a loopback address: what is sent stays on this machine.
    fn is_local(&self) -> bool {
        let is_socket = self.url.query_pairs().any(|(name, _)| name == "host");
        is_socket
            || match self.url.host() {
                None => true,
                // The host of a scheme that browsers do not know is a name, also if it is an address.
                Some(Host::Domain(name)) => {
                    let address = name.parse::<std::net::IpAddr>();
                    name == "localhost"
                        || name.is_empty()
                        || address.is_ok_and(|it| it.is_loopback())
                }
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
            }
    }

    /// For sqlx. A password may also come from the environment or the file of libpq (`PGPASSWORD`,
    /// `PGPASSFILE`).
    #[cfg(feature = "store")]
    pub(super) fn options(&self) -> super::Result<sqlx::postgres::PgConnectOptions> {
        use sqlx::{
            ConnectOptions as _,
            postgres::{PgConnectOptions, PgSslMode},
        };
        let options = PgConnectOptions::from_url(&self.url);
        let options = options.map_err(|_| super::Error("its URL cannot be used".to_owned()))?;
        Ok(options.ssl_mode(match self.tls {
            Tls::Disable => PgSslMode::Disable,
            Tls::Prefer => PgSslMode::Prefer,
            Tls::Require => PgSslMode::Require,
            Tls::VerifyCa => PgSslMode::VerifyCa,
            Tls::VerifyFull => PgSslMode::VerifyFull,
        }))
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Tls {
    fn parse(mode: &str) -> Result<Self, String> {
        Ok(match mode {
            "disable" => Self::Disable,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            _ => {
                let problem = "must have an sslmode of disable, require, verify-ca or verify-full";
                return Err(problem.to_owned());
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(url: &str) -> PostgresUrl {
        match Location::parse(url) {
            Ok(Location::Postgres(url)) => url,
            other => panic!("{url}: {other:?}"),
        }
    }

    #[test]
    fn another_machine_is_reached_by_checked_tls_unless_the_url_says_otherwise() {
        for (url, tls) in [
            ("postgres://kyc:p@db.example/kyc", Tls::VerifyFull),
            ("postgres://kyc:p@192.0.2.7:5433/kyc", Tls::VerifyFull),
            ("postgresql://kyc@[2001:db8::7]/kyc", Tls::VerifyFull),
            ("postgres://db.example/kyc?sslmode=require", Tls::Require),
            ("postgres://db.example/kyc?sslmode=disable", Tls::Disable),
            ("postgres://127.0.0.1:5433/kyc", Tls::Prefer),
            ("postgres://[::1]/kyc", Tls::Prefer),
            ("postgres://localhost/kyc", Tls::Prefer),
            ("postgres:///kyc?host=/run/postgresql", Tls::Prefer),
        ] {
            assert_eq!(postgres(url).tls, tls, "{url}");
        }
        let warned = |url: &str| Location::parse(url).unwrap().warning().is_some();
        assert!(warned("postgres://db.example/kyc?sslmode=disable"));
        assert!(warned("postgres://db.example/kyc?sslmode=require"));
        assert!(!warned("postgres://127.0.0.1/kyc?sslmode=disable"));
        assert!(!warned("postgres://db.example/kyc"));
    }

    #[test]
    fn ops_23_the_text_of_a_location_names_no_password() {
        let url = postgres("postgres://kyc:canary@db.example:5433/kyc?sslkey=/canary");
        assert_eq!(format!("{url:?}"), "postgres://db.example:5433/kyc");
        assert_eq!(
            Location::Postgres(url).to_string(),
            "postgres://db.example:5433/kyc"
        );
    }

    #[test]
    fn ops_23_a_wrong_url_of_postgresql_is_explained_without_being_quoted() {
        for (url, problem) in [
            ("postgres://kyc:canary@db.example", "name a database"),
            ("postgres://kyc:canary@db.example/", "name a database"),
            ("postgres://kyc:canary@db.example/a/b", "name a database"),
            ("postgres://kyc:canary@db.example:port/kyc", "is no URL"),
            ("postgres://kyc:can#ary@db.example/kyc", "is no URL"),
            ("postgres:///kyc", "name a host"),
            ("postgres://db.example/kyc#canary", "%23"),
            ("postgres://db.example/kyc?sslmode=prefer", "sslmode of"),
            ("postgres://db.example/kyc?password=canary", "is not one of"),
            ("postgres://db.example/kyc?sslcert=canary", "absolute path"),
        ] {
            let message = Location::parse(url).unwrap_err();
            assert!(message.contains(problem), "{url}: {message}");
            assert!(!message.contains("canary"), "{url}: {message}");
        }
    }
}
