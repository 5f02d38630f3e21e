//! Rules for our sources that no lint of stable Rust has.

#![expect(clippy::unwrap_used, reason = "tests end by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The folders in which the root files of our crates lie.
const CRATES: [&str; 20] = [
    "backend/src",
    "backend/src/bin/webkyc",
    "backend/tests/it",
    "bench/src",
    "examples/shop/src",
    "examples/webhooks/axum/src",
    "frontend/src",
    "sandbox/specimen/src",
    "languages/src",
    "sandbox/src",
    "sandbox/tests/it",
    "shared/src",
    "tests/it",
    "tests/kit/src",
    "verifier/measure/src",
    "verifier/reading/src",
    "verifier/src",
    "verifier/tests/it",
    "xtask/src",
    "xtask/tests",
];

const MOST_LINES: usize = 400;

#[test]
fn no_file_has_more_than_400_lines() {
    let lines = |file: &PathBuf| fs::read_to_string(file).unwrap().lines().count();
    let files = CRATES.iter().flat_map(|root| source_files(root));
    let long: Vec<PathBuf> = files.filter(|file| lines(file) > MOST_LINES).collect();
    assert!(long.is_empty(), "split these files: {long:#?}");
}

#[test]
fn a_block_of_imports_names_each_crate_once() {
    let files = CRATES.iter().flat_map(|root| source_files(root));
    let twice = files.map(|file| (imported_twice(&tokens(&file)), file));
    let twice: Vec<_> = twice.filter(|(names, _)| !names.is_empty()).collect();
    assert!(twice.is_empty(), "write one `use` of each: {twice:#?}");
}

#[test]
fn no_modules_depend_on_each_other_in_a_circle() {
    let circles = CRATES.iter().flat_map(|root| {
        let graphs = siblings(&named_by_module(root));
        let circles = graphs.values().filter_map(find_circle).collect::<Vec<_>>();
        circles
            .into_iter()
            .map(move |circle| format!("{root}: {}", circle.join(" -> ")))
    });
    let circles: Vec<String> = circles.collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

/// Besides `Error`, which its module's name tells apart.
#[test]
fn no_two_types_of_a_crate_have_one_name() {
    let of_product = CRATES
        .iter()
        .filter(|root| root.ends_with("src") && !root.starts_with("bench"));
    let twice = of_product.flat_map(|root| {
        let mut seen = BTreeMap::<String, Vec<PathBuf>>::new();
        for file in source_files(root) {
            for name in types(&tokens(&file)) {
                seen.entry(name).or_default().push(file.clone());
            }
        }
        seen.retain(|name, files| files.len() > 1 && name != "Error");
        seen
    });
    let twice: Vec<_> = twice.collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The Rust files of a crate, without the programs in `bin/`, which are crates of their own.
fn source_files(root: &str) -> Vec<PathBuf> {
    let root = workspace().join(root);
    let (mut files, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            if path.is_dir() && path != root.join("bin") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path);
            }
        }
    }
    assert!(!files.is_empty(), "{}", root.display());
    files.sort();
    files
}

/// Without comments and strings, and with macros' arguments as they are written.
fn tokens(file: &Path) -> Vec<TokenTree> {
    let text = fs::read_to_string(file).unwrap();
    let tokens = text.parse::<TokenStream>();
    let tokens = tokens.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    tokens.into_iter().collect()
}

fn is(token: Option<&TokenTree>, text: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(_) | TokenTree::Punct(_)))
        && token.is_some_and(|token| token.to_string() == text)
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// The first names of paths that two `use` lines of one block and one visibility begin with. Lines with
/// an attribute do not count: rustfmt keeps them apart.
fn imported_twice(tokens: &[TokenTree]) -> BTreeSet<String> {
    let (mut seen, mut twice) = (BTreeSet::new(), BTreeSet::new());
    let (mut at, mut end_of_block) = (0, 0);
    while at < tokens.len() {
        let start = at;
        if is(tokens.get(at), "pub") {
            at += 1;
            at += usize::from(is_group(tokens.get(at), Delimiter::Parenthesis));
        }
        if !is(tokens.get(at), "use") || is(tokens.get(at.wrapping_sub(1)), "+") {
            at = at.max(start + 1);
            continue;
        }
        let visibility: String = tokens[start..at].iter().map(ToString::to_string).collect();
        let root = tokens[at..]
            .iter()
            .skip(1)
            .find(|token| matches!(token, TokenTree::Ident(_)));
        let root = root.map(ToString::to_string).unwrap_or_default();
        if start != end_of_block {
            seen.clear();
        }
        let has_attribute = start > 0 && is_group(tokens.get(start - 1), Delimiter::Bracket);
        if !has_attribute && !seen.insert((visibility, root.clone())) {
            twice.insert(root);
        }
        while at < tokens.len() && !is(tokens.get(at), ";") {
            at += 1;
        }
        at += 1;
        end_of_block = at;
    }
    twice
}

