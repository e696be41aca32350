//! `ado ls`: the projects that the Engine has containers of.

use clap::Args;
use serde_json::json;

use super::format::Format;
use super::malformed::Malformed;
use super::{Error, Exit};
use crate::context::Context;
use crate::engine::ProjectSummary;
use crate::ui::Table;

/// States in which a project counts as running.
const ALIVE: [&str; 3] = ["running", "paused", "restarting"];

/// Which projects.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Projects that are stopped as well
    #[arg(short, long)]
    all: bool,
    /// `name=TEXT`: only projects whose name has the text in it
    #[arg(long, value_name = "FILTER")]
    filter: Vec<String>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Names alone
    #[arg(short, long)]
    quiet: bool,
}

/// Lists projects.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let mut names = Vec::new();
    for filter in &arguments.filter {
        match filter.split_once('=') {
            Some(("name", text)) => names.push(text),
            _ => return Err(Malformed::Filter { filter: filter.clone(), known: "name=TEXT" }.into()),
        }
    }
    let mut projects = context.engine()?.projects().await?;
    projects.retain(|project| {
        let alive = project.states.keys().any(|state| ALIVE.contains(&state.as_str()));
        (arguments.all || alive) && (names.is_empty() || names.iter().any(|text| project.name.as_str().contains(text)))
    });
    if arguments.quiet {
        for project in &projects {
            context.ui.line(project.name.as_str())?;
        }
    } else if arguments.format == Format::Json {
        let rows: Vec<_> = projects
            .iter()
            .map(|project| json!({ "Name": project.name, "Status": status(project), "ConfigFiles": files(project) }))
            .collect();
        context.ui.json(&rows)?;
    } else {
        let mut table = Table::new(&[("NAME", 0), ("STATUS", 0), ("CONFIG FILES", 1)]);
        for project in &projects {
            table.row([project.name.to_string(), status(project), files(project)]);
        }
        context.ui.table(&table)?;
    }
    Ok(Exit::DONE)
}

/// `exited(1), running(2)`.
fn status(project: &ProjectSummary) -> String {
    let states: Vec<String> = project.states.iter().map(|(state, count)| format!("{state}({count})")).collect();
    states.join(", ")
}

fn files(project: &ProjectSummary) -> String {
    project.files.iter().map(String::as_str).collect::<Vec<_>>().join(",")
}
