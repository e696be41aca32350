//! `db-shell` and `db-psql`.

use clap::Args;

use super::super::session::{self, Wiring};
use super::super::{Error, Exit};
use super::target::Target;
use super::{DatabaseUsage, Which};
use crate::database::place::Place;

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// The database; without it, the one of config.toml
    name: Option<String>,
    /// Further arguments of the client, after `--`
    #[arg(last = true)]
    client: Vec<String>,
}

/// Connects the terminal, or the pipes, to the server's own client; its exit code is ours.
pub async fn run(target: &Target<'_>, arguments: &Arguments) -> Result<Exit, Error> {
    let name = match target.name(arguments.name.as_ref()) {
        Err(Error::DatabaseUsage(DatabaseUsage::NoDatabaseName)) => None,
        name => Some(name?),
    };
    if let Some(name) = &name {
        target.server.require(name).await?;
    }
    let mut call = target.server.shell(name.as_ref());
    call.arguments.extend(arguments.client.iter().cloned());
    let ui = target.ui();
    match &target.server.place {
        Place::Inside(inside) => {
            let tty = ui.input_is_terminal() && ui.output_is_terminal();
            let process = inside.engine.exec(&inside.id, &inside.interactive(&call, tty)).await?;
            session::join(ui, process.session, Wiring { tty, stdin: true }).await?;
            Ok(Exit::of_process(inside.engine.exec_exit_code(&process.id).await?))
        }
        Place::Here(here) => Ok(Exit::of_process(here.interactive(&call)?)),
    }
}
