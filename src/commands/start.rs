//! `ado start`: starts containers that are there.

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
    /// Wait until every container is ready
    #[arg(long)]
    wait: bool,
    /// Seconds that it may take until they are ready
    #[arg(long, value_name = "SECONDS")]
    wait_timeout: Option<u64>,
}

/// Starts, dependencies first.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let present = Present::look(context, "start", &arguments.services).await?;
    let plan = plan::start(present.plan_scope(), arguments.wait)?;
    let wait_timeout = arguments.wait_timeout.map(Duration::from_secs);
    let work = Work { wait_timeout, ..Work::new("start", &present.scope.whole, &plan) };
    Ok(perform(context, &work).await?.exit())
}
