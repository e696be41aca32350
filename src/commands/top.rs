//! `ado top`: the processes inside the containers.

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::future::try_join_all;

use super::scope::Scope;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::ui::Table;

/// In which containers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
}

/// Lists processes.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut containers = scope.containers(engine).await?;
    let services = scope.services(&containers, &arguments.services)?;
    containers.retain(|container| {
        container.state.is_running()
            && !container.oneoff
            && services.as_ref().is_none_or(|services| services.contains(&container.service))
    });
    let tops = try_join_all(containers.iter().map(|container| engine.top(&container.id, None))).await?;
    let Some(titles) = tops.first().map(|top| top.titles.clone()) else { return Ok(Exit::DONE) };
    let mut columns = vec![("SERVICE", 0), ("#", 0)];
    // The time of day when a process began, its terminal and its share are what people miss least.
    columns
        .extend(titles.iter().map(|title| (title.as_str(), u8::from(matches!(title.as_str(), "C" | "STIME" | "TTY")))));
    let mut table = Table::new(&columns);
    for (container, top) in containers.iter().zip(&tops) {
        for process in &top.rows {
            let mut row = vec![container.service.to_string(), container.number.to_string()];
            row.extend(process.iter().cloned());
            table.row(row);
        }
    }
    context.ui.table(&table)?;
    Ok(Exit::DONE)
}
