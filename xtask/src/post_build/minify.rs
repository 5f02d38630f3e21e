//! Makes the built programs and scripts smaller.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions},
    minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions},
    parser::Parser,
    span::SourceType,
};
use walrus::Module;

use super::imports;
use crate::files;

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
    for file in files::sorted_entries(folder)? {
        let small = if files::has_extension(&file, &["js"]) {
            minified(&files::read_text(&file)?).map(String::into_bytes)
        } else {
            continue;
        };
        let small = small.with_context(|| format!("cannot minify {}", file.display()))?;
        files::write(&file, small)?;
    }
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
    let text = imports::shorten(&mut module, &files::read_text(script)?)?;
    files::write(script, text)?;
    files::write(program, module.emit_wasm())
}

/// With shorter names, without comments, blanks and the classes around those exports.
fn minified(script: &str) -> Result<String> {
    let script = script.replace(
        &format!("export class {STREAMS}"),
        &format!("class {STREAMS}"),
    );
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &script, SourceType::mjs()).parse();
    let mut problems = parsed.diagnostics.iter();
    if let Some(problem) = problems.next() {
        bail!("not a JavaScript module: {problem}");
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
