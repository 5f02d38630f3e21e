//! The Example Shop of the demo, and the settings with which `webkyc` serves it: a store that is new each
//! time.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use tempfile::TempDir;

use crate::servers::{self, CLIENT_ID, CLIENT_SECRET};

pub(crate) const PACKAGE: &str = "webkyc-example-shop";

/// The shop's port, unless another program has it.
pub(crate) const PORT: u16 = 8070;

/// Where everything of the demo's shop is; removed in the end.
pub(crate) struct DemoShop {
    folder: TempDir,
    portal: String,
    pub(crate) url: String,
    listen: String,
    operator_listen: String,
}

impl DemoShop {
    /// Makes a folder with keys, settings and room for the database.
    pub(crate) fn prepare(parent: &Path, portal: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("demo-").tempdir_in(parent);
        let port = servers::free_port(PORT)?;
        let shop = Self {
            folder: folder.context("cannot make a folder for the demo's database")?,
            portal: portal.to_owned(),
            url: format!("http://localhost:{port}"),
            listen: format!("127.0.0.1:{port}"),
            operator_listen: format!("127.0.0.1:{}", servers::free_port(0)?),
        };
        for file in ["shop-key", "operator-key", "cookie-keys", "store-keys"] {
            let key = BASE64_STANDARD.encode(rand::random::<[u8; 32]>());
            write_for_owner(&shop.file(file), &key)?;
        }
        write_for_owner(&shop.file("client-secret"), CLIENT_SECRET)?;
        write_for_owner(&shop.webkyc_settings(), &shop.toml())?;
        Ok(shop)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file for `webkyc --config`.
    pub(crate) fn webkyc_settings(&self) -> PathBuf {
        self.file("webkyc.toml")
    }

    fn toml(&self) -> String {
        format!(
            "live = false\n\
             client_id = '{CLIENT_ID}'\n\
             client_secret_file = '{}'\n\
             public_url = '{}'\n\
             operator_listen = '{}'\n\
             operator_key_file = '{}'\n\
             cookie_keys_file = '{}'\n\n\
             [store]\n\
             url = 'sqlite://{}'\n\
             keys_file = '{}'\n\n\
             [sites.shop]\n\
             name = 'Example Shop'\n\
             returns = {{ done = '{}/welcome' }}\n\
             key_file = '{}'\n\
             claims = ['age_over_18']\n\
             after = 'return'\n",
            self.file("client-secret").display(),
            self.portal,
            self.operator_listen,
            self.file("operator-key").display(),
            self.file("cookie-keys").display(),
            self.file("webkyc.db").display(),
            self.file("store-keys").display(),
            self.url,
            self.file("shop-key").display(),
        )
    }

    /// The shop's own settings, for its environment.
    pub(crate) fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("SHOP_LISTEN", self.listen.clone()),
            (
                "SHOP_WEBKYC_URL",
                format!("http://{}", self.operator_listen),
            ),
            (
                "SHOP_WEBKYC_KEY_FILE",
                self.file("shop-key").display().to_string(),
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

    #[test]
    fn each_demo_has_keys_and_a_database_of_its_own_and_leaves_nothing() {
        let parent = tempfile::tempdir().unwrap();
        let [one, other] =
            [(); 2].map(|()| DemoShop::prepare(parent.path(), "http://localhost:8080").unwrap());
        let key = |shop: &DemoShop| std::fs::read_to_string(shop.file("shop-key")).unwrap();
        assert_ne!(key(&one), key(&other));
        assert!(key(&one).len() >= 32);
        assert!(!one.file("webkyc.db").exists());
        assert!(one.toml().contains("live = false"));
        let folder = one.folder.path().to_owned();
        drop(one);
        assert!(!folder.exists() && other.folder.path().exists());
    }
}
