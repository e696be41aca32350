//! `ado version`.

use clap::{Args, ValueEnum};

use super::{Error, Exit};
use crate::context::Context;

/// The Docker Compose whose command line ado speaks.
const COMPOSE: &str = "2.40.3";

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How it is printed
    #[arg(short, long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    /// The number alone
    #[arg(long)]
    short: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Pretty,
    Json,
}

/// Prints the version; scripts that call `docker-compose` get the Compose version that they may compare.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let version = env!("CARGO_PKG_VERSION");
    let number = if context.called_as_compose { COMPOSE } else { version };
    if arguments.short {
        context.ui.line(number)?;
    } else if arguments.format == Format::Json {
        context.ui.json(&serde_json::json!({ "version": number, "ado": version, "compose": COMPOSE }))?;
    } else if context.called_as_compose {
        context.ui.line(format!("Docker Compose version v{COMPOSE} (ado {version})"))?;
    } else {
        context.ui.line(format!("ado version {version} (speaks Docker Compose {COMPOSE})"))?;
    }
    Ok(Exit::DONE)
}
