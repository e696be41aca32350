//! `ado pull`: images from their registries.

use std::collections::BTreeSet;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use super::converge::Goal;
use super::perform::{Performed, Work, perform};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::{self, Action, Plan, PullRequest, Pulls, Refresh};
use crate::project::{Dependencies, Project};

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
    /// Do not show the layers
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
    goal.terse.pulls = arguments.quiet;
    let when = match arguments.policy {
        Some(Policy::Missing) => Refresh::Missing,
        Some(Policy::Always) => Refresh::Always,
        None => Refresh::Policy,
    };
    let observed = context.engine()?.observe(&goal.project).await?;
    let request = PullRequest { when, buildable: !arguments.ignore_buildable };
    let Pulls { plan, left_out } = plan::pull(&goal.project, &observed, request);
    let left_out = left_out.into_iter().map(|(service, reason)| (service.to_string(), reason.to_string())).collect();
    let performed = perform(context, &Work { left_out, ..goal.work(&plan) }).await?;
    advise(context, &goal.project, &plan, &performed)?;
    let exit = performed.exit();
    Ok(if exit == Exit::FAILED && arguments.ignore_pull_failures { Exit::DONE } else { exit })
}

/// Says which images can be built that could not be pulled, as Docker Compose does.
fn advise(context: &Context, project: &Project, plan: &Plan, performed: &Performed) -> Result<(), Error> {
    let services = performed.report.failed.iter().filter_map(|(step, _)| match &plan.step(*step).action {
        Action::Pull { services, .. } => Some(services),
        _ => None,
    });
    let buildable = services.flatten().filter(|name| project.service(name).is_some_and(|one| one.build.is_some()));
    let names: BTreeSet<&str> = buildable.map(ServiceName::as_str).collect();
    if names.is_empty() {
        return Ok(());
    }
    let program = if context.called_as_compose { "docker compose" } else { "ado" };
    let names = names.into_iter().collect::<Vec<_>>().join(" ");
    context.ui.note("WARNING: Some service image(s) must be built from source by running:")?;
    Ok(context.ui.note(format!("    {program} build {names}"))?)
}
