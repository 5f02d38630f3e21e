//! The package of the elements, imported by another program.

use std::{env, fs::File, process::Command};

use flate2::read::GzDecoder;

#[test]
fn the_package_can_be_imported_where_there_is_no_page() {
    let tarball = env::var_os("WEBKYC_TEST_PACKAGE").expect("run `cargo xtask test`");
    let node = env::var_os("WEBKYC_TEST_NODE").unwrap_or("node".into());
    let folder = tempfile::tempdir().unwrap();
    let modules = folder.path().join("node_modules");
    tar::Archive::new(GzDecoder::new(File::open(tarball).unwrap()))
        .unpack(&modules)
        .unwrap();
    std::fs::rename(modules.join("package"), modules.join("authenteq-elements")).unwrap();
    let script = "await import('authenteq-elements');
        await import('authenteq-elements/elements.js');
        const about = (await import('authenteq-elements/custom-elements.json',
            { with: { type: 'json' } })).default;
        if (typeof document !== 'undefined') throw 'there is a page';
        console.log(about.modules[0].declarations.map((element) => element.tagName).join());";
    let node = Command::new(node)
        .args(["--no-warnings", "--input-type=module", "-e", script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&node.stderr);
    assert!(node.status.success(), "{output}");
    assert_eq!(
        String::from_utf8_lossy(&node.stdout),
        "authenteq-button,authenteq-results\n"
    );
}
