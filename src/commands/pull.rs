//! `ado pull`: images from their registries.

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use super::converge::Goal;
use super::perform::perform;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::{self, Refresh};
use crate::project::Dependencies;

/// Which images.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Leave out images that can be built
    #[arg(long)]
    ignore_buildable: bool,
    /// Pull what can be had, and succeed
    #[arg(long)]
    ignore_pull_failures: bool,
    /// Pull the images of services that these depend on, too
    #[arg(long)]
    include_deps: bool,
    /// Pull always, or only what is missing
    #[arg(long, value_enum, value_name = "WHEN")]
    policy: Option<Policy>,
    /// Show errors only
    #[arg(short, long)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Policy {
    Always,
    Missing,
}

/// Pulls.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let dependencies = if arguments.include_deps { Dependencies::Include } else { Dependencies::Exclude };
    let mut goal = Goal::new("pull", &project, &arguments.services, dependencies)?;
    goal.policy.images.pull = match arguments.policy {
        Some(Policy::Missing) => Refresh::Missing,
        Some(Policy::Always) | None => Refresh::Always,
    };
    goal.quiet_images = arguments.quiet;
    let observed = context.engine()?.observe(&goal.project).await?;
    let plan = plan::pull(&goal.project, &observed, &goal.policy.images, !arguments.ignore_buildable)?;
    let exit = perform(context, &goal.work(&plan)).await?.exit();
    Ok(if exit == Exit::FAILED && arguments.ignore_pull_failures { Exit::DONE } else { exit })
}
