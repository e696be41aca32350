//! `ado watch`: carries changes of source files into what runs.

mod act;
mod changes;
mod rules;
mod sentry;

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::converge::Goal;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::Refresh;
use crate::project::{Dependencies, Project};

use changes::Changes;
use rules::Rules;
use sentry::Sentry;

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
    let watching = Watching::begin(&project, &arguments.services)?;
    if !arguments.no_up {
        let prepared = goal.prepare(context).await?;
        goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?.ensure_done()?;
    }
    if context.options.dry_run {
        return Ok(Exit::DONE);
    }
    let stop = context.interrupts()?.stop.clone();
    tokio::select! {
        result = watching.follow(context, &project, arguments.quiet) => result.map(|()| Exit::DONE),
        () = stop.cancelled() => Ok(Exit::INTERRUPTED),
    }
}

/// What is listened to. That begins before the services are built and started, so that no change is missed meanwhile.
pub(super) struct Watching<'a> {
    rules: Rules<'a>,
    sentry: Sentry,
}

impl<'a> Watching<'a> {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where no service has anything to be watched, and where the system cannot watch.
    pub fn begin(project: &'a Project, services: &[ServiceName]) -> Result<Self, Error> {
        let rules = Rules::of(project, services)?;
        let sentry = Sentry::over(rules.paths())?;
        Ok(Self { rules, sentry })
    }

    /// Carries changes over for as long as it is polled.
    pub async fn follow(mut self, context: &Context, project: &Project, quiet: bool) -> Result<(), Error> {
        self.rules.initial_sync(context, project).await?;
        context.ui.note("Watch enabled")?;
        while let Some(first) = self.sentry.next().await? {
            let mut changes = Changes::default();
            changes.add(first);
            while let Ok(path) = tokio::time::timeout(QUIET, self.sentry.next()).await {
                let Some(path) = path? else { break };
                changes.add(path);
            }
            let any = act::on(context, project, &self.rules, (&changes, quiet)).await?;
            if any && context.options.verbose {
                context.ui.note("batch complete")?;
            }
        }
        Ok(())
    }
}

/// Builds and starts these services and what they depend on.
pub(super) fn goal(project: &Project, services: &[ServiceName], quiet: bool) -> Result<Goal, Error> {
    let mut goal = Goal::new("watch", project, services, Dependencies::Include)?;
    goal.policy.images.build = Refresh::Always;
    goal.policy.ignore_orphans = true;
    goal.quiet = quiet;
    Ok(goal)
}
