//! `ado restart`: stops and starts containers, as they are.

use std::time::Duration;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::perform::{Work, perform};
use super::scope::Present;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan;

/// Which containers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Leave alone services that want to be restarted with those they depend on
    #[arg(long)]
    no_deps: bool,
    /// Seconds until a container is killed, instead of its own grace period
    #[arg(short, long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// Restarts, dependencies first.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let present = Present::look(context, "restart", &arguments.services).await?;
    let timeout = arguments.timeout.map(Duration::from_secs);
    let plan = plan::restart(present.plan_scope(), timeout, !arguments.no_deps);
    Ok(perform(context, &Work::new("restart", &present.scope.whole, &plan)).await?.exit())
}
