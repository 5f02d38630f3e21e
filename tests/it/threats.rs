//! `docs/threats.md` against the names of all tests of the workspace.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use webkyc_test_kit::built;

/// The rows by id, with the reason of those that have no test.
type Rows = BTreeMap<String, Option<String>>;

/// Every row of every table in this page.
fn rows(page: &str) -> Rows {
    let mut rows = Rows::new();
    for line in page.lines() {
        let Some(line) = line.strip_prefix("| ") else {
            continue;
        };
        let cells: Vec<_> = line
            .trim_end_matches('|')
            .split('|')
            .map(str::trim)
            .collect();
        if cells[0] == "id" || cells[0].starts_with("---") {
            continue;
        }
        assert_eq!(cells.len(), 4, "{line}");
        assert_eq!(
            ids(&format!("{}_", test_prefix(cells[0]))),
            [cells[0]],
            "{line}"
        );
        assert!(
            cells[1].ends_with(['.', '?']) && !cells[2].is_empty(),
            "{line}"
        );
        let reason = Some(cells[3].to_owned()).filter(|reason| !reason.is_empty());
        let twin = rows.insert(cells[0].to_owned(), reason);
        assert!(twin.is_none(), "{} stands there twice", cells[0]);
    }
    rows
}

/// `oa_04` of `OA-04`.
fn test_prefix(id: &str) -> String {
    id.to_lowercase().replace('-', "_")
}

/// The ids that a name begins with: `UP-01` and `UP-05` of `up_01_up_05_a_silence_…`.
fn ids(name: &str) -> Vec<String> {
    let words: Vec<_> = name.split('_').collect();
    let pairs = words.chunks_exact(2).map_while(|pair| {
        let is_group = (2..=3).contains(&pair[0].len());
        let is_number = pair[1].len() == 2 && pair[1].bytes().all(|b| b.is_ascii_digit());
        let id = || format!("{}-{}", pair[0].to_uppercase(), pair[1]);
        (is_group && is_number).then(id)
    });
    pairs.collect()
}

/// The functions of this source that are tests.
fn tests_in(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_test = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            is_test |= ["#[test]", "#[tokio::test", "#[wasm_bindgen_test"]
                .iter()
                .any(|attribute| line.starts_with(attribute));
            continue;
        }
        let Some((_, rest)) = line.split_once("fn ") else {
            continue;
        };
        if is_test {
            names.extend(rest.split('(').next().map(str::to_owned));
        }
        is_test = false;
    }
    names
}

/// The tests of every source file below this folder.
fn tests_below(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && !["target", "dist"].contains(&&*name) && !name.starts_with('.') {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            names.extend(tests_in(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The rows without a test, and the ids without a row.
fn differences(rows: &Rows, names: &BTreeSet<String>) -> Vec<String> {
    let mut tested = BTreeSet::new();
    let mut found = Vec::new();
    for name in names {
        for id in ids(name) {
            if !rows.contains_key(&id) {
                found.push(format!("{name}: {id} is no row"));
            }
            tested.insert(id);
        }
    }
    for (id, reason) in rows {
        match (reason, tested.contains(id)) {
            (None, false) => found.push(format!("{id} has neither a test nor a reason")),
            (Some(_), true) => found.push(format!("{id} has a test, so the reason is out of date")),
            _ => {}
        }
    }
    found
}

#[test]
fn every_threat_has_a_test_or_a_reason_and_every_id_is_a_row() {
    let root = built::root();
    let rows = rows(&fs::read_to_string(root.join("docs/threats.md")).unwrap());
    assert!(rows.len() >= 150, "{}", rows.len());
    let mut names = BTreeSet::new();
    tests_below(&root, &mut names);
    let found = differences(&rows, &names);
    assert!(found.is_empty(), "docs/threats.md:\n{}", found.join("\n"));
}

#[test]
fn a_missing_test_and_a_missing_row_are_found() {
    let page = "| id | a | b | c |\n| --- | --- | --- | --- |\n\
        | OA-01 | One. | Two. | |\n| OA-02 | One. | Two. | Because. |\n\
        | UP-01 | One. | Two. | |\n| UP-05 | One. | Two. | |\n";
    let rows = rows(page);
    let source = "#[test]\nfn oa_01_x() {}\n#[tokio::test]\n#[cfg(unix)]\nasync fn up_01_up_05_y() {}\n\
        fn oa_02_no_test() {}\n#[test]\nfn up_to_ten() {}";
    let names: BTreeSet<_> = tests_in(source).into_iter().collect();
    assert!(differences(&rows, &names).is_empty());

    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let found = differences(&rows, &named(&["oa_01_x", "up_01_y", "oa_02_z", "oa_03_z"]));
    let expected = [
        "oa_03_z: OA-03 is no row",
        "OA-02 has a test, so the reason is out of date",
        "UP-05 has neither a test nor a reason",
    ];
    assert_eq!(found, expected);
}
