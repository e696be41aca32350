//! Turns events into changes of lines, and gives them to the way of showing that was chosen.

use std::collections::BTreeMap;
use std::io;

use crate::event::{Event, Progress};
use crate::plan::{Plan, StepId};
use crate::ui::Ui;

use super::board::{Change, Kind, Phase};
use super::frames::Frames;
use super::rows::Rows;
use super::words::{self, Words};

/// Which steps are only told to begin and to end, without what happens in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terse {
    /// The layers of pulls.
    pub pulls: bool,
    /// What builders write.
    pub builds: bool,
}

/// Shows a plan while it is executed.
#[derive(Debug)]
pub struct Reporter {
    words: BTreeMap<StepId, Words>,
    rows: Rows,
    terse: Terse,
}

impl Reporter {
    /// Begins to show `plan`; `title` stands in the heading on a terminal ("up", "down").
    pub fn new(ui: &Ui, title: &str, plan: &Plan) -> Self {
        Self { words: words::of_plan(plan), rows: Rows::new(ui, title), terse: Terse::default() }
    }

    /// Leaves out what happens in the middle of some steps.
    #[must_use]
    pub fn terse(self, terse: Terse) -> Self {
        Self { terse, ..self }
    }

    /// Leaves out a step.
    #[must_use]
    pub fn hiding(mut self, step: Option<StepId>) -> Self {
        if let Some(step) = step {
            self.words.remove(&step);
        }
        self
    }

    /// When [`Reporter::tick`] wants to be called.
    pub fn frames(&self) -> Frames {
        self.rows.frames()
    }

    /// Shows work that no plan knows: a push, a copy. `done` is `None` where it failed.
    pub fn end(&mut self, id: &str, done: Option<&'static str>) -> io::Result<()> {
        let (status, phase) = done.map_or(("Error", Phase::Failed), |done| (done, Phase::Done));
        self.rows.change(Change::new(id, Kind::Other, status, phase))
    }

    /// Shows that something is not pulled, and why.
    pub fn left_out(&mut self, id: &str, reason: &str) -> io::Result<()> {
        self.rows.change(Change::new(id, Kind::Pull, reason, Phase::Done))
    }

    /// Shows that such work goes on.
    pub fn working(&mut self, id: &str, status: &'static str, detail: Option<Progress>) -> io::Result<()> {
        self.rows.change(Change::new(id, Kind::Other, status, Phase::Working).with(detail))
    }

    /// Shows an event.
    pub fn event(&mut self, event: &Event) -> io::Result<()> {
        let Some(change) = self.changed(event) else { return Ok(()) };
        self.rows.change(change)
    }

    /// Draws the next frame on a terminal.
    pub fn tick(&mut self) -> io::Result<()> {
        self.rows.tick()
    }

    /// Draws the last state, which stays.
    pub fn finish(self) -> io::Result<()> {
        self.rows.finish()
    }

    /// What an event means for a line; `None` for steps that are not shown.
    fn changed(&self, event: &Event) -> Option<Change> {
        let of = |step: &StepId, status: &str, phase: Phase| {
            let words = self.words.get(step)?;
            Some(Change::new(&words.id, words.kind, status, phase))
        };
        match event {
            Event::Started(step) => {
                let working = self.words.get(step)?.working?;
                of(step, working, Phase::Working)
            }
            Event::Progress(step, progress) => {
                let words = self.words.get(step)?;
                let is_hidden = match words.kind {
                    Kind::Pull => self.terse.pulls,
                    Kind::Build => self.terse.builds,
                    Kind::Wait | Kind::Other => false,
                };
                if is_hidden {
                    return None;
                }
                let change = of(step, words.working.unwrap_or(words.done), Phase::Working)?;
                Some(change.with(Some(progress.clone())))
            }
            Event::Finished(step, _) => {
                let done = self.words.get(step)?.done;
                of(step, done, Phase::Done)
            }
            Event::Failed(step, failure) => {
                let detail = Some(Progress::Status(failure.message.clone()));
                of(step, "Error", Phase::Failed).map(|change| change.with(detail))
            }
            Event::Skipped(step, _) => of(step, "Skipped", Phase::Failed),
            // The builder's own word, at the end of its own lines.
            Event::Cancelled(step) if self.words.get(step)?.kind == Kind::Build => {
                let detail = Some(Progress::Line("CANCELED".to_owned()));
                of(step, "Building", Phase::Failed).map(|change| change.with(detail))
            }
            Event::Cancelled(step) => of(step, "Interrupted", Phase::Failed),
        }
    }
}
