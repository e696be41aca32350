//! Stopping and starting one container, with its hooks.

use std::time::Duration;

use super::up::subject_of;
use super::{Action, Cause, Plan, StepId, Subject};
use crate::observed::Container;
use crate::project::Service;

/// Stops a container after its `pre_stop` hooks; `None` where it does not run.
pub(super) fn stop(
    plan: &mut Plan,
    (container, service): (&Container, Option<&Service>),
    timeout: Option<Duration>,
    (cause, mut after): (Cause, Vec<StepId>),
) -> Option<StepId> {
    if !container.state.is_running() {
        return None;
    }
    let subject = subject_of(container);
    for hook in service.map(|service| service.pre_stop.as_slice()).unwrap_or_default() {
        let action = Action::Hook { subject: subject.clone(), hook: hook.clone() };
        after = vec![plan.push(action, after, cause.clone())];
    }
    Some(plan.push(Action::Stop { subject, timeout }, after, cause))
}

/// Starts a container and runs its `post_start` hooks; the step after which that is done.
pub(super) fn start(
    plan: &mut Plan,
    (subject, service): (&Subject, &Service),
    (cause, after): (Cause, Vec<StepId>),
) -> StepId {
    let started = plan.push(Action::Start(subject.clone()), after, cause.clone());
    hooks_after_start(plan, (subject, service), (cause, started))
}

/// Runs the `post_start` hooks of a container, one after the other.
pub(super) fn hooks_after_start(
    plan: &mut Plan,
    (subject, service): (&Subject, &Service),
    (cause, started): (Cause, StepId),
) -> StepId {
    let hooks = service.post_start.iter();
    hooks.fold(started, |done, hook| {
        let action = Action::Hook { subject: subject.clone(), hook: hook.clone() };
        plan.push(action, vec![done], cause.clone())
    })
}
