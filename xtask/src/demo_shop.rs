//! The Example Shop of the demo, and the settings with which `webkyc` serves it: a store that is new each
//! time.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::json;
use tempfile::TempDir;

use crate::servers::{self, CLIENT_ID, CLIENT_SECRET};

pub(crate) const PACKAGE: &str = "webkyc-example-shop";

/// The shop's port, unless another program has it.
pub(crate) const PORT: u16 = 8070;

/// The port of the API for sites' servers, unless another program has it: the one that the pages and documents
/// show.
pub(crate) const OPERATOR_PORT: u16 = 8081;

/// Where the demo's programs are.
pub(crate) struct Addresses<'a> {
    pub(crate) portal: &'a str,
    pub(crate) sandbox: &'a str,
    pub(crate) pages: &'a Path,
}

/// What a developer adds to the shop of the demo.
#[derive(clap::Args, Default)]
pub(crate) struct OwnSite {
    /// Where customers come back to, in place of the Example Shop: a server of your own, such as
    /// http://localhost:3000/welcome.
    #[arg(long = "return", value_name = "URL", value_parser = http_address)]
    returns_to: Option<String>,
    /// A page of yours that holds the button, such as http://localhost:5500. More than once for several.
    #[arg(long = "origin", value_name = "ORIGIN", value_parser = http_address)]
    origins: Vec<String>,
    /// A page of yours that shows the results, such as http://localhost:5500/verified.html, on such an
    /// origin. The portal's own button and the Example Shop cannot begin a sign-up meanwhile.
    #[arg(long, value_name = "URL", value_parser = http_address, requires = "origins")]
    redirect_uri: Option<String>,
}

impl OwnSite {
    /// Where the sandbox sends visitors back to.
    pub(crate) fn redirect_uri(&self, portal: &str) -> String {
        let own = self.redirect_uri.clone();
        own.unwrap_or_else(|| format!("{portal}/results"))
    }

    /// The developer's own page for the results.
    pub(crate) fn own_page(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }

    /// What the Example Shop is good for.
    pub(crate) fn about_shop(&self) -> &'static str {
        match (&self.redirect_uri, &self.returns_to) {
            (Some(_), _) => "begins no sign-up meanwhile",
            (None, Some(_)) => "its customers come back to your server",
            (None, None) => "its server learns whether a customer is over 18",
        }
    }

    /// Where customers come back to.
    pub(crate) fn about_return(&self) -> String {
        match (&self.redirect_uri, &self.returns_to) {
            (Some(_), _) => String::new(),
            (None, Some(url)) => format!("; customers come back to {url}"),
            (None, None) => "; `--return URL` leads customers back to that server".to_owned(),
        }
    }
}

/// Before anything is built; `webkyc` looks at the rest.
fn http_address(text: &str) -> Result<String, String> {
    let is_address = ["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    let is_plain = text.chars().all(|c| c.is_ascii_graphic());
    if is_address && is_plain {
        Ok(text.to_owned())
    } else {
        Err("it must begin with http:// or https:// and have no blanks, such as http://localhost:3000".to_owned())
    }
}

/// Where everything of the demo's shop is; removed in the end.
pub(crate) struct DemoShop {
    folder: TempDir,
    pub(crate) url: String,
    listen: String,
    operator_listen: String,
}

impl DemoShop {
    /// Makes a folder with keys, settings and room for the database.
    pub(crate) fn prepare(parent: &Path, at: &Addresses<'_>, own: &OwnSite) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("demo-").tempdir_in(parent);
        let port = servers::free_port(PORT)?;
        let is_portals = at.portal.ends_with(&format!(":{OPERATOR_PORT}"));
        let operator_port = servers::free_port(if is_portals { 0 } else { OPERATOR_PORT })?;
        let shop = Self {
            folder: folder.context("cannot make a folder for the demo's database")?,
            url: format!("http://localhost:{port}"),
            listen: format!("127.0.0.1:{port}"),
            operator_listen: format!("127.0.0.1:{operator_port}"),
        };
        for file in ["shop-key", "operator-key", "cookie-keys", "store-keys"] {
            let key = BASE64_STANDARD.encode(rand::random::<[u8; 32]>());
            write_for_owner(&shop.file(file), &key)?;
        }
        write_for_owner(&shop.file("client-secret"), CLIENT_SECRET)?;
        write_for_owner(&shop.webkyc_settings(), &shop.toml(at, own)?)?;
        Ok(shop)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file for `webkyc --config`.
    pub(crate) fn webkyc_settings(&self) -> PathBuf {
        self.file("webkyc.toml")
    }

    /// The URL of the API for sites' servers.
    pub(crate) fn api(&self) -> String {
        format!("http://{}", self.operator_listen)
    }

    /// The file with the shop's key.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.file("shop-key")
    }

    /// What an operator sends as bearer.
    pub(crate) fn operator_key_file(&self) -> PathBuf {
        self.file("operator-key")
    }

    fn toml(&self, at: &Addresses<'_>, own: &OwnSite) -> Result<String> {
        let returns_to = own.returns_to.clone();
        let returns_to = returns_to.unwrap_or_else(|| format!("{}/welcome", self.url));
        let file = |name| self.file(name).display().to_string();
        let settings = json!({
            "live": false,
            "client_id": CLIENT_ID,
            "client_secret_file": file("client-secret"),
            "public_url": at.portal,
            "redirect_uri": own.redirect_uri(at.portal),
            "identity_url": at.sandbox,
            "api_url": at.sandbox,
            "export_url": at.sandbox,
            "assets": at.pages.display().to_string(),
            "operator_listen": self.operator_listen,
            "operator_key_file": file("operator-key"),
            "cookie_keys_file": file("cookie-keys"),
            "store": {
                "url": format!("sqlite://{}", file("webkyc.db")),
                "keys_file": file("store-keys"),
            },
            "sites": {"shop": {
                "name": "Example Shop",
                "returns": {"done": returns_to},
                "origins": own.origins,
                "key_file": file("shop-key"),
                "claims": ["age_over_18", "document_valid", "name_match"],
                "after": "return",
            }},
        });
        toml::to_string(&settings).context("cannot write the demo's settings")
    }

    /// The shop's own settings, for its environment.
    pub(crate) fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("SHOP_LISTEN", self.listen.clone()),
            ("SHOP_WEBKYC_URL", self.api()),
            (
                "SHOP_WEBKYC_KEY_FILE",
                self.key_file().display().to_string(),
            ),
        ]
    }
}

