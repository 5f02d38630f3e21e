//! Makes the built programs and scripts smaller.

use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use walrus::Module;

use super::imports;
use crate::{
    files,
    processes::{Process, cargo},
    root,
};

/// Leptos exports classes with this name for the streams of server functions, which the kit has none of.
const STREAMS: &str = "IntoUnderlying";

/// Minifies every program and script of a folder.
pub(super) fn all(folder: &Path) -> Result<()> {
    for program in files::sorted_entries(folder)? {
        if files::has_extension(&program, &["wasm"]) {
            without_leftovers(&program)
                .with_context(|| format!("cannot minify {}", program.display()))?;
        }
    }
    let mut scripts = files::sorted_entries(folder)?;
    scripts.retain(|file| files::has_extension(file, &["js"]));
    let mut command = cargo();
    command
        .args(["run", "--quiet", "-p", "xtask-minify", "--"])
        .args(scripts)
        .current_dir(root());
    let status = Process::start(&mut command)?.wait(|| ())?;
    ensure!(status.success(), "the scripts were not minified");
    Ok(())
}

/// Writes a program and its script anew. Without the exports of the streams, the functions that only they
/// call go too, and their imports.
fn without_leftovers(program: &Path) -> Result<()> {
    let mut module = Module::from_buffer(&files::read(program)?)
        .map_err(|e| anyhow!("not a WebAssembly module: {e}"))?;
    let streams = STREAMS.to_ascii_lowercase();
    let unneeded: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains(&streams))
        .map(walrus::Export::id)
        .collect();
    for id in unneeded {
        module.exports.delete(id);
    }
    walrus::passes::gc::run(&mut module);
    let script = program.to_string_lossy().replace("_bg.wasm", ".js");
    let script = Path::new(&script);
    let text = without_streams(&files::read_text(script)?)?;
    let text = imports::shorten(&mut module, &text)?;
    files::write(script, text)?;
    files::write(program, module.emit_wasm())
}

/// The script without the classes of the streams and the statements about them, which the minifier would keep.
fn without_streams(script: &str) -> Result<String> {
    let mut kept = String::new();
    // The end of the statement that is left out.
    let mut until: Option<&str> = None;
    for line in script.lines() {
        let begins = |words: &str| line.starts_with(&format!("{words} {STREAMS}"));
        if until.is_none() {
            until = if begins("export class") {
                Some("}")
            } else if begins("const") || begins("if (Symbol.dispose)") {
                Some(";")
            } else {
                None
            };
        }
        match until {
            Some(end) if line.starts_with(end) || end == ";" && line.ends_with(end) => until = None,
            Some(_) => {}
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    ensure!(until.is_none(), "the script ends within a class of streams");
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_streams_are_left_out_and_others_stay() {
        let script = "export class IntoUnderlyingSink {
    free() {
        wasm.free();
    }
}
if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;
export class View {
}
const IntoUnderlyingSinkFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_intounderlyingsink_free(ptr, 1));
const ViewFinalization = 1;
";
        let kept = "export class View {\n}\nconst ViewFinalization = 1;\n";
        assert_eq!(without_streams(script).unwrap(), kept);
        assert!(without_streams("export class IntoUnderlyingSink {").is_err());
    }
}
