//! `ado down`: removes what `up` made.

use std::time::Duration;

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;

use super::perform::{Work, confirmed, perform};
use super::scope::Present;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::{ServiceName, VolumeName};
use crate::plan::{self, Action, DownPolicy, Plan, RemoveImages};
use crate::project::Project;

/// What goes.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means the whole project
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// Remove images: `local` those without a name of their own, `all` every one
    #[arg(long, value_enum, value_name = "WHICH")]
    rmi: Option<Images>,
    /// Seconds until a container is killed, instead of its own grace period
    #[arg(short, long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// Remove volumes too: their data is lost
    #[arg(short, long)]
    volumes: bool,
    /// Do not ask before data is lost
    #[arg(short, long)]
    yes: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Images {
    Local,
    All,
}

/// Takes the project down, dependents first.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let present = Present::look(context, "down", &arguments.services).await?;
    let policy = DownPolicy {
        named: present.named.clone(),
        volumes: arguments.volumes,
        images: match arguments.rmi {
            None => RemoveImages::None,
            Some(Images::Local) => RemoveImages::Local,
            Some(Images::All) => RemoveImages::All,
        },
        remove_orphans: arguments.remove_orphans || context.is_set("COMPOSE_REMOVE_ORPHANS"),
        ignore_orphans: context.is_set("COMPOSE_IGNORE_ORPHANS"),
        timeout: arguments.timeout.map(Duration::from_secs),
    };
    let plan = plan::down(&present.scope.whole, &present.observed, &policy);
    if plan.is_empty() {
        context.ui.warn(&format!("No resource found to remove for project \"{}\".", present.scope.name()))?;
        return Ok(Exit::DONE);
    }
    // Scripts that call Docker Compose do not expect to be asked.
    let sure = arguments.yes || context.called_as_compose || context.options.dry_run;
    if let Some(question) = loss(&plan, &present.scope.whole)
        && !confirmed(context, sure, &question)?
    {
        return Ok(Exit::DONE);
    }
    Ok(perform(context, &Work::new("down", &present.scope.whole, &plan)).await?.exit())
}

/// Takes the whole project down, for `wait --down-project`.
pub(super) async fn everything(context: &Context) -> Result<Exit, Error> {
    let present = Present::look(context, "down", &[]).await?;
    let plan = plan::down(&present.scope.whole, &present.observed, &DownPolicy::default());
    Ok(perform(context, &Work::new("down", &present.scope.whole, &plan)).await?.exit())
}

/// Removes only containers of services that the manifest does not have any more.
pub(super) async fn orphans(context: &Context, present: &Present) -> Result<Exit, Error> {
    let Some(project) = present.scope.project() else { return Ok(Exit::DONE) };
    let orphans = present.observed.containers.iter().filter(|container| project.service(&container.service).is_none());
    let policy = DownPolicy {
        named: orphans.map(|container| container.service.clone()).collect(),
        remove_orphans: true,
        ..DownPolicy::default()
    };
    if policy.named.is_empty() {
        return Ok(Exit::DONE);
    }
    let plan = plan::down(&present.scope.whole, &present.observed, &policy);
    Ok(perform(context, &Work::new("down", &present.scope.whole, &plan)).await?.exit())
}

/// The question about data that would be lost; `None` where none is.
fn loss(plan: &Plan, project: &Project) -> Option<String> {
    // What ado itself fills holds nothing of the user's.
    let filled: Vec<&VolumeName> =
        project.seeds.keys().filter_map(|key| project.volumes.get(key)).map(|volume| &volume.name).collect();
    let volumes: Vec<&str> = plan
        .losses()
        .filter_map(|step| match &step.action {
            Action::RemoveVolume { name } if !filled.contains(&name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    match volumes.as_slice() {
        [] => None,
        [volume] => Some(format!("The data in volume {volume} will be lost. Go on?")),
        volumes => Some(format!("The data in {} volumes will be lost: {}. Go on?", volumes.len(), volumes.join(", "))),
    }
}
