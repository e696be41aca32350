//! `ado commit`: an image of a container's changes.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::scope::{Scope, any_replica};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::CommitRequest;
use crate::names::{ImageRef, ServiceName};

/// Of which container, and as what.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Who made it, for example "John Hannibal Smith <hannibal@a-team.com>"
    #[arg(short, long)]
    author: Option<String>,
    /// Apply this instruction of a Dockerfile
    #[arg(short, long, value_name = "INSTRUCTION")]
    change: Vec<String>,
    /// Number of the replica; without it, the first
    #[arg(long)]
    index: Option<u32>,
    /// What was done
    #[arg(short, long)]
    message: Option<String>,
    /// Freeze the container meanwhile
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value_t = true,
          action = clap::ArgAction::Set)]
    pause: bool,
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
    /// What the image is called, `repository[:tag]`
    image: Option<ImageRef>,
}

/// Commits and prints the image's id.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let containers = scope.containers(engine).await?;
    let container = any_replica(&containers, &arguments.service, arguments.index)?;
    let Arguments { author, change: changes, message, pause, image: name, .. } = arguments;
    let request = CommitRequest { name, author, message, changes, pause };
    let image = engine.commit(&container.id, &request).await?;
    context.ui.line(image.as_str())?;
    Ok(Exit::DONE)
}
