//! Errors of the Engine as failures of steps: plain text that names what the user knows.

use crate::engine::{Engine, Error, LogsRequest};
use crate::event::Failure;
use crate::names::ContainerId;
use crate::plan::Subject;

/// Lines of a log that are shown with a failure.
const LINES: u64 = 10;

/// Why a step ended badly.
#[derive(Debug)]
pub(super) enum StepError {
    /// The Engine refused or failed.
    Engine(Error),
    /// It was done, but the result is not what was wanted.
    Failure(Failure),
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<Failure> for StepError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl StepError {
    /// Whether the Engine itself is gone, so that no other step can succeed either.
    pub(super) fn is_loss_of_engine(&self) -> bool {
        matches!(self, Self::Engine(Error::Unreachable { .. } | Error::Interrupted { .. }))
    }

    /// Whether the Engine may still do what it was asked for.
    pub(super) fn is_without_answer(&self) -> bool {
        matches!(self, Self::Engine(Error::TimedOut { .. }))
    }

    /// The failure, in which a container goes by its name rather than its id.
    pub(super) fn into_failure(self, subject: Option<(&Subject, &ContainerId)>) -> Failure {
        match self {
            Self::Failure(failure) => failure,
            Self::Engine(error) => {
                let mut message = error.to_string();
                if let Some((subject, id)) = subject {
                    let short = id.as_str().get(..12).unwrap_or(id.as_str());
                    message = message.replace(&format!("`{short}`"), &format!("`{}`", subject.name));
                }
                Failure { message, details: error.details().to_vec(), hint: error.hint() }
            }
        }
    }
}

/// A failure without further explanation.
pub(super) fn failure(message: impl Into<String>) -> Failure {
    Failure { message: message.into(), details: Vec::new(), hint: None }
}

/// The last lines that a container wrote; none where they cannot be had.
pub(super) async fn last_lines(engine: &Engine, id: &ContainerId) -> Vec<String> {
    let request = LogsRequest { tail: Some(LINES), ..LogsRequest::default() };
    let Ok(mut logs) = engine.logs(id, &request).await else { return Vec::new() };
    let mut lines = Vec::new();
    while let Some(Ok(line)) = logs.next().await {
        lines.push(String::from_utf8_lossy(&line.text).trim_end().to_owned());
    }
    lines
}

/// The last lines of an output.
pub(super) fn last_of(output: &str) -> Vec<String> {
    let lines: Vec<&str> = output.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let first = lines.len().saturating_sub(usize::try_from(LINES).unwrap_or(usize::MAX));
    lines[first..].iter().map(|line| (*line).to_owned()).collect()
}
