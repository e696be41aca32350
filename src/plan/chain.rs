//! Which steps made a run take as long as it did.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::{Action, Plan, StepId};

/// A part of the slowest chain: a service, or a thing that belongs to none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// For people: the service's name, else what was done.
    pub name: String,
    /// How long its steps in the chain took together.
    pub took: Duration,
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.1} s", self.name, self.took.as_secs_f64())
    }
}

/// The chain of steps that took longest, each waiting for the one before: "db 3.1 s → migrate 1.2 s → web 0.6 s". Steps
/// of one service that follow each other are one link. `took` has the steps that were done.
pub fn slowest_chain(plan: &Plan, took: &BTreeMap<StepId, Duration>) -> Vec<Link> {
    let mut best: Vec<(Duration, Option<StepId>)> = Vec::with_capacity(plan.steps().len());
    for (id, step) in plan.steps() {
        let before = step.after.iter().map(|earlier| (best[earlier.index()].0, Some(*earlier))).max();
        let (sum, before) = before.unwrap_or_default();
        best.push((sum + took.get(&id).copied().unwrap_or_default(), before));
    }
    let last = plan.steps().map(|(id, _)| id).max_by_key(|id| best[id.index()].0);
    let chain = std::iter::successors(last, |id| best[id.index()].1);
    let mut links: Vec<Link> = Vec::new();
    for id in chain {
        let name = name(&plan.step(id).action);
        let time = took.get(&id).copied().unwrap_or_default();
        match links.last_mut().filter(|link| link.name == name) {
            Some(link) => link.took += time,
            None => links.push(Link { name, took: time }),
        }
    }
    links.reverse();
    links.retain(|link| !link.took.is_zero());
    links
}

fn name(action: &Action) -> String {
    action.service().map_or_else(|| action.to_string(), ToString::to_string)
}
