//! `ado wait`: until containers have ended.

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::scope::Scope;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;

/// For whom.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services
    #[arg(value_name = "SERVICE", required = true, add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Take the project down when the first container has ended
    #[arg(long)]
    down_project: bool,
}

/// Waits; the exit code is that of the container that ended last, or first under `--down-project`.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut containers = scope.containers(engine).await?;
    containers.retain(|container| arguments.services.contains(&container.service) && !container.oneoff);
    if containers.is_empty() {
        return Err(Error::NoContainers { project: scope.name().clone() });
    }
    let mut waiting: FuturesUnordered<_> =
        containers.iter().map(|container| async move { (container, engine.wait_exit(&container.id).await) }).collect();
    let mut exit = Exit::DONE;
    while let Some((container, code)) = waiting.next().await {
        let code = code?;
        context.ui.line(format!("container {:?} exited with status code {code}", container.id.as_str()))?;
        exit = Exit::of_process(code);
        if arguments.down_project {
            super::down::everything(context).await?;
            break;
        }
    }
    Ok(exit)
}
