//! The project's name: `-p`, `COMPOSE_PROJECT_NAME`, `name:` of the last file that has one, or the directory.

use std::borrow::Cow;
use std::path::PathBuf;

use super::discover::{Found, normalized};
use super::form::Form;
use super::loader::Loader;
use super::node::Node;
use super::parse;
use super::template;
use super::variables::Provenance;
use crate::diagnostic::{Problem, Span};
use crate::names::ProjectName;

/// Finds the name and makes it known as `COMPOSE_PROJECT_NAME`.
pub(super) fn name(loader: &mut Loader, found: &mut Found) -> Option<ProjectName> {
    let (text, place) = wanted(loader, found)?;
    let Ok(name) = ProjectName::new(&text) else {
        let message = if text.is_empty() {
            "the project has no name: its directory has no letter or digit".to_owned()
        } else {
            format!("`{text}` is not a project name")
        };
        let problem = Problem { span: place, ..Problem::new(message) };
        let problem = problem.help(match normalized(&text).as_str() {
            "" => "name the project with `-p` or with `name:` in the manifest".to_owned(),
            fitting => format!("write `{fitting}`: lowercase letters, digits, `-` and `_`, first a letter or digit"),
        });
        loader.report(problem);
        return None;
    };
    found.variables.set("COMPOSE_PROJECT_NAME", name.as_str(), Provenance::Project);
    Some(name)
}

fn wanted(loader: &mut Loader, found: &mut Found) -> Option<(String, Option<Span>)> {
    if let Some(name) = loader.request.project_name.as_ref().filter(|name| !name.is_empty()) {
        return Some((name.clone(), None));
    }
    if let Some(name) = found.variables.get("COMPOSE_PROJECT_NAME").filter(|name| !name.is_empty()) {
        return Some((name.to_owned(), None));
    }
    if let Some(node) = written(loader, &found.files) {
        let text = node.as_str().unwrap_or_default().to_owned();
        let filled = match loader.form() {
            Form::Open => Ok(Cow::Borrowed(&*text)),
            Form::Filled => template::fill(&text, &mut |name| found.variables.get(name).map(str::to_owned)),
        };
        match filled.map(|filled| normalized(&filled)) {
            Ok(name) if name.is_empty() => {}
            Ok(name) => return Some((name, Some(node.span))),
            Err(error) => {
                loader.report(super::interpolate::problem(&error, &text, node.span));
                return None;
            }
        }
    }
    let directory = found.directory.file_name().map(|name| name.to_string_lossy().into_owned());
    Some((normalized(&directory.unwrap_or_default()), None))
}

/// Most files have no name, and need not be read for it.
fn may_have_name(text: &str) -> bool {
    let is_json = text.trim_start().starts_with('{');
    is_json || text.lines().any(|line| line.trim_start().trim_start_matches(['"', '\'', '?', ' ']).starts_with("name"))
}

/// The last `name:` of all documents of all files.
fn written(loader: &mut Loader, files: &[PathBuf]) -> Option<Node> {
    let mut last = None;
    for file in files {
        let Some((source, text)) = loader.read(file, None) else { continue };
        if !may_have_name(&text) {
            continue;
        }
        for document in parse::parse(&text, source, &mut Vec::new()) {
            let name = document.root.get("name").filter(|name| name.as_str().is_some_and(|text| !text.is_empty()));
            last = name.cloned().or(last);
        }
    }
    last
}
