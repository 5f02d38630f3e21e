//! `xtask-minify FILE…` rewrites JavaScript modules in place: shorter names, without comments and blanks.
//! `cargo xtask post-build` runs it on the scripts of a release build.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, ensure};
use oxc::{
    allocator::Allocator,
    codegen::{Codegen, CodegenOptions},
    minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions},
    parser::Parser,
    span::SourceType,
};

fn main() -> Result<()> {
    for file in env::args_os().skip(1).map(PathBuf::from) {
        let rewrite = || -> Result<()> {
            let small = minified(&fs::read_to_string(&file)?)?;
            Ok(fs::write(&file, small)?)
        };
        rewrite().with_context(|| format!("cannot minify {}", file.display()))?;
    }
    Ok(())
}

fn minified(script: &str) -> Result<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, SourceType::mjs()).parse();
    let problem = parsed.diagnostics.iter().next();
    ensure!(
        problem.is_none(),
        "not a JavaScript module: {}",
        problem.map(ToString::to_string).unwrap_or_default()
    );
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
