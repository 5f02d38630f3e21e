use super::*;

fn write(path: &Path, content: &str, mode: u32) {
    fs::write(path, content).unwrap();
    set_mode(path, mode);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn open(path: &Path) -> Result<(Secret<String>, Vec<String>), Error> {
    let mut warnings = Vec::new();
    let path = path.display().to_string();
    let twin = ("SECRET_FILE", Some(path.as_str()));
    let parse = |text: &str| match text {
        "half" => Err("is half".to_owned()),
        text => Ok(text.to_owned()),
    };
    let secret = Secret::read(("SECRET", None), twin, parse, &mut warnings)?;
    Ok((secret.unwrap(), warnings))
}

#[test]
fn ops_06_a_secret_file_loses_one_trailing_line_break() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    for (content, expected) in [("s", "s"), ("s\n", "s"), ("s\r\n", "s"), ("s\ns\n", "s\ns")] {
        write(&path, content, 0o600);
        let (secret, warnings) = open(&path).unwrap();
        assert_eq!(*secret.get(), expected);
        assert!(warnings.is_empty());
    }
}

#[test]
fn ops_06_a_file_that_is_not_a_secret_is_refused_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let refusal = |said: &str| {
        let error = open(&path).unwrap_err().to_string();
        assert!(
            error.contains("secret\"") && error.contains(said),
            "{error}"
        );
        assert!(!error.contains("canary"));
    };
    refusal("No such file");
    fs::create_dir(&path).unwrap();
    refusal("no file");
    fs::remove_dir(&path).unwrap();
    write(&path, "\n", 0o600);
    refusal("is empty");
    write(&path, &"canary".repeat(1 << 20), 0o600);
    refusal("too large");
}

#[test]
fn ops_20_a_secret_file_holds_nothing_unseen_at_its_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    for (content, said) in [
        ("canary\n\n", "ends with a line break"),
        ("canary\r", "ends with a carriage return"),
        ("canary \n", "ends with a blank"),
        ("\tcanary", "begins with a tab"),
        ("\u{feff}canary", "begins with a byte order mark"),
        ("\"canary\"\n", "is in quotes"),
        ("'canary'", "is in quotes"),
    ] {
        write(&path, content, 0o600);
        let error = open(&path).unwrap_err().to_string();
        assert!(
            error.starts_with("SECRET_FILE names ") && error.contains(said),
            "{error}"
        );
        assert!(!error.contains("canary"), "{error}");
    }
    fs::write(&path, b"\xff\xfec\0").unwrap();
    let error = open(&path).unwrap_err().to_string();
    assert!(error.contains("not UTF-8"), "{error}");
    for content in ["\"canary", "ca'n'ary", "ca nary", "c\u{feff}n"] {
        write(&path, content, 0o600);
        assert_eq!(*open(&path).unwrap().0.get(), content);
    }
}

#[test]
#[cfg(unix)]
fn ops_06_a_file_that_everybody_may_open_is_refused_and_one_for_its_group_is_remarked_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    for mode in [0o604, 0o602, 0o644, 0o666] {
        write(&path, "canary", mode);
        let error = open(&path).unwrap_err().to_string();
        assert!(
            error.contains("chmod 600") && !error.contains("canary"),
            "{error}"
        );
    }
    write(&path, "canary", 0o640);
    let (_, warnings) = open(&path).unwrap();
    assert!(warnings[0].contains("its group"), "{warnings:?}");
    // As mounted by Kubernetes: a link to a link, each readable by all.
    let link = folder.path().join("link");
    write(&path, "s", 0o400);
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert_eq!(*open(&link).unwrap().0.get(), "s");
}

#[test]
fn ops_08_a_changed_file_is_used_once_it_has_settled_or_at_once_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    write(&path, "one", 0o600);
    let (secret, _) = open(&path).unwrap();
    let before = secret.get();
    write(&path, "two", 0o600);
    assert!(!secret.reread(Reread::WhenSettled).unwrap());
    assert_eq!(*secret.get(), "one");
    assert!(secret.reread(Reread::WhenSettled).unwrap());
    assert_eq!((*secret.get()).as_str(), "two");
    assert_eq!(*before, "one", "a holder keeps what it had");
    write(&path, "three", 0o600);
    assert!(secret.reread(Reread::Now).unwrap());
    assert_eq!(*secret.get(), "three");
    assert!(!secret.reread(Reread::Now).unwrap());
}

#[test]
fn ops_08_a_file_that_cannot_be_used_leaves_the_secret_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    write(&path, "one", 0o600);
    let (secret, _) = open(&path).unwrap();
    for broken in ["", "half"] {
        write(&path, broken, 0o600);
        assert!(secret.reread(Reread::Now).is_err());
        assert_eq!(*secret.get(), "one");
    }
    fs::remove_file(&path).unwrap();
    assert!(secret.reread(Reread::Now).is_err());
    assert_eq!(*secret.get(), "one");
}

#[test]
fn ops_07_a_secret_in_the_environment_is_taken_with_a_warning() {
    let mut warnings = Vec::new();
    let value = ("SECRET", Some("canary"));
    let parse = |text: &str| Ok(text.to_owned());
    let secret = Secret::read(value, ("SECRET_FILE", None), parse, &mut warnings).unwrap();
    assert_eq!(*secret.unwrap().get(), "canary");
    assert!(warnings[0].contains("SECRET_FILE is safer"));
    assert!(!warnings[0].contains("canary"));
}

#[test]
fn ops_10_a_secret_is_not_printed() {
    assert!(!format!("{:?}", Secret::fixed("canary")).contains("canary"));
}
