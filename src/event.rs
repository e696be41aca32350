//! What happens while a plan is executed: one stream, read by every reporter.

use std::time::Duration;

use crate::names::ContainerId;
use crate::plan::StepId;

/// Something that happened to a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Its work began.
    Started(StepId),
    /// It goes on.
    Progress(StepId, Progress),
    /// It succeeded.
    Finished(StepId, Outcome),
    /// It failed.
    Failed(StepId, Failure),
    /// It was not tried, because this one failed or was skipped.
    Skipped(StepId, StepId),
    /// It was not tried, because the run was interrupted.
    Cancelled(StepId),
}

/// How far a step is.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// A line of a build or of a command.
    Line(String),
    /// A layer or stage: its name, what happens to it, and bytes done and in all where they are known.
    Part {
        /// Layer id or stage.
        name: String,
        /// "Downloading", "Extracting" …
        status: String,
        /// Bytes done.
        current: Option<u64>,
        /// Bytes in all.
        total: Option<u64>,
    },
    /// What is waited for ("health check: starting").
    Status(String),
}

/// How a step ended well.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// How long it took.
    pub took: Duration,
    /// The container it made.
    pub container: Option<ContainerId>,
}

/// Why a step failed, in plain text, so that nobody needs the Engine's types to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, naming the object.
    pub message: String,
    /// Last lines of a log or build that explain it.
    pub details: Vec<String>,
    /// The next step.
    pub hint: Option<String>,
}
