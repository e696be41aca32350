//! How a run went.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::event::Failure;
use crate::names::ContainerId;
use crate::plan::StepId;

/// How a run went, for the exit code and the summary.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Steps that failed, in the order in which they did.
    pub failed: Vec<(StepId, Failure)>,
    /// Optional steps that failed: they are only told.
    pub tolerated: Vec<(StepId, Failure)>,
    /// Whether the run was told to end early.
    pub interrupted: bool,
    /// Whether the Engine may still be doing something that was asked for: nobody waited for its answer, or none came.
    pub unfinished: bool,
    /// How long each step took that was done.
    pub took: BTreeMap<StepId, Duration>,
    /// The containers that were made, by the step that made them.
    pub made: BTreeMap<StepId, ContainerId>,
}

impl Report {
    /// Whether everything was done that had to be.
    pub fn is_success(&self) -> bool {
        self.failed.is_empty() && !self.interrupted
    }
}
