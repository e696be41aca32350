//! The plan of `run`: that of `up` for what the service depends on, and one container of its own, not started yet.

use std::collections::BTreeMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use super::Arguments;
use crate::commands::Error;
use crate::commands::converge::Goal;
use crate::commands::session::Wiring;
use crate::context::Context;
use crate::names::{ContainerName, ServiceName};
use crate::observed::Observed;
use crate::plan::{self, Action, Plan, Step, StepId, Target};
use crate::project::{Restart, with_program};

/// Makes the service what the command line wants for this one container.
pub(super) fn prepare(context: &Context, goal: &mut Goal, arguments: &Arguments, wiring: Wiring) -> Result<(), Error> {
    let name = container_name(goal, arguments)?;
    let volumes = arguments.overrides.volumes(context)?;
    let project = &mut goal.project;
    let Some(service) = project.services.get_mut(&arguments.service) else {
        return Err(Error::NoSuchService { name: arguments.service.clone() });
    };
    service.container_name = Some(name);
    service.replicas = 1;
    service.restart = Restart::No;
    service.tty = wiring.tty;
    service.stdin_open = arguments.overrides.keeps_stdin_open();
    service.post_start.clear();
    // First, because another entrypoint takes away the command that the service had.
    arguments.overrides.apply(context, service)?;
    if !arguments.command.is_empty() {
        service.command = Some(with_program(arguments.command.clone()));
    }
    for (mount, named) in volumes {
        service.volumes.retain(|other| other.target != mount.target);
        service.volumes.push(mount);
        if let Some((key, volume)) = named {
            project.volumes.entry(key).or_insert(volume);
        }
    }
    // The plan has one more container to make, whatever replicas there are.
    goal.policy.scale = BTreeMap::new();
    Ok(())
}

/// `project-service-run-a1b2c3d4e5f6`.
fn container_name(goal: &Goal, arguments: &Arguments) -> Result<ContainerName, Error> {
    if let Some(name) = arguments.overrides.name() {
        return Ok(ContainerName::new(name)?);
    }
    // The keys of a new hasher are random.
    let random = RandomState::new().build_hasher().finish() & 0xffff_ffff_ffff;
    let (project, separator) = (&goal.project.name, goal.project.separator);
    let service = &arguments.service;
    Ok(ContainerName::new(&format!("{project}{separator}{service}{separator}run{separator}{random:012x}"))?)
}

/// The plan, and the step that makes the container, which the Engine removes at its end where it is `fleeting`.
pub(super) fn plan(
    goal: &Goal,
    mut observed: Observed,
    (service, fleeting): (&ServiceName, bool),
) -> Result<(Plan, StepId), Error> {
    observed.containers.retain(|container| container.service != *service);
    let whole = plan::up(&goal.project, &observed, &goal.policy)?;
    let is_maker = |step: &Step| matches!(&step.action, Action::Create { service: made, .. } if made == service);
    let maker = whole.steps().find(|(_, step)| is_maker(step)).map(|(id, _)| id);
    let Some(maker) = maker else { return Err(Error::NoSuchService { name: service.clone() }) };
    let mut single = Plan::default();
    single.notices.clone_from(&whole.notices);
    single.kept.clone_from(&whole.kept);
    let mut moved: BTreeMap<StepId, StepId> = BTreeMap::new();
    for (id, step) in whole.steps() {
        let on_made = step.action.subject().is_some_and(|subject| subject.target == Target::Made(maker));
        if on_made {
            continue;
        }
        let after: Vec<StepId> = step.after.iter().filter_map(|earlier| moved.get(earlier).copied()).collect();
        let mut action = renumbered(step.action.clone(), &moved, id == maker);
        if let Action::Create { replica, .. } = &mut action {
            replica.fleeting = fleeting && id == maker;
        }
        let new = if step.optional {
            single.push_optional(action, after, step.cause.clone())
        } else {
            single.push(action, after, step.cause.clone())
        };
        moved.insert(id, new);
    }
    Ok((single, moved[&maker]))
}

/// The action with the numbers that its targets have in the new plan; the container itself is a one-off one.
fn renumbered(mut action: Action, moved: &BTreeMap<StepId, StepId>, oneoff: bool) -> Action {
    let follow = |target: &mut Target| {
        if let Target::Made(step) = target
            && let Some(new) = moved.get(step)
        {
            *step = *new;
        }
    };
    match &mut action {
        Action::Create { replica, references, .. } => {
            replica.oneoff |= oneoff;
            references.values_mut().for_each(follow);
        }
        other => {
            if let Some(subject) = other.subject_mut() {
                follow(&mut subject.target);
            }
        }
    }
    action
}
