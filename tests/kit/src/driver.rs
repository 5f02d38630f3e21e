//! The programs that drive browsers: ChromeDriver, geckodriver and WebKitWebDriver.

use std::{
    env,
    net::TcpStream,
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
    process::Command,
};

use fantoccini::ClientBuilder;
use futures_util::FutureExt;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    browser::{Browser, Kind},
    program::{Program, free_port},
};

/// 1 allows, 2 denies.
const CAMERA_SETTING: &str = "profile.default_content_setting_values.media_stream_camera";
const COOKIES_SETTING: &str = "profile.default_content_setting_values.cookies";

/// A browser and its driver, as programs.
#[derive(Clone, Debug)]
pub struct Engine {
    kind: Kind,
    driver: PathBuf,
    /// The one that the driver finds by itself, without this.
    browser: Option<PathBuf>,
}

impl Engine {
    /// Chromium and ChromeDriver.
    pub fn chromium(browser: PathBuf, driver: PathBuf) -> Self {
        Self {
            kind: Kind::Chromium,
            driver,
            browser: Some(browser),
        }
    }

    /// Firefox if `WEBKYC_TEST_GECKODRIVER` is set, WebKit if `WEBKYC_TEST_WEBKITDRIVER` is, otherwise
    /// Chromium (`WEBKYC_TEST_CHROMEDRIVER`, `WEBKYC_TEST_CHROME`).
    pub fn from_env() -> Self {
        let path = |name| env::var_os(name).map(PathBuf::from);
        let of = |kind, driver, browser| Self {
            kind,
            driver,
            browser: path(browser),
        };
        if let Some(driver) = path("WEBKYC_TEST_GECKODRIVER") {
            return of(Kind::Firefox, driver, "WEBKYC_TEST_FIREFOX");
        }
        if let Some(driver) = path("WEBKYC_TEST_WEBKITDRIVER") {
            return of(Kind::WebKit, driver, "WEBKYC_TEST_MINIBROWSER");
        }
        Self {
            kind: Kind::Chromium,
            driver: path("WEBKYC_TEST_CHROMEDRIVER").unwrap_or("chromedriver".into()),
            browser: path("WEBKYC_TEST_CHROME"),
        }
    }
}

/// The abilities and permissions of a browser. Firefox and WebKit ignore them.
#[derive(Default)]
pub struct Options {
    /// Has the screen of a phone, 390 by 844 CSS pixels.
    pub is_phone: bool,
    /// Refuses cookies and all storage to pages.
    pub blocks_storage: bool,
    /// Its camera.
    pub camera: Camera,
    /// Accepts certificates of unknown authorities.
    pub takes_any_certificate: bool,
    /// Finds no host but this machine.
    pub is_offline: bool,
}

/// The camera of a browser.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Camera {
    /// The machine has none.
    #[default]
    None,
    /// One that shows a green disc, and that every page may use.
    Invented,
    /// The same, and no page may use it.
    Denied,
}

/// A running driver.
pub struct Driver {
    engine: Engine,
    url: String,
    _program: Program,
    _folder: TempDir,
}

impl Driver {
    /// Starts one whose browsers live in this time zone, such as `America/Los_Angeles`.
    #[track_caller]
    pub fn start(engine: Engine, time_zone: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let command = || {
            let mut command = Command::new(&engine.driver);
            command.arg("--port=0").env("TZ", time_zone);
            // A browser that is killed leaves its temporary files behind.
            command.env("TMPDIR", folder.path());
            command
        };
        let (program, url) = match engine.kind {
            Kind::Firefox => {
                let mut command = command();
                // It takes a port for itself and lets Firefox choose another.
                command.arg("--websocket-port=0");
                command.arg("--profile-root").arg(folder.path());
                let (program, [address]) = Program::start(command, ["Listening on "]);
                (program, format!("http://{address}"))
            }
            Kind::WebKit => {
                // It says nothing, so it cannot choose the port.
                let port = free_port();
                let address = format!("127.0.0.1:{port}");
                let mut command = Command::new(&engine.driver);
                command.arg(format!("--port={port}"));
                command.env("TZ", time_zone).env("TMPDIR", folder.path());
                let mut program = Program::spawn(command);
                program.wait_until(|| TcpStream::connect(&address).is_ok());
                (program, format!("http://{address}"))
            }
            Kind::Chromium => {
                let (program, port) = start_chromedriver(command);
                (program, format!("http://127.0.0.1:{port}"))
            }
        };
        Self {
            engine,
            url,
            _program: program,
            _folder: folder,
        }
    }

