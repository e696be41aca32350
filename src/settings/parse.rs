//! From the text of `config.toml` to [`Settings`].

use std::path::Path;
use std::sync::Arc;

use toml::de::DeTable;

use super::fields::Reader;
use super::{Settings, database, layout, repository, task};
use crate::diagnostic::{Invalid, Problem, Source, Sources};

/// Reads `config.toml`; `path` is what people are shown.
///
/// # Errors
/// Every problem of the text at once, each with its place.
pub fn parse(path: &Path, text: &str) -> Result<Settings, Invalid> {
    let mut sources = Sources::default();
    let source = sources.add(Source { path: path.to_owned(), text: text.into() });
    let sources = Arc::new(sources);
    let reader = Reader::new(text, source);
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let problems = errors.iter().map(|error| syntax(&reader, error)).collect();
        return Err(Invalid { problems, sources });
    }
    let settings = {
        let top = reader.fields("config.toml", document.get_ref(), reader.span(document.span()));
        let settings = Settings {
            repositories: repository::repositories(&top),
            directories: layout::directories(&top),
            files: layout::files(&top),
            databases: database::databases(&top),
            tasks: task::tasks(&top),
            sources: Arc::clone(&sources),
        };
        top.finish();
        settings
    };
    task::check(&reader, &settings);
    let problems = reader.into_problems();
    if problems.is_empty() { Ok(settings) } else { Err(Invalid { problems, sources }) }
}

fn syntax(reader: &Reader<'_>, error: &toml::de::Error) -> Problem {
    let message = format!("this is not TOML: {}", error.message());
    match error.span() {
        Some(range) => Problem::at(reader.span(range), message),
        None => Problem::new(message),
    }
}

/// The part of `config.toml` that containers may know: its tasks and databases, without addresses of repositories and
/// whatever else concerns this machine only. Empty where the text is no TOML.
pub fn for_containers(text: &str) -> String {
    let Ok(mut document) = text.parse::<toml_edit::DocumentMut>() else { return String::new() };
    document.retain(|key, _| key == "task" || key == "database");
    document.to_string()
}