/// The structs, enums and traits that stand in no block.
fn types(tokens: &[TokenTree]) -> Vec<String> {
    let is_keyword = |token| {
        ["struct", "enum", "trait"]
            .iter()
            .any(|it| is(Some(token), it))
    };
    let pairs = tokens.windows(2).filter(|pair| is_keyword(&pair[0]));
    let names = pairs.filter_map(|pair| match &pair[1] {
        TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    });
    names.collect()
}

/// A path of modules or items from the root of a crate.
type ModulePath = Vec<String>;

/// Modules, each with those that it depends on.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The modules of a crate with a file of their own, each with the paths that its file names outside of
/// `#[cfg(test)]`.
fn named_by_module(root: &str) -> BTreeMap<ModulePath, BTreeSet<ModulePath>> {
    let folder = workspace().join(root);
    let mut named = BTreeMap::new();
    let mut for_tests = Vec::new();
    // `a.rs` comes before the files in `a/`, which it may declare to be for tests.
    let mut files = source_files(root);
    files.sort_by_key(|file| (file.components().count(), !is_root(file)));
    for file in files {
        let without_extension = file.with_extension("");
        let children = if is_root(&file) && file.parent() == Some(&folder) {
            folder.clone()
        } else {
            without_extension.clone()
        };
        let tokens = tokens(&file);
        for_tests.extend(
            modules_for_tests(&tokens)
                .into_iter()
                .map(|module| children.join(module)),
        );
        let is_for_tests = for_tests.iter().any(|it| without_extension.starts_with(it));
        if children == folder || is_for_tests {
            continue;
        }
        let path = without_extension.strip_prefix(&folder).unwrap();
        let parts = path.components();
        let module = parts.map(|part| part.as_os_str().to_str().unwrap().to_owned());
        let module: ModulePath = module.collect();
        let mut names = BTreeSet::new();
        collect_names(&tokens, &module, &mut names);
        named.insert(module, names);
    }
    named
}

/// The modules of each module, with the siblings that they, or modules in them, depend on.
fn siblings(named: &BTreeMap<ModulePath, BTreeSet<ModulePath>>) -> BTreeMap<ModulePath, Graph> {
    let mut graphs: BTreeMap<ModulePath, Graph> = BTreeMap::new();
    for (module, names) in named {
        for depth in 0..module.len() {
            let graph = graphs.entry(module[..depth].to_vec()).or_default();
            let needed = graph.entry(module[depth].clone()).or_default();
            let others = names.iter().filter(|name| {
                name.starts_with(&module[..depth]) && name.get(depth) != module.get(depth)
            });
            let others = others.filter_map(|name| name.get(..=depth));
            let modules = others.filter(|name| named.contains_key(*name));
            needed.extend(modules.map(|name| name[depth].clone()));
        }
    }
    graphs
}

fn is_root(file: &Path) -> bool {
    file.file_name()
        .is_some_and(|name| name == "main.rs" || name == "lib.rs")
}

/// The names in `#[cfg(test)] mod NAME;`.
fn modules_for_tests(tokens: &[TokenTree]) -> Vec<String> {
    let declarations = tokens
        .windows(5)
        .filter(|it| is_cfg_test(&it[0..2]) && is(it.get(2), "mod") && is(it.get(4), ";"));
    declarations.map(|it| it[3].to_string()).collect()
}

fn is_cfg_test(tokens: &[TokenTree]) -> bool {
    is(tokens.first(), "#")
        && tokens
            .get(1)
            .is_some_and(|it| it.to_string() == "[cfg (test)]")
}

