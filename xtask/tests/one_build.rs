//! Programs, demo and tests compile each dependency once: all ask for the same features
//! (`features/README.md`).

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets the unexpected should end there"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::Command,
};

use serde_json::Value;

/// The tests of the host, which take in everything else.
const ALL: [&str; 5] = [
    "--workspace",
    "--exclude=webkyc-tests",
    "--exclude=webkyc-bench",
    "--features=webkyc-backend/pages",
    "--edges=normal,build,dev",
];

/// The selections of packages that people build or run by themselves.
const SELECTIONS: [&[&str]; 9] = [
    &["-pxtask", "--edges=normal,build"],
    &["-pxtask-minify", "--edges=normal,build"],
    &["-pwebkyc-sandbox", "--edges=normal,build"],
    &["-pwebkyc-backend", "--edges=normal,build"],
    &[
        "-pwebkyc-backend",
        "-pwebkyc-sandbox",
        "-pwebkyc-example-shop",
        "--edges=normal,build",
    ],
    &["-pwebkyc-backend", "--edges=normal,build,dev"],
    &["-pwebkyc-sandbox", "--edges=normal,build,dev"],
    &["-pwebkyc-tests", "--edges=normal,build,dev"],
    &["-pwebkyc-verifier", "--edges=normal,build"],
];

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Each foreign package of a selection, with every set of features that it is compiled with there.
fn features(selection: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut packages = BTreeMap::<_, BTreeSet<_>>::new();
    let mut arguments = vec!["tree", "--prefix=none", "--format={p};{f}"];
    arguments.extend(selection);
    for line in cargo(&arguments).lines() {
        // A package that was listed before ends with a mark.
        let line = line.trim_end_matches(" (*)");
        if let Some((package, features)) = line.split_once(';')
            && !package.contains(" (/")
        {
            let package = package.trim_end_matches(" (proc-macro)").to_owned();
            packages
                .entry(package)
                .or_default()
                .insert(features.to_owned());
        }
    }
    assert!(!packages.is_empty(), "{selection:?}");
    packages
}

#[test]
fn no_selection_compiles_a_dependency_with_features_of_its_own() {
    let all = features(&ALL);
    let mut missing = BTreeSet::new();
    for selection in SELECTIONS {
        for (package, sets) in features(selection) {
            // A dependency that only this selection has is not compiled twice.
            let Some(everywhere) = all.get(&package) else {
                continue;
            };
            for set in sets.difference(everywhere) {
                missing.insert(format!("{package}: [{set}], elsewhere {everywhere:?}"));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "features/Cargo.toml lacks features of\n{missing:#?}"
    );
}

#[test]
fn each_dependency_of_the_features_is_one_of_another_package() {
    let metadata: Value = serde_json::from_str(&cargo(&[
        "metadata",
        "--format-version=1",
        "--filter-platform=x86_64-unknown-linux-gnu",
    ]))
    .unwrap();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let is_ours = |node: &&Value| node["id"].as_str().unwrap().contains("/features#");
    let dependencies = |node: &Value| -> BTreeSet<String> {
        serde_json::from_value(node["dependencies"].clone()).unwrap()
    };
    let ours = dependencies(nodes.iter().find(is_ours).unwrap());
    let others = nodes.iter().filter(|node| !is_ours(node));
    let others: BTreeSet<_> = others.flat_map(dependencies).collect();
    let stale: Vec<_> = ours.difference(&others).collect();
    assert!(stale.is_empty(), "features/Cargo.toml has {stale:#?}");
}
