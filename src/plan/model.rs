//! The plan: a graph of steps, topological by construction.

use serde::{Deserialize, Serialize};

use super::action::{Action, Subject};
use super::cause::{Cause, Notice};

/// A step of one plan, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StepId(pub(crate) u32);

impl StepId {
    /// Its position, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What will be done, in an order in which every step stands after those it waits for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Plan {
    steps: Vec<Step>,
    /// What people should know beside the steps.
    pub notices: Vec<Notice>,
    /// Containers that are as they should be and stay untouched.
    pub kept: Vec<Subject>,
    /// A digest of what the plan was made from; see [`super::fingerprint()`].
    pub fingerprint: String,
}

/// A plan as it was read, before its order is checked.
#[derive(Deserialize)]
struct Unchecked {
    steps: Vec<Step>,
    notices: Vec<Notice>,
    kept: Vec<Subject>,
    fingerprint: String,
}

/// A plan that was read has a step that waits for itself or a later one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("step {} waits for a step that does not stand before it", step + 1)]
pub struct OutOfOrder {
    /// Position, from 0.
    step: usize,
}

impl TryFrom<Unchecked> for Plan {
    type Error = OutOfOrder;

    fn try_from(read: Unchecked) -> Result<Self, OutOfOrder> {
        let Unchecked { steps, notices, kept, fingerprint } = read;
        match steps.iter().enumerate().position(|(index, step)| step.after.iter().any(|id| id.index() >= index)) {
            Some(step) => Err(OutOfOrder { step }),
            None => Ok(Self { steps, notices, kept, fingerprint }),
        }
    }
}

/// One request to the Engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Steps that must be done before; all of them earlier ones.
    pub after: Vec<StepId>,
    /// Why.
    pub cause: Cause,
    /// Whether its failure is only reported and those that wait for it go on (`required: false`).
    pub optional: bool,
}

impl Plan {
    /// Adds a step and gives its id.
    ///
    /// # Panics
    /// If `after` names a step that is not there yet: a plan is topological by construction.
    pub fn push(&mut self, action: Action, mut after: Vec<StepId>, cause: Cause) -> StepId {
        let id = StepId(u32::try_from(self.steps.len()).unwrap_or(u32::MAX));
        after.sort_unstable();
        after.dedup();
        assert!(after.last().is_none_or(|earlier| *earlier < id), "a step can only wait for earlier ones");
        self.steps.push(Step { action, after, cause, optional: false });
        id
    }

    /// Adds a step whose failure stops nobody.
    pub fn push_optional(&mut self, action: Action, after: Vec<StepId>, cause: Cause) -> StepId {
        let id = self.push(action, after, cause);
        self.steps[id.index()].optional = true;
        id
    }

    /// The steps with their ids.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = (StepId, &Step)> + DoubleEndedIterator {
        self.steps.iter().enumerate().map(|(index, step)| (StepId(u32::try_from(index).unwrap_or(u32::MAX)), step))
    }

    /// One step.
    pub fn step(&self, id: StepId) -> &Step {
        &self.steps[id.index()]
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Steps that lose data, for the confirmation.
    pub fn losses(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.action, Action::RemoveVolume { .. }))
    }
}
