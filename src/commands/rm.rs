//! `ado rm`: removes containers that are stopped.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::perform::{Work, confirmed, perform};
use super::scope::Present;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan::{self, Action, Plan};

/// Which containers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Do not ask
    #[arg(short, long, visible_alias = "yes")]
    force: bool,
    /// Stop them first
    #[arg(short, long)]
    stop: bool,
    /// Remove their anonymous volumes too
    #[arg(short, long)]
    volumes: bool,
    /// Accepted because old scripts say it.
    #[arg(short = 'a', long = "all", hide = true)]
    _all: bool,
}

/// Removes what is stopped.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let mut present = Present::look(context, "rm", &arguments.services).await?;
    if arguments.stop {
        let plan = plan::stop(present.plan_scope(), None);
        let exit = perform(context, &Work::new("stop", &present.scope.whole, &plan)).await?.exit();
        if exit != Exit::DONE {
            return Ok(exit);
        }
        present.observed = present.scope.observe(context.engine()?).await?;
    }
    let plan = plan::remove(present.plan_scope(), arguments.volumes);
    if plan.is_empty() {
        context.ui.note("No stopped containers")?;
        return Ok(Exit::DONE);
    }
    let question = format!("Going to remove {}. Are you sure?", names(&plan));
    if !confirmed(context, arguments.force, &question)? {
        return Ok(Exit::DONE);
    }
    Ok(perform(context, &Work::new("rm", &present.scope.whole, &plan)).await?.exit())
}

fn names(plan: &Plan) -> String {
    let names = plan.steps().filter_map(|(_, step)| match &step.action {
        Action::Remove { subject, .. } => Some(subject.name.to_string()),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}
