//! Problems of what the user wrote, each with its place; all of them are collected before anything is reported.

mod json;
mod nearest;
mod render;

pub use json::lines;
pub use nearest::nearest;
pub use render::render;

use std::path::PathBuf;
use std::sync::Arc;

/// A file of [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A place in a file: one-based line and column (in characters) and the length in characters, on that line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// One-based.
    pub line: u32,
    /// One-based, in characters.
    pub column: u32,
    /// In characters; 0 marks a point.
    pub length: u32,
}

/// One file that was read: its path as the user would type it, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// As shown to people.
    pub path: PathBuf,
    /// The whole text.
    pub text: Arc<str>,
}

/// Every file that was read, so that a [`Span`] can be shown.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Keeps a file and gives its id.
    pub fn add(&mut self, source: Source) -> SourceId {
        self.0.push(source);
        SourceId(u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file with this id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// `path:line` of a place, for causes and lists.
    pub fn place(&self, span: Span) -> String {
        self.get(span.source)
            .map_or_else(|| format!("line {}", span.line), |s| format!("{}:{}", s.path.display(), span.line))
    }
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, one sentence.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What stands at the mark, for example "not a known key".
    pub label: Option<String>,
    /// Further places that matter, with what they are.
    pub also: Vec<(Span, String)>,
    /// The next step.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub fn at(span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::new(message) }
    }

    /// A problem of no particular place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, label: None, also: Vec::new(), help: None }
    }

    /// Adds what stands at the mark.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, span: Span, what: impl Into<String>) -> Self {
        self.also.push((span, what.into()));
        self
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything that is wrong with what was read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} problem(s) in what was read", problems.len())]
pub struct Invalid {
    /// At least one.
    pub problems: Vec<Problem>,
    /// The files the problems point into.
    pub sources: Arc<Sources>,
}

impl Invalid {
    /// Turns what was found into an error; nothing is fine.
    ///
    /// # Errors
    /// At least one problem.
    pub fn if_any(problems: Vec<Problem>, sources: &Arc<Sources>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self { problems, sources: Arc::clone(sources) }) }
    }
}
