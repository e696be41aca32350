//! `ado watch`: carries changes of source files into what runs.

mod act;
mod changes;
mod rules;

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;
use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{self, UnboundedReceiver};

use super::converge::Goal;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::Refresh;
use crate::project::{Dependencies, Project};

use changes::Changes;
use rules::Rules;

/// So long nothing may change until what has changed is acted upon: editors write in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// What is watched.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all that have something to be watched
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Do not build and start the services first
    #[arg(long)]
    no_up: bool,
    /// Show no progress of builds
    #[arg(long)]
    quiet: bool,
}

/// Watches until it is interrupted.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let goal = goal(&project, &arguments.services, arguments.quiet)?;
    if !arguments.no_up {
        let prepared = goal.prepare(context).await?;
        goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?.ensure_done()?;
    }
    if context.options.dry_run {
        return Ok(Exit::DONE);
    }
    let stop = context.interrupts()?.stop.clone();
    tokio::select! {
        result = follow(context, &project, &arguments.services, arguments.quiet) => result.map(|()| Exit::DONE),
        () = stop.cancelled() => Ok(Exit::INTERRUPTED),
    }
}

/// Carries changes over for as long as it is polled.
///
/// # Errors
/// Where no service has anything to be watched, and where the system cannot watch.
pub(super) async fn follow(
    context: &Context,
    project: &Project,
    services: &[ServiceName],
    quiet: bool,
) -> Result<(), Error> {
    let rules = Rules::of(project, services)?;
    let (watcher, mut paths) = listen(&rules)?;
    rules.initial_sync(context, project).await?;
    context.ui.note("Watch enabled")?;
    loop {
        let Some(first) = paths.recv().await else { break };
        let mut changes = Changes::default();
        changes.add(first);
        while let Ok(Some(path)) = tokio::time::timeout(QUIET, paths.recv()).await {
            changes.add(path);
        }
        act::on(context, project, &rules, (&changes, quiet)).await?;
        if context.options.verbose {
            context.ui.note("batch complete")?;
        }
    }
    drop(watcher);
    Ok(())
}

/// Builds and starts these services and what they depend on.
pub(super) fn goal(project: &Project, services: &[ServiceName], quiet: bool) -> Result<Goal, Error> {
    let mut goal = Goal::new("watch", project, services, Dependencies::Include)?;
    goal.policy.images.build = Refresh::Always;
    goal.policy.ignore_orphans = true;
    goal.quiet_images = quiet;
    Ok(goal)
}

fn listen(rules: &Rules<'_>) -> Result<(RecommendedWatcher, UnboundedReceiver<std::path::PathBuf>), Error> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if !event.kind.is_access() {
            for path in event.paths {
                // Where nobody receives any more, the program is about to end.
                let _ = sender.send(path);
            }
        }
    })?;
    for path in rules.paths() {
        watcher.watch(path, RecursiveMode::Recursive)?;
    }
    Ok((watcher, receiver))
}
