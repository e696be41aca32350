//! `[[directory]]` and `[[file]]`.

use std::path::PathBuf;

use super::fields::{Fields, Located};
use super::repository::clean;
use super::rules;
use crate::diagnostic::{Problem, Span};

/// A directory that must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// Below the project's directory.
    pub path: PathBuf,
    /// Permissions it gets when it is made, for example `0o750`; `None`: what the system gives.
    pub mode: Option<u32>,
    /// Where it stands.
    pub span: Span,
}

/// An example file that is copied where the target is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// The example, below the project's directory.
    pub source: PathBuf,
    /// The copy, below the project's directory.
    pub target: PathBuf,
    /// Where it stands.
    pub span: Span,
}

pub(super) fn directories(top: &Fields<'_, '_>) -> Vec<Directory> {
    top.tables("directory").into_iter().filter_map(directory).collect()
}

fn directory(fields: Fields<'_, '_>) -> Option<Directory> {
    let reader = fields.reader();
    let span = fields.span;
    let path = fields.required("path");
    let mode = fields.text("mode");
    fields.finish();
    let mode = mode.and_then(|text| {
        let parsed = u32::from_str_radix(&text.value, 8).ok().filter(|mode| *mode <= 0o7777);
        if parsed.is_none() {
            let message = format!("`{}` is not a file mode", text.value.escape_debug());
            reader.report(Problem::at(text.span, message).help("write it in octal, for example \"0750\""));
        }
        parsed
    });
    Some(Directory { path: place(reader, &path?)?, mode, span })
}

pub(super) fn files(top: &Fields<'_, '_>) -> Vec<ExampleFile> {
    top.tables("file").into_iter().filter_map(file).collect()
}

fn file(fields: Fields<'_, '_>) -> Option<ExampleFile> {
    let reader = fields.reader();
    let span = fields.span;
    let source = fields.required("source");
    let target = fields.required("target");
    fields.finish();
    let source = source.and_then(|path| place(reader, &path));
    let target = target.and_then(|path| place(reader, &path));
    Some(ExampleFile { source: source?, target: target?, span })
}

fn place(reader: &super::fields::Reader<'_>, path: &Located<String>) -> Option<PathBuf> {
    reader.allow("path", path, rules::path(&path.value)).then(|| clean(&path.value))
}
