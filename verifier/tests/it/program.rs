//! The program `webkyc-verifier`.

use std::process::{Command, Output};

use webkyc_specimen::{Picture, persona::PASSPORT};
use webkyc_test_kit::program::Program;
use webkyc_verifier::{claims, default_folder};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_webkyc-verifier"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn its_help_says_what_may_be_claimed_and_what_not() {
    for help in ["-h", "--help"] {
        let output = run(&[help]);
        assert!(output.status.success());
        // Lines are wrapped at the width of the terminal.
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = words(&String::from_utf8(output.stdout).unwrap());
        let claims = [
            claims::MAY_BE_SAID,
            claims::MAY_NOT_BE_SAID,
            claims::NOT_KNOWN,
        ];
        for sentence in claims.concat() {
            assert!(text.contains(&words(sentence)), "{help}: {sentence}");
        }
        assert!(text.contains("Nothing it answers is evidence"));
    }
}

#[test]
fn it_does_not_start_without_models_or_for_a_network() {
    let empty = tempfile::tempdir().unwrap();
    let models = empty.path().to_str().unwrap();
    for (arguments, words) in [
        (
            ["--models", models, "--listen", "127.0.0.1:0"],
            "cargo xtask models",
        ),
        (
            ["--models", models, "--listen", "0.0.0.0:0"],
            "no address of this machine alone",
        ),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1));
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(
            log.starts_with("webkyc-verifier: error: ") && log.contains(words),
            "{log}"
        );
    }
}

/// A name that is in no other text.
const CANARY: &str = "CANARYSON";

/// The picture with a comment.
fn with_comment(jpeg: &[u8]) -> Vec<u8> {
    let length = u16::try_from(CANARY.len() + 2).unwrap().to_be_bytes();
    [
        &jpeg[..2],
        &[0xff, 0xfe],
        &length,
        CANARY.as_bytes(),
        &jpeg[2..],
    ]
    .concat()
}

/// The memory that a program has at this moment, `VmRSS`, or had at most, `VmHWM`. A picture takes a hundred megabytes
/// more while it is read.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn memory_kib(id: u32, which: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix(which)?.strip_prefix(':'));
    line.unwrap()
        .trim()
        .strip_suffix(" kB")
        .unwrap()
        .parse()
        .unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn nothing_of_what_it_is_shown_is_in_its_output_or_on_disk() {
    let Some(_) = crate::verifier() else { return };
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-verifier"));
    command
        .args(["--listen", "127.0.0.1:0", "--models"])
        .arg(default_folder().unwrap())
        .current_dir(home.path())
        .envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "1")])
        .envs(["HOME", "TMPDIR", "XDG_CACHE_HOME"].map(|name| (name, home.path())));
    let (program, [url]) = Program::start(command, ["webkyc-verifier listening on "]);
    let http = webkyc_test_kit::http::client();
    let post = async |path: &str, body: Vec<u8>| {
        let request = http.post(format!("{url}{path}")).header("x-name", CANARY);
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };

    let page = webkyc_specimen::jpeg(&PASSPORT, Picture::Front(0));
    let (status, side) = post("/documents?zone=expected", with_comment(page)).await;
    assert_eq!(status, 200);
    // It was read: there was something to write down.
    assert!(side.contains(PASSPORT.document().document_number), "{side}");
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    assert!(memory_kib(program.id(), "VmRSS") < 150 * 1024);
    let (_, challenge) = post("/challenges", Vec::new()).await;
    let challenge: serde_json::Value = serde_json::from_str(&challenge).unwrap();
    let frames = format!("/challenges/{}/frames", challenge["id"].as_str().unwrap());
    let damaged = [&page[..200], CANARY.as_bytes()].concat();
    for (path, body, expected) in [
        ("/documents", damaged.clone(), 422),
        ("/documents", CANARY.into(), 415),
        ("/documents?zone=CANARYSON", page.to_vec(), 400),
        ("/CANARYSON", CANARY.into(), 404),
        ("/challenges/CANARYSON/frames?seq=0", page.to_vec(), 404),
        ("/challenges/CANARYSON/match", page.to_vec(), 404),
        (&format!("{frames}?seq=CANARYSON"), page.to_vec(), 400),
        (&format!("{frames}?seq=0"), with_comment(page), 200),
        (&frames.replace("frames", "match"), page.to_vec(), 409),
        (&format!("{frames}?seq=1"), damaged, 422),
    ] {
        let (status, answer) = post(path, body).await;
        assert_eq!(status, expected, "{path}: {answer}");
        assert!(!answer.contains(CANARY), "{path}: {answer}");
    }
    // After the line that it listens it says nothing at all, so nothing of a document either.
    assert_eq!(program.stop(), "");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

/// As many pixels as a picture may have, with a face and text on them, or with noise.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn largest_pictures() -> [Vec<u8>; 2] {
    use image::{RgbImage, codecs::jpeg::JpegEncoder, imageops};
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let page = webkyc_specimen::jpeg(&PASSPORT, Picture::Front(0));
    let page = image::load_from_memory(page).unwrap().into_rgb8();
    let page = imageops::resize(&page, 4200, 3000, imageops::FilterType::Triangle);
    let mut random = StdRng::seed_from_u64(1);
    let noise = RgbImage::from_fn(4200, 3000, |_, _| image::Rgb(random.random()));
    [(page, 40), (noise, 15)].map(|(picture, quality)| {
        let mut jpeg = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
        picture.write_with_encoder(encoder).unwrap();
        assert!(jpeg.len() < webkyc_verifier::MOST_BYTES, "{}", jpeg.len());
        jpeg
    })
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[tokio::test]
#[ignore = "takes two minutes: .ci/full runs it"]
async fn hostile_and_largest_pictures_end_in_answers_within_bounded_memory() {
    use rand::{Rng, SeedableRng, rngs::StdRng};
    let Some(_) = crate::verifier() else { return };
    let mut command = Command::new(env!("CARGO_BIN_EXE_webkyc-verifier"));
    command
        .args(["--listen", "127.0.0.1:0", "--models"])
        .arg(default_folder().unwrap());
    let (program, [url]) = Program::start(command, ["webkyc-verifier listening on "]);
    let http = webkyc_test_kit::http::client();
    let read = async |body: Vec<u8>| {
        let request = http.post(format!("{url}/documents")).body(body);
        request.send().await.unwrap().status().as_u16()
    };
    for largest in largest_pictures() {
        // Reading it may take longer than it may.
        let status = read(largest).await;
        assert!([200, 503].contains(&status), "{status}");
    }
    let small = crate::hostile_pictures::jpeg();
    let mut random = StdRng::seed_from_u64(1);
    for _ in 0..200 {
        let mut damaged = small.clone();
        for _ in 0..random.random_range(1..12) {
            let at = random.random_range(2..damaged.len());
            damaged[at] = random.random();
        }
        let status = read(damaged).await;
        assert!([200, 413, 415, 422].contains(&status), "{status}");
    }
    let peak = memory_kib(program.id(), "VmHWM") / 1024;
    assert!(peak <= 300, "{peak} MiB");
}
