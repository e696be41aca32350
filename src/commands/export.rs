//! `ado export`: the file system of a container as a tar archive.

use std::path::PathBuf;

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::StreamExt;

use super::scope::{Scope, any_replica};
use super::whole_file::WholeFile;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;

/// Of which container, and where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Number of the replica; without it, the first
    #[arg(long)]
    index: Option<u32>,
    /// Write it to this file, not to standard output
    #[arg(short, long, value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
}

/// Exports.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    if arguments.output.is_none() && context.ui.output_is_terminal() {
        return Err(Error::ArchiveOnTerminal);
    }
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let containers = scope.containers(engine).await?;
    let container = any_replica(&containers, &arguments.service, arguments.index)?;
    let mut chunks = Box::pin(engine.export(&container.id).await?);
    let Some(output) = &arguments.output else {
        while let Some(chunk) = chunks.next().await {
            context.ui.bytes(&chunk?)?;
        }
        return Ok(Exit::DONE);
    };
    let mut file = WholeFile::begin(&context.directory.join(output))?;
    while let Some(chunk) = chunks.next().await {
        file.write(&chunk?)?;
    }
    file.keep()?;
    Ok(Exit::DONE)
}
