//! `ado up`: makes the Engine have what the manifest wants, and shows the logs.

mod attached;
mod foreground;

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;

use self::foreground::Foreground;
use super::converge::{Goal, ImageOptions, Prepared, Recreation, scales};
use super::perform::{Performed, Work};
use super::{Error, Exit, urls, watch};
use crate::context::{self, Context};
use crate::execute::Cancellation;
use crate::names::ServiceName;
use crate::plan;
use crate::project::{Dependencies, Project};
use crate::ui::ProgressMode;

/// A run shorter than this needs no explanation.
const SLOW: Duration = Duration::from_secs(1);

/// What comes up, and what is shown of it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services, with those they depend on; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Go away when everything is started
    #[arg(short, long)]
    detach: bool,
    /// Wait until every container is ready, then go away
    #[arg(long)]
    wait: bool,
    /// Seconds that it may take until they are ready
    #[arg(long, value_name = "SECONDS")]
    wait_timeout: Option<u64>,
    #[command(flatten)]
    recreation: Recreation,
    #[command(flatten)]
    images: ImageOptions,
    /// Leave alone the services that named ones depend on
    #[arg(long)]
    no_deps: bool,
    /// Make containers without starting them
    #[arg(long)]
    no_start: bool,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// `SERVICE=REPLICAS`, instead of what the manifest says
    #[arg(long, value_name = "SCALE")]
    scale: Vec<String>,
    /// Seconds until a container that goes is killed, instead of its own grace period
    #[arg(short, long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// New anonymous volumes for containers that are replaced, instead of those they have
    #[arg(short = 'V', long, conflicts_with = "no_recreate")]
    renew_anon_volumes: bool,
    /// Do not ask before data is lost
    #[arg(short, long)]
    yes: bool,
    /// Carry changes of source files into what runs, too
    #[arg(short, long)]
    watch: bool,
    #[command(flatten)]
    attached: attached::Options,
}

/// Brings the project up.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let goal = goal(context, &arguments, &project)?;
    let attended = !(arguments.detach || arguments.wait || arguments.no_start || context.options.dry_run);
    if attended {
        let shown = arguments.attached.services(&goal.project, &arguments.services)?;
        let foreground = Foreground::open(context, &goal, &arguments.attached, shown).await?;
        return attend(context, &arguments, &project, foreground).await;
    }
    let prepared = goal.prepare(context).await?;
    let wait_timeout = arguments.wait_timeout.map(Duration::from_secs);
    let work = Work { wait_timeout, ..goal.work(&prepared.plan) };
    let performed = goal.carry_out(context, &prepared.plan, work).await?;
    performed.ensure_done()?;
    if !context.options.dry_run && !arguments.no_start {
        tell(context, &project, &prepared, &performed).await?;
    }
    Ok(Exit::DONE)
}

/// Brings it up before the eyes of the user, who can end it at any time.
async fn attend(
    context: &Context,
    arguments: &Arguments,
    project: &Project,
    mut foreground: Foreground<'_>,
) -> Result<Exit, Error> {
    let goal = foreground.goal();
    let watching = arguments.watch.then(|| watch::Watching::begin(project, &arguments.services)).transpose()?;
    let prepared = goal.prepare(context).await?;
    let interrupts = context.interrupts()?;
    let cancellation = Cancellation { stop: interrupts.stop.child_token(), abort: interrupts.abort.clone() };
    let mut work = goal.work(&prepared.plan);
    work.mode.get_or_insert(foreground::mode(context));
    work.cancellation = Some(cancellation.clone());
    work.tells_hooks = true;
    let carried_out = goal.carry_out(context, &prepared.plan, work);
    let performed = foreground.start(&prepared.plan, &cancellation, carried_out).await?;
    let interrupted = performed.report.interrupted;
    if !interrupted {
        performed.ensure_done()?;
        tell(context, project, &prepared, &performed).await?;
    }
    // Others may change the project while its logs are shown.
    drop(prepared.lock);
    let logs = foreground.follow(interrupted);
    let Some(watching) = watching.filter(|_| !interrupted) else { return logs.await };
    tokio::select! {
        exit = logs => exit,
        watched = watching.follow(context, project, true) => watched.map(|()| Exit::DONE),
    }
}

fn goal(context: &Context, arguments: &Arguments, project: &Project) -> Result<Goal, Error> {
    let leaves = [("--wait", arguments.wait), ("--detach", arguments.detach)].into_iter().find(|(_, given)| *given);
    if let Some((option, _)) = leaves {
        arguments.attached.check_detached(option, arguments.watch)?;
    }
    let dependencies = if arguments.no_deps { Dependencies::Exclude } else { Dependencies::Include };
    let mut goal = Goal::new("up", project, &arguments.services, dependencies)?;
    goal.orphans(context, arguments.remove_orphans);
    arguments.recreation.apply(&mut goal.policy);
    arguments.images.apply(&mut goal);
    goal.policy.scale = scales(&arguments.scale)?;
    goal.policy.timeout = arguments.timeout.map(Duration::from_secs);
    goal.policy.renew_anonymous_volumes = arguments.renew_anon_volumes;
    goal.policy.no_start = arguments.no_start;
    goal.policy.wait = arguments.wait;
    goal.yes = arguments.yes;
    Ok(goal)
}

/// The addresses that can be opened now, and what took longest.
pub(super) async fn tell(
    context: &Context,
    project: &Project,
    prepared: &Prepared,
    performed: &Performed,
) -> Result<(), Error> {
    if !matches!(context.ui.mode(), ProgressMode::Tty | ProgressMode::Plain) {
        return Ok(());
    }
    let chain = plan::slowest_chain(&prepared.plan, &performed.report.took);
    if chain.iter().map(|link| link.took).sum::<Duration>() >= SLOW {
        let links: Vec<String> = chain.iter().map(ToString::to_string).collect();
        context.ui.note(format!("slowest: {}", links.join(" → ")))?;
    }
    let engine = context.engine()?;
    // Where nothing was done, what the planner saw still holds, and a long list is not asked for again.
    let now = if prepared.plan.is_empty() { None } else { Some(engine.containers(&project.name).await?) };
    let containers = now.as_ref().unwrap_or(&prepared.containers);
    let mut urls = urls::of(containers, Some(project), engine.endpoint().host());
    let services: BTreeSet<&str> = project.services.keys().map(ServiceName::as_str).collect();
    urls.retain(|url| services.contains(url.service.as_str()));
    if !urls.is_empty() {
        context.ui.note(urls::table(&urls).render(None).trim_end())?;
    }
    Ok(())
}
