//! `ado scale`: more replicas, or fewer.

use std::time::Duration;

use clap::Args;

use super::converge::{Goal, scales};
use super::{Error, Exit};
use crate::context::Context;
use crate::names::ServiceName;
use crate::plan::Recreate;
use crate::project::Dependencies;

/// How many of what.
#[derive(Debug, Args)]
pub struct Arguments {
    /// `SERVICE=REPLICAS`
    #[arg(required = true, value_name = "SERVICE=REPLICAS")]
    scale: Vec<String>,
    /// Leave alone the services that these depend on
    #[arg(long)]
    no_deps: bool,
    /// Seconds until a container that goes is killed, instead of its own grace period
    #[arg(short, long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

/// Scales; replicas that stay are left as they are.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let scale = scales(&arguments.scale)?;
    let services: Vec<ServiceName> = scale.keys().cloned().collect();
    let dependencies = if arguments.no_deps { Dependencies::Exclude } else { Dependencies::Include };
    let mut goal = Goal::new("scale", &project, &services, dependencies)?;
    goal.policy.scale = scale;
    goal.policy.recreate = Recreate::Never;
    goal.policy.recreate_dependencies = Recreate::Never;
    goal.policy.timeout = arguments.timeout.map(Duration::from_secs);
    goal.policy.ignore_orphans = true;
    let prepared = goal.prepare(context).await?;
    let performed = goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?;
    performed.ensure_done()?;
    if !context.options.dry_run {
        super::up::tell(context, &project, &prepared, &performed).await?;
    }
    Ok(Exit::DONE)
}
