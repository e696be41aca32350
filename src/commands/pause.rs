//! `ado pause`: freezes containers.

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
}

/// Freezes what runs.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let looked = Present::look(context, "pause", &arguments.services).await;
    // Compose finds nothing to pause then, and says nothing.
    if context.called_as_compose && matches!(&looked, Err(error) if error.is_unknown_service()) {
        return Ok(Exit::DONE);
    }
    let present = looked?;
    let plan = plan::pause(present.plan_scope());
    Ok(perform(context, &Work::new("pause", &present.scope.whole, &plan)).await?.exit())
}