/// Writes a file that its owner alone may read, as `webkyc` demands it of secrets.
fn write_for_owner(path: &Path, content: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(content.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(parent: &Path, own: &OwnSite) -> DemoShop {
        let addresses = Addresses {
            portal: "http://localhost:8080",
            sandbox: "http://127.0.0.1:8090",
            pages: Path::new("dist"),
        };
        DemoShop::prepare(parent, &addresses, own).unwrap()
    }

    #[test]
    fn each_demo_has_keys_and_a_database_of_its_own_and_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let [one, other] = [(); 2].map(|()| prepared(parent.path(), &OwnSite::default()));
        let key = |shop: &DemoShop| std::fs::read_to_string(shop.key_file()).unwrap();
        assert_ne!(key(&one), key(&other));
        assert!(key(&one).len() >= 32);
        assert!(!one.file("webkyc.db").exists());
        let folder = one.folder.path().to_owned();
        drop(one);
        assert!(!folder.exists() && other.folder.path().exists());
    }

    #[test]
    fn the_shop_is_described_as_it_is_with_each_option() {
        let url = |text: &str| Some(text.to_owned());
        for (redirect_uri, returns_to, shop, customers) in [
            (None, None, "over 18", "--return URL"),
            (
                None,
                url("http://localhost:3000"),
                "your server",
                "back to http://localhost:3000",
            ),
            (url("http://localhost:5500"), None, "no sign-up", ""),
            (
                url("http://localhost:5500"),
                url("http://localhost:3000"),
                "no sign-up",
                "",
            ),
        ] {
            let own = OwnSite {
                redirect_uri,
                returns_to,
                origins: Vec::new(),
            };
            assert!(own.about_shop().contains(shop), "{}", own.about_shop());
            let about = own.about_return();
            assert!(about.contains(customers), "{about}");
            assert_eq!(about.is_empty(), customers.is_empty(), "{about}");
        }
    }

    #[test]
    fn the_settings_are_those_of_what_runs_and_of_the_developers_own_site() {
        let parent = tempfile::tempdir().unwrap();
        let settings = |own: &OwnSite| -> toml::Table {
            let shop = prepared(parent.path(), own);
            let text = std::fs::read_to_string(shop.webkyc_settings()).unwrap();
            text.parse().unwrap()
        };
        let shops = settings(&OwnSite::default());
        assert_eq!(shops["live"].as_bool(), Some(false));
        assert_eq!(shops["export_url"].as_str(), Some("http://127.0.0.1:8090"));
        assert_eq!(shops["assets"].as_str(), Some("dist"));
        let shop = &shops["sites"]["shop"];
        assert_eq!(shop["origins"].as_array().unwrap().len(), 0);
        assert_eq!(
            shops["redirect_uri"].as_str(),
            Some("http://localhost:8080/results")
        );
        let back = shop["returns"]["done"].as_str().unwrap();
        assert!(back.ends_with("/welcome"), "{back}");
        let own = settings(&OwnSite {
            returns_to: Some("http://localhost:3000/back".to_owned()),
            origins: vec!["http://localhost:5500".to_owned()],
            redirect_uri: Some("http://localhost:5500/verified.html".to_owned()),
        });
        let redirect_uri = own["redirect_uri"].as_str();
        assert_eq!(redirect_uri, Some("http://localhost:5500/verified.html"));
        let shop = &own["sites"]["shop"];
        assert_eq!(
            shop["returns"]["done"].as_str(),
            Some("http://localhost:3000/back")
        );
        assert_eq!(shop["origins"][0].as_str(), Some("http://localhost:5500"));
    }
}
