//! The lines of a run: one for each object, in the order in which work on it began.

use std::time::{Duration, Instant};

use crate::event::Progress;

/// Where an object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Something is being done to it.
    Working,
    /// As it should be.
    Done,
    /// Not as it should be.
    Failed,
}

/// What is done about an object; how that is told depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An image comes from its registry.
    Pull,
    /// An image is built.
    Build,
    /// A container is waited for.
    Wait,
    /// Anything else.
    Other,
}

/// Something new about an object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    /// The object, `Container x-web-1`.
    pub id: String,
    /// What is done about it.
    pub kind: Kind,
    /// Compose's word, `Created`.
    pub status: String,
    /// More about it.
    pub detail: Option<Progress>,
    /// Where it stands now.
    pub phase: Phase,
}

impl Change {
    /// A change without more about it.
    pub fn new(id: &str, kind: Kind, status: &str, phase: Phase) -> Self {
        Self { id: id.to_owned(), kind, status: status.to_owned(), detail: None, phase }
    }

    /// With more about it.
    pub fn with(self, detail: Option<Progress>) -> Self {
        Self { detail, ..self }
    }
}

/// An object's line.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub id: String,
    pub status: String,
    pub detail: Option<Progress>,
    pub phase: Phase,
    started: Instant,
    took: Option<Duration>,
}

/// All lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Board {
    lines: Vec<Line>,
}

impl Line {
    /// How long it has been worked on, or was.
    pub fn elapsed(&self) -> Duration {
        self.took.unwrap_or_else(|| self.started.elapsed())
    }
}

impl Board {
    pub fn apply(&mut self, change: Change) {
        let now = Instant::now();
        let Change { id, kind: _, status, detail, phase } = change;
        let index = self.lines.iter().position(|line| line.id == id).unwrap_or_else(|| {
            let new = Line { id, status: String::new(), detail: None, phase, started: now, took: None };
            self.lines.push(new);
            self.lines.len() - 1
        });
        let line = &mut self.lines[index];
        line.status = status;
        line.detail = detail;
        line.phase = phase;
        line.took = (phase != Phase::Working).then(|| now - line.started);
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn done(&self) -> usize {
        self.lines.iter().filter(|line| line.phase == Phase::Done).count()
    }
}
