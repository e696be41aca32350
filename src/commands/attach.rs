//! `ado attach`: the streams of a container's own process.

use clap::Args;
use clap_complete::ArgValueCandidates;
use tokio::signal::unix::{SignalKind, signal};

use super::scope::{Scope, running_replica};
use super::session::{self, Wiring};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::{AttachRequest, Engine};
use crate::names::{ContainerId, ServiceName};

/// To which container.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Keys that detach, instead of `ctrl-p,ctrl-q`
    #[arg(long, value_name = "KEYS")]
    detach_keys: Option<String>,
    /// Number of the replica; without it, the first that runs
    #[arg(long)]
    index: Option<u32>,
    /// Leave its input alone
    #[arg(long)]
    no_stdin: bool,
    /// Pass on signals
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value_t = true,
          action = clap::ArgAction::Set)]
    sig_proxy: bool,
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
}

/// Attaches until the process ends or the user detaches; the process's exit code is ours.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let container = running_replica(engine, scope.name(), &arguments.service, arguments.index).await?;
    let tty = engine.inspect_state(&container.id).await?.tty;
    let stdin = !arguments.no_stdin;
    let request = AttachRequest { stdin, logs: false, tty: Some(tty), detach_keys: arguments.detach_keys };
    let process = engine.attach(&container.id, &request).await?;
    let connection = session::connect(context, process, Wiring { tty, stdin });
    if arguments.sig_proxy && !tty {
        with_signals(engine, &container.id, connection).await?;
    } else {
        connection.await?;
    }
    let detail = engine.inspect_state(&container.id).await?;
    Ok(if detail.state.is_running() { Exit::DONE } else { Exit::of_process(detail.exit_code) })
}

/// Signals that this process gets go to the container's, while the connection lasts.
pub(super) async fn with_signals(
    engine: &Engine,
    container: &ContainerId,
    connection: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    let listen = |kind| signal(kind).map_err(context::Error::Signals);
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    let mut quit = listen(SignalKind::quit())?;
    let mut connection = Box::pin(connection);
    loop {
        let name = tokio::select! {
            result = &mut connection => return result,
            _ = interrupt.recv() => "SIGINT",
            _ = terminate.recv() => "SIGTERM",
            _ = hangup.recv() => "SIGHUP",
            _ = quit.recv() => "SIGQUIT",
        };
        match engine.kill(container, name).await {
            Ok(()) => {}
            // It ended just now; the connection says so next.
            Err(error) if error.is_not_found() || matches!(error, crate::engine::Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
