//! `db-reset`: everything of the server is thrown away, and begun anew.

use clap::Args;

use super::super::converge::bring_up;
use super::super::perform::{Work, perform};
use super::super::scope::Present;
use super::super::{Error, Exit};
use super::setup::set_up;
use super::target::{Surroundings, Target, chosen};
use super::{DatabaseUsage, Which};
use crate::context::Context;
use crate::names::{ServiceName, VolumeName};
use crate::plan::{self, DownPolicy};
use crate::project::{MountKind, Project, Service};

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// The database that is set up; without it, the one of config.toml
    name: Option<String>,
}

/// Stops the project, removes the data volumes of the server, starts it, sets the database up, starts the rest again.
pub async fn run(surroundings: &Surroundings<'_>, arguments: &Arguments) -> Result<Exit, Error> {
    let Surroundings::Outside(context) = surroundings else {
        return Err(DatabaseUsage::OnlyOutside { verb: "db-reset" }.into());
    };
    let database = chosen(&surroundings.settings()?, arguments.which.clone())?;
    let project = context.project()?;
    let missing = || Error::NoSuchService { name: database.service.clone() };
    let volumes = data(&project, project.services.get(&database.service).ok_or_else(missing)?);
    let shown: Vec<_> = volumes.iter().map(VolumeName::as_str).collect();
    let what = format!("All data of service {} ({}) will be lost. Go on?", database.service, shown.join(", "));
    if !surroundings.consent(arguments.yes, &what)? {
        return Ok(Exit::FAILED);
    }
    let ran = take_down(context, &database.service).await?;
    for volume in &volumes {
        match context.engine()?.remove_volume(volume).await {
            Err(error) if !error.is_not_found() => return Err(error.into()),
            _ => {}
        }
    }
    bring_up(context, "db-reset", &project, std::slice::from_ref(&database.service)).await?;
    let target = Target::find(surroundings, arguments.which.clone()).await?;
    match target.own_name(arguments.name.as_ref()) {
        Err(Error::DatabaseUsage(DatabaseUsage::NoDatabaseName)) => {}
        name => {
            let exit = set_up(&target, &name?).await?;
            if exit != Exit::DONE {
                return Ok(exit);
            }
        }
    }
    bring_up(context, "db-reset", &project, &ran).await?;
    Ok(Exit::DONE)
}

/// Names (in the Engine) of the project's own volumes that the service mounts.
fn data(project: &Project, service: &Service) -> Vec<VolumeName> {
    let keys = service.volumes.iter().filter_map(|mount| match &mount.kind {
        MountKind::Volume { source, .. } => Some(source),
        _ => None,
    });
    let volumes = keys.filter_map(|key| project.volumes.get(key)).filter(|volume| !volume.external);
    volumes.map(|volume| volume.name.clone()).collect()
}

/// Stops everything, removes the server's containers, and tells which services ran.
async fn take_down(context: &Context, service: &ServiceName) -> Result<Vec<ServiceName>, Error> {
    let present = Present::look(context, "db-reset", &[]).await?;
    let running =
        present.observed.containers.iter().filter(|container| container.state.is_running() && !container.oneoff);
    let mut ran: Vec<_> = running.map(|container| container.service.clone()).collect();
    ran.dedup();
    let stop = plan::stop(present.plan_scope(), None);
    perform(context, &Work::new("db-reset", &present.scope.whole, &stop)).await?.ensure_done()?;
    let observed = present.scope.observe(context.engine()?).await?;
    let policy = DownPolicy { named: [service.clone()].into(), ..DownPolicy::default() };
    let down = plan::down(&present.scope.whole, &observed, &policy);
    perform(context, &Work::new("db-reset", &present.scope.whole, &down)).await?.ensure_done()?;
    Ok(ran)
}
