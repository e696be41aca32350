//! `include`: other manifests as a part of this one (Compose specification, "include").

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::environment;
use super::loader::{Loader, Scope};
use super::node::{Key, Mapping, Node, Value};
use super::path;
use crate::diagnostic::{Problem, Span};

type Written = (Arc<str>, Span);

/// One entry of `include`.
struct Include {
    paths: Vec<Written>,
    project_directory: Option<Written>,
    env_files: Vec<Written>,
    span: Span,
}

/// Takes in what a document includes.
pub(super) fn apply(loader: &mut Loader, root: &mut Node, file: &Path, scope: &mut Scope) {
    let Some((key, node)) = root.as_mapping_mut().and_then(|root| root.remove("include")) else { return };
    let Value::Sequence(items) = node.value else {
        if !node.is_null() {
            let problem = Problem::at(node.span, "`include` must be a list").label(format!("this is {}", node.kind()));
            loader.report(problem.help("write `- path` for each file"));
        }
        return;
    };
    for item in items {
        let span = if item.span.length > 0 { item.span } else { key.span };
        match read(item, &mut loader.warnings) {
            Ok(include) if !include.paths.is_empty() => take_in(loader, root, file, scope, &include),
            Ok(include) => without_path(loader, scope, &include, span),
            Err(problem) => loader.report(*problem),
        }
    }
}

/// Compose takes nothing in where there is no path; the files of variables have to be there all the same.
fn without_path(loader: &mut Loader, scope: &Scope, include: &Include, span: Span) {
    let files = include.env_files.iter();
    let files: Vec<_> = files.map(|(written, span)| (path::join(&scope.directory, written), Some(*span))).collect();
    environment::add(loader, &files, &mut scope.variables.clone());
    let place = loader.sources.place(span);
    loader.warnings.push(format!("{place}: this include has no `path`, so nothing is included"));
}

fn read(item: Node, warnings: &mut Vec<String>) -> Result<Include, Box<Problem>> {
    let span = item.span;
    let mut include = Include { paths: Vec::new(), project_directory: None, env_files: Vec::new(), span };
    match item.value {
        Value::String(text) => include.paths.push((text, span)),
        Value::Mapping(fields) => {
            for (key, node) in fields {
                match &*key.name {
                    "path" => include.paths = texts(&node)?,
                    "env_file" => include.env_files = texts(&node)?,
                    "project_directory" => include.project_directory = texts(&node)?.into_iter().next(),
                    // Compose ignores it as well.
                    name => warnings.push(format!("`{name}` is not a key of an include, it is ignored")),
                }
            }
        }
        _ => return Err(Box::new(Problem::at(span, "an include is a path or a mapping with `path`"))),
    }
    Ok(include)
}

fn texts(node: &Node) -> Result<Vec<Written>, Box<Problem>> {
    let one = |node: &Node| match &node.value {
        Value::String(text) => Ok((Arc::clone(text), node.span)),
        _ => Err(Box::new(Problem::at(node.span, "a path must be a text").label(format!("this is {}", node.kind())))),
    };
    match &node.value {
        Value::Sequence(items) => items.iter().map(one).collect(),
        _ => Ok(vec![one(node)?]),
    }
}

/// Where the included manifest is at home: absolute, and from the scope that includes it.
fn home_of(include: &Include, first: &Path, scope: &Scope) -> (PathBuf, PathBuf) {
    match &include.project_directory {
        Some((written, _)) if !written.is_empty() => {
            let directory = path::join(&scope.directory, written);
            let base =
                if written.starts_with('/') { directory.clone() } else { path::relative(&scope.directory, &directory) };
            (directory, base)
        }
        _ => {
            let directory = first.parent().unwrap_or(first).to_path_buf();
            let base = path::relative(&scope.directory, &directory);
            (directory, base)
        }
    }
}

fn take_in(loader: &mut Loader, root: &mut Node, file: &Path, scope: &mut Scope, include: &Include) {
    let paths: Vec<PathBuf> = include.paths.iter().map(|(written, _)| path::join(&scope.directory, written)).collect();
    let place = include.paths.first().map(|(_, span)| *span);
    let mut chain = scope.chain.clone();
    chain.push((file.to_path_buf(), place));
    if let Some(at) = chain.iter().position(|(path, _)| *path == paths[0]) {
        loader.report(cycle(loader, &chain[at..], include.span));
        return;
    }
    let (directory, base) = home_of(include, &paths[0], scope);
    let env_files: Vec<_> = if include.env_files.is_empty() {
        let file = directory.join(".env");
        let there = loader.files.exists(&file) && !loader.files.is_directory(&file);
        there.then_some((file, place)).into_iter().collect()
    } else {
        let file = |(written, span): &Written| (path::join(&scope.directory, written), Some(*span));
        include.env_files.iter().map(file).collect()
    };
    let mut variables = scope.variables.clone();
    variables.used.clear();
    environment::add(loader, &env_files, &mut variables);
    let mut inner = Scope { directory, base, chain, variables, bases: HashMap::new() };
    let taken = loader.manifest(&paths, &mut inner, place);
    scope.variables.absorb(inner.variables.used);
    if let Some(taken) = taken {
        import(loader, root, taken, include.span);
    }
}

fn cycle(loader: &Loader, chain: &[(PathBuf, Option<Span>)], span: Span) -> Problem {
    let mut names: Vec<String> = chain.iter().map(|(path, _)| loader.shown(path).display().to_string()).collect();
    names.extend(names.first().cloned());
    let mut problem = Problem::at(span, format!("files include each other in a circle: {}", names.join(" → ")))
        .label("closes the circle")
        .help("remove one of the includes");
    for (_, span) in &chain[..chain.len() - 1] {
        if let Some(span) = span {
            problem = problem.also(*span, "included here");
        }
    }
    problem
}

/// Adds the entries of an included manifest; the same entry twice is fine, another one of the same name is not.
fn import(loader: &mut Loader, root: &mut Node, taken: Node, place: Span) {
    let Value::Mapping(taken) = taken.value else { return };
    let Some(root) = root.as_mapping_mut() else { return };
    for (section, entries) in taken {
        if !matches!(&*section.name, "services" | "volumes" | "networks" | "secrets" | "configs" | "models") {
            continue;
        }
        let Value::Mapping(entries) = entries.value else { continue };
        if root.get(&section.name).is_none_or(Node::is_null) {
            let empty = Node::new(section.span, Value::Mapping(Mapping::default()));
            root.insert(section.clone(), empty);
        }
        let Some(target) = root.get_mut(&section.name).and_then(Node::as_mapping_mut) else { continue };
        for (key, node) in entries {
            match target.entry(&key.name) {
                Some((_, old)) if old.same(&node) => {}
                Some((old, _)) => {
                    let problem = conflict(&section, &key, old.span, place);
                    loader.broken.insert((section.name.to_string(), key.name.to_string()));
                    loader.report(problem);
                }
                None => {
                    target.insert(key, node);
                }
            }
        }
    }
}

fn conflict(section: &Key, key: &Key, old: Span, place: Span) -> Problem {
    Problem::at(
        key.span,
        format!("`{}.{}` is defined here and in a file that includes this one", section.name, key.name),
    )
    .label("in the included file")
    .also(old, "defined again here")
    .also(place, "included here")
    .help("rename one of both, or change the included one in an override file of the include")
}
