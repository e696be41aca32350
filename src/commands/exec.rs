//! `ado exec`: a command inside a running container.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::scope::{Scope, running_replica};
use super::session::{self, Wiring};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::ExecRequest;
use crate::names::ServiceName;
use crate::project::with_program;

/// Where, and what.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Leave the command in the background
    #[arg(short, long)]
    detach: bool,
    /// `NAME=value`, or `NAME` to pass on the variable of this environment
    #[arg(short, long, value_name = "VARIABLE")]
    env: Vec<String>,
    /// Number of the replica; without it, the first that runs
    #[arg(long)]
    index: Option<u32>,
    /// Give the command no terminal; it has one where ado has one
    #[arg(short = 'T', long = "no-tty", alias = "no-TTY")]
    no_tty: bool,
    /// Give the command all rights
    #[arg(long)]
    privileged: bool,
    /// Run it as `user[:group]`
    #[arg(short, long)]
    user: Option<String>,
    /// Run it in this folder of the container
    #[arg(short, long)]
    workdir: Option<String>,
    /// Accepted because scripts say it: a terminal and an input are the default.
    #[arg(short = 't', long = "tty", hide = true)]
    _tty: bool,
    #[arg(short = 'i', long = "interactive", hide = true, num_args = 0..=1, require_equals = true,
          default_missing_value = "true", default_value_t = true, action = clap::ArgAction::Set)]
    interactive: bool,
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
    /// The program and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs the command; its exit code is ours.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let container = running_replica(engine, scope.name(), &arguments.service, arguments.index).await?;
    let stdin = arguments.interactive && !arguments.detach;
    let terminal = context.ui.input_is_terminal() && context.ui.output_is_terminal();
    let tty = terminal && !arguments.no_tty && !arguments.detach;
    let request = ExecRequest {
        command: with_program(arguments.command),
        user: arguments.user,
        working_dir: arguments.workdir,
        environment: session::variables(&context.environment, &arguments.env),
        tty,
        privileged: arguments.privileged,
        stdin,
    };
    if arguments.detach {
        engine.exec_detached(&container.id, &request).await?;
        return Ok(Exit::DONE);
    }
    let process = engine.exec(&container.id, &request).await?;
    session::connect(context, process.session, Wiring { tty, stdin }).await?;
    Ok(Exit::of_process(engine.exec_exit_code(&process.id).await?))
}
