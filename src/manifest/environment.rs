//! Files of variables: `.env`, `--env-file`, and `env_file` and `label_file` of services.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::dotenv::{self, DotenvError, Entry, Format, Known};
use super::loader::Loader;
use super::variables::{Provenance, Variables};
use crate::diagnostic::{Problem, SourceId, Span};

/// Adds the variables of `.env` files. What is set already wins; among the files, the later one.
pub(super) fn add(loader: &mut Loader, files: &[(PathBuf, Option<Span>)], variables: &mut Variables) {
    let mut latest: BTreeMap<String, (String, PathBuf)> = BTreeMap::new();
    for (file, place) in files {
        let outside = |name: &str| variables.get(name).map(str::to_owned);
        let earlier = |name: &str| latest.get(name).map(|(value, _)| value.clone());
        let known = Known { outside: &outside, earlier: &earlier };
        let Some((_, entries)) = entries(loader, (file, *place), Format::Compose, &known) else { continue };
        for entry in entries {
            latest.insert(entry.name, (entry.value, file.clone()));
        }
    }
    for (name, (value, file)) in latest {
        variables.add([(name, value)], &Provenance::EnvFile(file));
    }
}

/// Reads a file of variables with the place of each.
pub(super) fn entries(
    loader: &mut Loader,
    (file, place): (&Path, Option<Span>),
    format: Format,
    known: &Known,
) -> Option<(SourceId, Vec<Entry>)> {
    let shown = loader.shown(file);
    let problem = if !loader.files.exists(file) {
        Some(format!("there is no file `{}`", shown.display()))
    } else if loader.files.is_directory(file) {
        Some(format!("`{}` is a directory, not a file of variables", shown.display()))
    } else {
        None
    };
    if let Some(message) = problem {
        let problem = Problem { span: place, ..Problem::new(message) };
        loader.report(problem.help("create it, correct the path, or write `required: false`"));
        return None;
    }
    let (source, text) = loader.read(file, place)?;
    match dotenv::parse(&text, format, known) {
        Ok(entries) => Some((source, entries)),
        Err(error) => {
            loader.report(mistake(&error, source));
            None
        }
    }
}

fn mistake(error: &DotenvError, source: SourceId) -> Problem {
    let (line, column) = error.place();
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let span = Span { source, line: number(line), column: number(column), length: 1 };
    let problem = Problem::at(span, error.to_string());
    match error {
        DotenvError::Open { .. } => problem.label("opens here").help("close the quote"),
        DotenvError::Template { .. } => problem.help("write `${NAME}`; a plain dollar is `$$` or `\\$`"),
        _ => problem.help("write `NAME=value`, one on each line"),
    }
}
