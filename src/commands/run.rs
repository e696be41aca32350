//! `ado run`: a container of its own for one command.

mod attach_and_start;
mod overrides;
mod short_forms;
mod single;
mod task;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::converge::Goal;
use super::perform::{Work, perform};
use super::{Error, Exit, attach, lock, ports, session};
use crate::context::{self, Context};
use crate::engine::Engine;
use crate::names::{ContainerId, ServiceName};
use crate::plan;
use crate::project::Dependencies;
use crate::ui::Terse;

use overrides::Overrides;
pub(super) use task::run_task;

/// Which command, in what kind of container.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Build the image first
    #[arg(long)]
    build: bool,
    /// Leave the container in the background and print its name
    #[arg(short, long)]
    detach: bool,
    /// Leave alone the services that this one depends on
    #[arg(long)]
    no_deps: bool,
    /// When images are pulled, instead of what the manifest says
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<super::converge::PullWhen>,
    /// Show nothing but what the command writes
    #[arg(short, long)]
    quiet: bool,
    /// Do not show what builders write
    #[arg(long)]
    quiet_build: bool,
    /// Do not show the layers of pulls
    #[arg(long)]
    quiet_pull: bool,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// Remove the container when the command has ended
    #[arg(long)]
    rm: bool,
    #[command(flatten)]
    overrides: Overrides,
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
    /// The command and its arguments, instead of the service's
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs the command; its exit code is ours.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let dependencies = if arguments.no_deps { Dependencies::Exclude } else { Dependencies::Include };
    let mut goal = Goal::new("run", &project, std::slice::from_ref(&arguments.service), dependencies)?;
    goal.orphans(context, arguments.remove_orphans);
    super::converge::ImageOptions::of_run(arguments.build, arguments.pull).apply(&mut goal);
    goal.quiet = arguments.quiet;
    goal.terse = Terse { pulls: arguments.quiet_pull, builds: arguments.quiet_build };
    let wiring = arguments.overrides.wiring(&context.ui, arguments.detach)?;
    single::prepare(context, &mut goal, &arguments, wiring)?;
    goal.project.ensure_distinct_container_names()?;

    let lock = lock::acquire(context, &project.name, "run").await?;
    let id = make(context, &goal, &arguments).await?;
    // Others may change the project while the command runs.
    drop(lock);
    let Some(id) = id else { return Ok(Exit::DONE) };
    let engine = context.engine()?;
    if arguments.detach {
        engine.start(&id).await?;
        context.ui.line(id.as_str())?;
        return Ok(Exit::DONE);
    }
    let code = in_foreground(context, engine, (&id, wiring), arguments.rm).await;
    let removed = if arguments.rm { engine.remove_container(&id, true).await } else { Ok(()) };
    // Where it never ran it is gone already, and why it did not is what must be told.
    let exit = Exit::of_process(code?);
    removed?;
    Ok(exit)
}

/// Brings up what the service needs and makes its container; `None` under `--dry-run`.
async fn make(context: &Context, goal: &Goal, arguments: &Arguments) -> Result<Option<ContainerId>, Error> {
    let engine = context.engine()?;
    let mut observed = engine.observe(&goal.project).await?;
    let refresh = plan::refresh(&goal.project, &observed, &goal.policy.images)?;
    if !refresh.is_empty() {
        perform(context, &goal.work(&refresh)).await?.ensure_done()?;
        observed = engine.observe(&goal.project).await?;
    }
    let (plan, maker) = single::plan(goal, observed, (&arguments.service, arguments.rm && arguments.detach))?;
    if !context.options.dry_run {
        ports::ensure_free(context, &plan, &goal.project).await?;
    }
    // The container is the user's own to watch, and a dry run has nothing else to show.
    let hidden = (!context.options.dry_run).then_some(maker);
    let performed = perform(context, &Work { hidden, ..goal.work(&plan) }).await?;
    let made = performed.report.made.get(&maker).cloned();
    if let (Err(error), Some(id)) = (performed.ensure_done(), &made) {
        // It will never start; what it waited for has been told.
        engine.remove_container(id, true).await.ok();
        return Err(error);
    }
    performed.ensure_done()?;
    Ok(made)
}

/// Starts the container with its streams connected to ours, and gives the code it ends with.
async fn in_foreground(
    context: &Context,
    engine: &Engine,
    (id, wiring): (&ContainerId, session::Wiring),
    remove: bool,
) -> Result<i64, Error> {
    let process = attach_and_start::begin(engine, id, wiring).await?;
    let connection = session::connect(context, process, wiring);
    if wiring.tty {
        connection.await?;
    } else {
        attach::with_signals(engine, id, connection).await?;
    }
    // A user who detached from the terminal leaves the container running.
    let detail = engine.inspect_state(id).await?;
    if wiring.tty && !remove && detail.state.is_running() {
        return Ok(0);
    }
    Ok(engine.wait_exit(id).await?)
}
