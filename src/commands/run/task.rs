//! A task in a container of its own: `ado run --rm` of `ado-do`, with what the service depends on ready.

use std::slice;

use clap::Parser;

use super::{Arguments, attach_and_start, make, single};
use crate::commands::converge::Goal;
use crate::commands::do_task::{Outcome, Place};
use crate::commands::session::{self, Wiring};
use crate::commands::{Error, attach, lock};
use crate::context::Context;
use crate::engine::Engine;
use crate::names::{ContainerId, ContainerName};
use crate::project::{Condition, Dependencies, Project};
use crate::task::Call;

/// The options of `run` as if they had been typed.
#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    arguments: Arguments,
}

/// Does the task; the container is gone when this returns.
pub async fn run_task(context: &Context, project: &Project, call: &Call, place: Place) -> Result<Outcome, Error> {
    let arguments = typed(call)?;
    let mut goal = Goal::new("do", &ready(project, call), slice::from_ref(&call.service), Dependencies::Include)?;
    goal.policy.ignore_orphans = true;
    let wiring = Wiring { tty: place.tty, stdin: !place.collect };
    single::prepare(context, &mut goal, &arguments, wiring)?;
    let lock = lock::acquire(context, &project.name, "do").await?;
    let made = Box::pin(make(context, &goal, &arguments)).await?;
    // Others may change the project while the task runs.
    drop(lock);
    let container = goal.project.services.get(&call.service).and_then(|service| service.container_name.clone());
    let Some((id, container)) = made.zip(container) else { return Ok(Outcome::default()) };
    let engine = context.engine()?;
    let outcome = in_container(context, engine, (&id, container), wiring, place).await;
    engine.remove_container(&id, true).await?;
    outcome
}

fn typed(call: &Call) -> Result<Arguments, Error> {
    let mut words = vec!["run".to_owned(), "--rm".to_owned()];
    words.extend(call.user.iter().flat_map(|user| ["--user".to_owned(), user.clone()]));
    words.extend(call.environment.iter().flat_map(|variable| ["--env".to_owned(), variable.clone()]));
    let (program, task) =
        call.command.split_first().ok_or_else(|| Error::NotRunning { service: call.service.clone(), index: None })?;
    // Whatever the image's entrypoint is, it is no part of a task that runs in a running container either.
    words.extend(["--entrypoint".to_owned(), program.clone(), call.service.to_string()]);
    words.extend(task.iter().cloned());
    let typed = Typed::try_parse_from(words).map_err(crate::task::Error::from)?;
    Ok(typed.arguments)
}

/// The project in which the service waits for everything it depends on to be healthy, where that can be told.
fn ready(project: &Project, call: &Call) -> Project {
    let mut project = project.clone();
    let checked: Vec<_> =
        project.services.values().filter(|one| one.healthcheck.is_some()).map(|one| one.name.clone()).collect();
    let Some(service) = project.services.get_mut(&call.service) else { return project };
    for (name, dependency) in &mut service.depends_on {
        if dependency.condition == Condition::Started && checked.contains(name) {
            dependency.condition = Condition::Healthy;
        }
    }
    project
}

async fn in_container(
    context: &Context,
    engine: &Engine,
    (id, container): (&ContainerId, ContainerName),
    wiring: Wiring,
    place: Place,
) -> Result<Outcome, Error> {
    let mut process = attach_and_start::begin(engine, id, wiring).await?;
    let mut outcome = Outcome { container: Some(container), ..Outcome::default() };
    if place.collect {
        while let Some(piece) = process.output.next().await {
            outcome.take(piece?);
        }
    } else if wiring.tty {
        session::connect(context, process, wiring).await?;
    } else {
        attach::with_signals(engine, id, session::connect(context, process, wiring)).await?;
    }
    outcome.exit_code = engine.wait_exit(id).await?;
    Ok(outcome)
}
