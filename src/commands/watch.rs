//! `ado watch`: carries changes of source files into what runs.

mod act;
mod armed;
mod changes;
mod filter;
mod rules;
mod sentry;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;
use tokio::time::{Instant, timeout_at};

use super::converge::Goal;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::Refresh;
use crate::project::{Dependencies, Project};
use crate::ui::Terse;

use changes::Changes;
use rules::Rules;
use sentry::{News, Sentry};

/// So long nothing may change until what has changed is acted upon: editors write in several steps.
const QUIET: Duration = Duration::from_millis(100);

/// Longer than this nothing waits for quiet: some files never stop changing.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is watched.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all that have something to be watched
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Do not build and start the services first
    #[arg(long)]
    no_up: bool,
    /// Do not show what builders write
    #[arg(long)]
    quiet: bool,
}

/// What is shown of builds.
#[derive(Debug, Clone, Copy)]
struct Shown {
    /// No progress at all.
    silent: bool,
    terse: Terse,
}

/// Watches until it is interrupted.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut watching = Watching::begin(&project, &arguments.services)?;
    watching.rules.warn(context)?;
    watching.terse = Terse { pulls: arguments.quiet, builds: arguments.quiet };
    let goal = goal(&project, &arguments.services, Shown { silent: false, terse: watching.terse })?;
    if !arguments.no_up {
        let prepared = goal.prepare(context).await?;
        goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?.ensure_done()?;
    }
    if context.options.dry_run {
        return Ok(Exit::DONE);
    }
    let stop = context.interrupts()?.stop.clone();
    tokio::select! {
        result = watching.follow(context, &project, false) => result.map(|()| Exit::DONE),
        () = stop.cancelled() => Ok(Exit::INTERRUPTED),
    }
}

/// What is listened to. That begins before the services are built and started, so that no change is missed meanwhile.
pub(super) struct Watching<'a> {
    rules: Rules<'a>,
    sentry: Sentry,
    /// What of builds is not shown.
    terse: Terse,
}

impl<'a> Watching<'a> {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where no service has anything to be watched, and where the system cannot watch.
    pub fn begin(project: &'a Project, services: &[ServiceName]) -> Result<Self, Error> {
        let rules = Rules::of(project, services)?;
        let sentry = Sentry::over(rules.paths())?;
        Ok(Self { rules, sentry, terse: Terse::default() })
    }

    /// Carries changes over for as long as it is polled; `silent` shows no progress of what is done for that.
    pub async fn follow(mut self, context: &Context, project: &Project, silent: bool) -> Result<(), Error> {
        self.rules.warn(context)?;
        self.rules.initial_sync(context, project).await?;
        context.ui.note("Watch enabled")?;
        let shown = Shown { silent, terse: self.terse };
        while let Some(changes) = self.batch(context).await? {
            let any = act::on(context, project, &self.rules, (&changes, shown)).await?;
            if any && context.options.verbose {
                context.ui.note("batch complete")?;
            }
        }
        Ok(())
    }

    /// What changes until nothing does for a moment; `None` where nothing can be heard any more.
    async fn batch(&mut self, context: &Context) -> Result<Option<Changes>, Error> {
        let Some(first) = self.changed(context).await? else { return Ok(None) };
        let mut changes = Changes::default();
        changes.add(first);
        let end = Instant::now() + PATIENCE;
        while let Ok(path) = timeout_at(end.min(Instant::now() + QUIET), self.changed(context)).await {
            let Some(path) = path? else { break };
            changes.add(path);
        }
        Ok(Some(changes))
    }

    /// The next change that some rule is about.
    async fn changed(&mut self, context: &Context) -> Result<Option<PathBuf>, Error> {
        while let Some(news) = self.sentry.next().await? {
            match news {
                News::Changed(path) if self.rules.matter(&path) => return Ok(Some(path)),
                News::Changed(_) => {}
                News::Trouble(error) => context.ui.warn(&format!("some changes will not be noticed: {error}"))?,
            }
        }
        Ok(None)
    }
}

/// Builds and starts these services and what they depend on.
fn goal(project: &Project, services: &[ServiceName], shown: Shown) -> Result<Goal, Error> {
    let mut goal = Goal::new("watch", project, services, Dependencies::Include)?;
    goal.policy.images.build = Refresh::Always;
    goal.policy.ignore_orphans = true;
    goal.quiet = shown.silent;
    goal.terse = shown.terse;
    Ok(goal)
}
