//! Takes out of the built programs what no page needs.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions},
    minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions},
    parser::Parser,
    span::SourceType,
};
use walrus::Module;

/// What every program that stands on Leptos exports for the streams of server functions. There are
/// none here, and nothing calls these.
const STREAMS: &str = "IntoUnderlying";

/// Slims every program and script of a folder.
pub(crate) fn all(folder: &Path) -> Result<()> {
    for file in super::sizes::sorted_entries(folder)? {
        let extension = file.extension().and_then(|extension| extension.to_str());
        let name = file.display();
        match extension {
            Some("wasm") => {
                let program = fs::read(&file).with_context(|| format!("cannot read {name}"))?;
                let program = without_streams(&program).with_context(|| format!("{name}"))?;
                fs::write(&file, program)
            }
            Some("js") => {
                let script =
                    fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
                let script = minified(&script).with_context(|| format!("{name}"))?;
                fs::write(&file, script)
            }
            _ => continue,
        }
        .with_context(|| format!("cannot write {name}"))?;
    }
    Ok(())
}

/// An export keeps alive all that it calls.
fn without_streams(program: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(program).map_err(|e| anyhow!("is no program: {e}"))?;
    let streams = STREAMS.to_ascii_lowercase();
    let unneeded: Vec<_> = module
        .exports
        .iter()
        .filter(|export| export.name.contains(&streams))
        .map(|export| export.id())
        .collect();
    for id in unneeded {
        module.exports.delete(id);
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// Shorter names, no comments, no blanks, and none of the classes around those exports.
fn minified(script: &str) -> Result<String> {
    let script = script.replace(
        &format!("export class {STREAMS}"),
        &format!("class {STREAMS}"),
    );
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &script, SourceType::mjs()).parse();
    let mut problems = parsed.diagnostics.iter();
    if let Some(problem) = problems.next() {
        bail!("is no script: {problem}");
    }
    let mut program = parsed.program;
    let options = MinifierOptions {
        mangle: Some(MangleOptions::default()),
        compress: Some(CompressOptions::default()),
        ..MinifierOptions::default()
    };
    let minified = Minifier::new(options).minify(&allocator, &mut program);
    let written = Codegen::new()
        .with_options(CodegenOptions::minify())
        .with_scoping(minified.scoping)
        .build(&program);
    Ok(written.code)
}
