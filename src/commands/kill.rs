//! `ado kill`: sends a signal to containers.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::perform::{Work, perform};
use super::scope::Present;
use super::{Error, Exit, down};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan;

/// To which containers, and which signal.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// The signal
    #[arg(short, long, default_value = "SIGKILL")]
    signal: String,
}

/// Sends the signal to what runs.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let present = Present::look(context, "kill", &arguments.services).await?;
    let plan = plan::kill(present.plan_scope(), &arguments.signal);
    if plan.is_empty() {
        context.ui.note("no container to kill")?;
    }
    let exit = perform(context, &Work::new("kill", &present.scope.whole, &plan)).await?.exit();
    if arguments.remove_orphans && exit == Exit::DONE {
        return down::orphans(context, &present).await;
    }
    Ok(exit)
}
