//! `ado plan`: what `up` would do, and why.

use clap::{Args, ValueEnum};
use clap_complete::ArgValueCandidates;
use serde::Serialize;

use super::converge::{Goal, ImageOptions, Recreation, scales};
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::{self, Plan, Row};
use crate::project::Dependencies;
use crate::ui::Table;

/// What would come up.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services, with those they depend on; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// How it is shown; `ado apply` carries out the JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// End with 100 if something would change
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    recreation: Recreation,
    #[command(flatten)]
    images: ImageOptions,
    /// Leave alone the services that named ones depend on
    #[arg(long)]
    no_deps: bool,
    /// Remove containers of services that the manifest does not have any more
    #[arg(long)]
    remove_orphans: bool,
    /// `SERVICE=REPLICAS`, instead of what the manifest says
    #[arg(long, value_name = "SCALE")]
    scale: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// A plan as it is written to a file: the words are for people, the plan is for `apply`.
#[derive(Debug, Serialize)]
struct Written<'a> {
    project: &'a str,
    services: Vec<&'a ServiceName>,
    rows: Vec<Row>,
    plan: &'a Plan,
}

/// Shows the plan; nothing is touched.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let dependencies = if arguments.no_deps { Dependencies::Exclude } else { Dependencies::Include };
    let mut goal = Goal::new("plan", &project, &arguments.services, dependencies)?;
    goal.orphans(context, arguments.remove_orphans);
    arguments.recreation.apply(&mut goal.policy);
    arguments.images.apply(&mut goal);
    goal.policy.scale = scales(&arguments.scale)?;
    goal.project.ensure_distinct_container_names()?;
    let observed = context.engine()?.observe(&goal.project).await?;
    let refresh = plan::refresh(&goal.project, &observed, &goal.policy.images)?;
    let plan = plan::up(&goal.project, &observed, &goal.policy)?;
    if arguments.format == Format::Json {
        context.ui.pretty_json(&Written {
            project: project.name.as_str(),
            services: goal.project.services.keys().collect(),
            rows: plan::show(&plan),
            plan: &plan,
        })?;
    } else {
        show(context, &refresh, &plan)?;
    }
    let changes = !plan.is_empty() || !refresh.is_empty();
    Ok(if arguments.exit_code && changes { Exit::WOULD_CHANGE } else { Exit::DONE })
}

fn show(context: &Context, refresh: &Plan, plan: &Plan) -> Result<(), Error> {
    for notice in &plan.notices {
        context.ui.warn(&notice.to_string())?;
    }
    if !refresh.is_empty() {
        context.ui.note("First these images are refreshed; what they replace can only be said then:")?;
        context.ui.table(&table(refresh))?;
    }
    if plan.is_empty() {
        context.ui.note("Nothing to do: everything is as the manifest wants it.")?;
    } else {
        context.ui.table(&table(plan))?;
    }
    Ok(())
}

fn table(plan: &Plan) -> Table {
    let mut table = Table::new(&[("STEP", 0), ("AFTER", 1), ("WHAT", 0), ("WHY", 0)]);
    for Row { step, after, what, why } in plan::show(plan) {
        let after: Vec<String> = after.iter().map(ToString::to_string).collect();
        table.row([step.to_string(), after.join(","), what, why]);
    }
    table
}