    /// Opens a browser that has seen nothing yet, and closes it also when the body panics.
    pub async fn with_browser<T>(
        &self,
        options: &Options,
        body: impl AsyncFnOnce(&Browser) -> T,
    ) -> T {
        let capabilities = match self.engine.kind {
            Kind::Chromium => self.chromium(options),
            Kind::Firefox => self.firefox(),
            Kind::WebKit => self.webkit(),
        };
        let client = ClientBuilder::rustls()
            .unwrap()
            .capabilities(capabilities.as_object().unwrap().clone())
            .connect(&self.url)
            .await
            .unwrap();
        let browser = Browser::new(client, &self.url, self.engine.kind).await;
        let outcome = AssertUnwindSafe(body(&browser)).catch_unwind().await;
        let _ = browser.client.close().await;
        outcome.unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn chromium(&self, options: &Options) -> Value {
        let mut args = vec![
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // A third of a sign-up's processor time: Chromium's own pages for its address bar, and a graphics card in
            // software.
            "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
            "--disable-software-rasterizer",
            "--window-size=1280,900",
            "--lang=en-US",
            // Containers give Chromium's own sandbox nothing to stand on; the pages are all ours.
            "--no-sandbox",
        ];
        if options.is_offline {
            args.push(
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            );
        }
        if options.camera != Camera::None {
            args.push("--use-fake-device-for-media-stream");
        }
        let mut chrome = json!({
            "args": args,
            "prefs": {"intl.accept_languages": "en-US"},
        });
        if let Some(browser) = &self.engine.browser {
            chrome["binary"] = json!(browser);
        }
        if options.is_phone {
            let metrics = json!({"width": 390, "height": 844, "pixelRatio": 2, "touch": true});
            chrome["mobileEmulation"] = json!({"deviceMetrics": metrics});
        }
        match options.camera {
            Camera::None => {}
            Camera::Invented => chrome["prefs"][CAMERA_SETTING] = json!(1),
            Camera::Denied => chrome["prefs"][CAMERA_SETTING] = json!(2),
        }
        if options.blocks_storage {
            chrome["prefs"][COOKIES_SETTING] = json!(2);
        }
        json!({
            "acceptInsecureCerts": options.takes_any_certificate,
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": {"browser": "ALL"},
        })
    }

    /// An English Firefox without a window.
    fn firefox(&self) -> Value {
        let mut firefox = json!({
            "args": ["-headless"],
            "prefs": {"intl.accept_languages": "en-US"},
        });
        if let Some(browser) = &self.engine.browser {
            firefox["binary"] = json!(browser);
        }
        json!({"moz:firefoxOptions": firefox})
    }

    /// WebKitGTK's own small browser, on the display of the environment.
    fn webkit(&self) -> Value {
        let mut webkit = json!({"args": ["--automation"]});
        if let Some(browser) = &self.engine.browser {
            webkit["binary"] = json!(browser);
        }
        json!({"webkitgtk:browserOptions": webkit})
    }
}

#[track_caller]
fn start_chromedriver(command: impl Fn() -> Command) -> (Program, String) {
    loop {
        let ready = ["ChromeDriver was started successfully on port "];
        match Program::try_start(command(), ready) {
            Ok((program, [port])) => return (program, port.trim_end_matches('.').to_owned()),
            // It takes a free port of IPv4, and then the same of IPv6, which another program may have.
            Err(log) if log.contains("Address already in use") => {}
            Err(log) => panic!("ChromeDriver did not start:\n{log}"),
        }
    }
}
