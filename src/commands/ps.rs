//! `ado ps`: the containers of the project.

mod row;

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::malformed::Malformed;
use super::scope::Scope;
use super::{Error, Exit, format};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::observed::Container;
use crate::ui::Table;

pub(super) use row::{bracketed, ports};

/// The Engine's words for states.
const STATES: [&str; 7] = ["paused", "restarting", "removing", "running", "dead", "created", "exited"];

/// Which containers, and how they are shown.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Stopped containers and those of `run` as well
    #[arg(short, long)]
    all: bool,
    /// `status=VALUE`: the same as --status
    #[arg(long, value_name = "FILTER")]
    filter: Vec<String>,
    /// `table`, `json`, or a Go template
    #[arg(long, default_value = "table")]
    format: String,
    /// Long ids and whole commands
    #[arg(long)]
    no_trunc: bool,
    /// Containers of services that the manifest does not have any more
    #[arg(long, default_value_t = true, num_args = 0..=1, require_equals = true, default_missing_value = "true",
          action = clap::ArgAction::Set)]
    orphans: bool,
    /// Ids alone
    #[arg(short, long)]
    quiet: bool,
    /// Names of the services alone
    #[arg(long = "services")]
    only_services: bool,
    /// Containers in this state: paused, restarting, removing, running, dead, created or exited
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
}

/// Lists containers.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let wanted = wanted_states(arguments)?;
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let all = scope.containers(engine).await?;
    let services = scope.services(&all, &arguments.services)?;
    let shown = |container: &&Container| {
        let orphan = scope.project().is_some_and(|project| project.service(&container.service).is_none());
        let state = if wanted.is_empty() {
            arguments.all || (container.state.is_running() && !container.oneoff)
        } else {
            wanted.iter().any(|state| state == row::state(container.state))
        };
        state
            && (arguments.orphans || !orphan)
            && services.as_ref().is_none_or(|services| services.contains(&container.service))
    };
    let containers: Vec<&Container> = all.iter().filter(shown).collect();
    show(context, arguments, scope.name().as_str(), &containers)
}

fn show(context: &Context, arguments: &Arguments, project: &str, containers: &[&Container]) -> Result<Exit, Error> {
    if arguments.quiet {
        for container in containers {
            context.ui.line(container.id.as_str())?;
        }
        return Ok(Exit::DONE);
    }
    if arguments.only_services {
        let mut names: Vec<&ServiceName> = containers.iter().map(|container| &container.service).collect();
        names.dedup();
        for name in names {
            context.ui.line(name.as_str())?;
        }
        return Ok(Exit::DONE);
    }
    if arguments.format != "table" {
        let rows = containers.iter().map(|container| row::json(project, container, arguments.no_trunc));
        format::show(&context.ui, &arguments.format, rows)?;
        return Ok(Exit::DONE);
    }
    let mut table = Table::new(&[
        ("NAME", 0),
        ("IMAGE", 3),
        ("COMMAND", 5),
        ("SERVICE", 2),
        ("CREATED", 4),
        ("STATUS", 0),
        ("PORTS", 1),
    ]);
    for container in containers {
        table.row([
            container.name.to_string(),
            container.image.clone(),
            row::command(&container.command, arguments.no_trunc),
            container.service.to_string(),
            row::created(container.created),
            container.status.clone(),
            row::ports(&container.ports),
        ]);
    }
    context.ui.table(&table)?;
    Ok(Exit::DONE)
}

/// `--status` and `--filter status=…`.
fn wanted_states(arguments: &Arguments) -> Result<Vec<String>, Error> {
    let mut wanted = arguments.status.clone();
    for filter in &arguments.filter {
        match filter.split_once('=') {
            Some(("status", value)) => wanted.push(value.to_owned()),
            _ => return Err(Malformed::Filter { filter: filter.clone(), known: "status=VALUE" }.into()),
        }
    }
    match wanted.iter().find(|status| !STATES.contains(&status.as_str())) {
        Some(status) => Err(Malformed::Filter {
            filter: format!("status={status}"),
            known: "status=paused, restarting, removing, running, dead, created or exited",
        }
        .into()),
        None => Ok(wanted),
    }
}
