//! `ado stop`: ends containers without removing them.

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
    /// Seconds until a container is killed, instead of its own grace period
    #[arg(short, long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// Stops, dependents first.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let present = Present::look(context, "stop", &arguments.services).await?;
    let plan = plan::stop(present.plan_scope(), arguments.timeout.map(Duration::from_secs));
    Ok(perform(context, &Work::new("stop", &present.scope.whole, &plan)).await?.exit())
}
