//! Which steps may begin: pure bookkeeping over the graph.

use std::collections::BTreeSet;

use crate::plan::{Plan, StepId};

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Waiting,
    Running,
    Settled,
}

/// The steps of a plan and how far they are.
pub(super) struct Schedule<'a> {
    plan: &'a Plan,
    status: Vec<Status>,
    missing: Vec<usize>,
    dependents: Vec<Vec<StepId>>,
    ready: BTreeSet<StepId>,
}

impl<'a> Schedule<'a> {
    pub(super) fn new(plan: &'a Plan) -> Self {
        let count = plan.steps().len();
        let mut dependents = vec![Vec::new(); count];
        let mut missing = Vec::with_capacity(count);
        let mut ready = BTreeSet::new();
        for (id, step) in plan.steps() {
            missing.push(step.after.len());
            if step.after.is_empty() {
                ready.insert(id);
            }
            for earlier in &step.after {
                dependents[earlier.index()].push(id);
            }
        }
        Self { plan, status: vec![Status::Waiting; count], missing, dependents, ready }
    }

    /// The first step in the plan's order that may begin and that `accepts` takes; it counts as running then.
    pub(super) fn take(&mut self, accepts: impl Fn(StepId) -> bool) -> Option<StepId> {
        let id = self.ready.iter().copied().find(|id| accepts(*id))?;
        self.ready.remove(&id);
        self.status[id.index()] = Status::Running;
        Some(id)
    }

    /// A step was done, or failed without that mattering to those that wait for it.
    pub(super) fn done(&mut self, id: StepId) {
        self.status[id.index()] = Status::Settled;
        for dependent in self.dependents[id.index()].clone() {
            let missing = &mut self.missing[dependent.index()];
            *missing -= 1;
            if *missing == 0 && self.status[dependent.index()] == Status::Waiting {
                self.ready.insert(dependent);
            }
        }
    }

    /// A step failed: those that wait for it are skipped, each with the step because of which. Optional ones among them
    /// are skipped too, but those that wait only for them go on.
    pub(super) fn failed(&mut self, id: StepId) -> Vec<(StepId, StepId)> {
        self.status[id.index()] = Status::Settled;
        if self.plan.step(id).optional {
            self.done(id);
            return Vec::new();
        }
        let mut skipped = Vec::new();
        let mut open = vec![id];
        while let Some(failed) = open.pop() {
            for dependent in self.dependents[failed.index()].clone() {
                if self.status[dependent.index()] != Status::Waiting {
                    continue;
                }
                self.status[dependent.index()] = Status::Settled;
                skipped.push((dependent, failed));
                if self.plan.step(dependent).optional {
                    self.done(dependent);
                } else {
                    open.push(dependent);
                }
            }
        }
        skipped
    }

    /// Steps that were not begun.
    pub(super) fn waiting(&self) -> impl Iterator<Item = StepId> {
        self.plan.steps().map(|(id, _)| id).filter(|id| self.status[id.index()] == Status::Waiting)
    }

    /// Steps that were begun and have not ended.
    pub(super) fn running(&self) -> impl Iterator<Item = StepId> {
        self.plan.steps().map(|(id, _)| id).filter(|id| self.status[id.index()] == Status::Running)
    }
}
