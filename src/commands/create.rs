//! `ado create`: makes containers without starting them.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::converge::{Goal, ImageOptions, Recreation, scales};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::project::Dependencies;

/// For which services, and how.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services, with those they depend on; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    #[command(flatten)]
    recreation: Recreation,
    #[command(flatten)]
    images: ImageOptions,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// `SERVICE=REPLICAS`, instead of what the manifest says
    #[arg(long, value_name = "SCALE")]
    scale: Vec<String>,
    /// Do not ask before data is lost
    #[arg(short, long)]
    yes: bool,
}

/// Creates.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let mut goal = Goal::new("create", &project, &arguments.services, Dependencies::Include)?;
    goal.orphans(context, arguments.remove_orphans);
    arguments.recreation.apply(&mut goal.policy);
    arguments.images.apply(&mut goal);
    goal.policy.scale = scales(&arguments.scale)?;
    goal.policy.no_start = true;
    goal.yes = arguments.yes;
    let prepared = goal.prepare(context).await?;
    Ok(goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?.exit())
}