/// The paths that begin with `crate` or `super`, as a module names them, from the root.
fn collect_names(tokens: &[TokenTree], module: &[String], names: &mut BTreeSet<ModulePath>) {
    let mut at = 0;
    while at < tokens.len() {
        if is_cfg_test(&tokens[at..]) {
            // An item ends with its braces or its semicolon.
            at += 2;
            while at < tokens.len()
                && !is(tokens.get(at), ";")
                && !is_group(tokens.get(at), Delimiter::Brace)
            {
                at += 1;
            }
            at += 1;
            continue;
        }
        if let TokenTree::Group(group) = &tokens[at] {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            collect_names(&inner, module, names);
        }
        let mut supers = 0;
        let mut end = at;
        while is(tokens.get(end), "super") && is(tokens.get(end + 1), ":") {
            supers += 1;
            end += 3;
        }
        if is(tokens.get(at), "crate") && is(tokens.get(at + 1), ":") {
            (supers, end) = (module.len(), at + 3);
        }
        if end > at && supers <= module.len() {
            collect_paths(&tokens[end..], &module[..module.len() - supers], names);
        }
        at = end.max(at + 1);
    }
}

/// The one path, or the paths of a group in braces, that begin here.
fn collect_paths(tokens: &[TokenTree], before: &[String], names: &mut BTreeSet<ModulePath>) {
    match tokens.first() {
        Some(TokenTree::Ident(name)) => {
            let path = [before, &[name.to_string()]].concat();
            let goes_on = is(tokens.get(1), ":") && is(tokens.get(2), ":");
            if goes_on && !is(tokens.get(3), "<") {
                collect_paths(&tokens[3..], &path, names);
            }
            names.insert(path);
        }
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            for entry in inner.split(|token| is(Some(token), ",")) {
                collect_paths(entry, before, names);
            }
        }
        _ => {}
    }
}

/// A path that ends where it begins, if there is one.
fn find_circle(graph: &Graph) -> Option<Vec<String>> {
    fn follow(
        graph: &Graph,
        module: &str,
        path: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> bool {
        if let Some(start) = path.iter().position(|it| it == module) {
            path.drain(..start);
            path.push(module.to_owned());
            return true;
        }
        if done.contains(module) {
            return false;
        }
        path.push(module.to_owned());
        for next in &graph[module] {
            if follow(graph, next, path, done) {
                return true;
            }
        }
        path.pop();
        done.insert(module.to_owned());
        false
    }
    let (mut path, mut done) = (Vec::new(), BTreeSet::new());
    graph
        .keys()
        .any(|module| follow(graph, module, &mut path, &mut done))
        .then_some(path)
}

#[test]
fn the_rules_find_what_breaks_them() {
    let read = |text: &str| -> Vec<TokenTree> {
        text.parse::<TokenStream>().unwrap().into_iter().collect()
    };
    let twice = |text: &str| imported_twice(&read(text)).into_iter().collect::<Vec<_>>();
    assert_eq!(twice("use std::fs; use std::io; fn f() {}"), ["std"]);
    assert!(twice("use std::fs; use a::b; pub use a::c; #[cfg(unix)] use std::os;").is_empty());
    assert!(twice("use std::fs; mod a; use std::io;").is_empty());

    let code = "pub struct A; impl A { struct B {} } enum C { D } trait E {} type F = A;";
    assert_eq!(types(&read(code)), ["A", "C", "E"]);

    let names = |text: &str, module: &str| {
        let module: ModulePath = module.split("::").map(str::to_owned).collect();
        let mut names = BTreeSet::new();
        collect_names(&read(text), &module, &mut names);
        let names = names.into_iter().map(|path| path.join("::"));
        names.collect::<Vec<_>>()
    };
    let code = "use crate::{a, b::{C, d::E}}; fn f() { println!(\"{}\", crate::d::E); super::f(); }
        #[cfg(test)] mod tests { use crate::g; } // crate::h";
    let of_any = ["a", "b", "b::C", "b::d", "b::d::E", "d", "d::E"];
    assert_eq!(names(code, "m"), [&of_any[..], &["f"]].concat());
    assert_eq!(names(code, "m::n"), [&of_any[..], &["m::f"]].concat());

    let named = [
        ("m::n", "use super::o::P;"),
        ("m::o", "use crate::m::n::Q;"),
    ];
    let path = |text: &str| text.split("::").map(str::to_owned).collect::<ModulePath>();
    let named = named.map(|(module, code)| {
        let mut names = BTreeSet::new();
        collect_names(&read(code), &path(module), &mut names);
        (path(module), names)
    });
    let graphs = siblings(&named.into());
    assert_eq!(find_circle(&graphs[&path("m")]).unwrap(), ["n", "o", "n"]);

    let graph = [("a", "b"), ("b", "c"), ("c", "b")];
    let graph = graph.map(|(from, to)| (from.to_owned(), BTreeSet::from([to.to_owned()])));
    assert_eq!(find_circle(&graph.into()).unwrap(), ["b", "c", "b"]);
}
