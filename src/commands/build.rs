//! `ado build`: images out of Dockerfiles.

use clap::Args;
use clap_complete::ArgValueCandidates;
use indexmap::IndexMap;

use super::converge::Goal;
use super::perform::perform;
use super::{Error, Exit, push};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::plan;
use crate::project::Dependencies;

/// Which images, and how.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// `NAME=value`, or `NAME` to pass on the variable of this environment
    #[arg(long, value_name = "ARGUMENT")]
    build_arg: Vec<String>,
    /// Use nothing that was built before
    #[arg(long)]
    no_cache: bool,
    /// Ask the registry for newer base images
    #[arg(long)]
    pull: bool,
    /// Push the images that were built
    #[arg(long)]
    push: bool,
    /// Show errors only
    #[arg(short, long)]
    quiet: bool,
    /// Build the images of services that these depend on, too
    #[arg(long)]
    with_dependencies: bool,
}

/// Builds; images that start from another service's image are built after it, the others at once.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let dependencies = if arguments.with_dependencies { Dependencies::Include } else { Dependencies::Exclude };
    let mut goal = Goal::new("build", &project, &arguments.services, dependencies)?;
    goal.build.no_cache = arguments.no_cache;
    goal.build.pull = arguments.pull;
    goal.build.arguments = build_arguments(context, &arguments.build_arg);
    goal.quiet_images = arguments.quiet;
    let observed = context.engine()?.observe(&goal.project).await?;
    let plan = plan::build(&goal.project, &observed, &goal.policy.images)?;
    if plan.is_empty() {
        context.ui.note("No services to build")?;
        return Ok(Exit::DONE);
    }
    perform(context, &goal.work(&plan)).await?.ensure_done()?;
    if arguments.push && !context.options.dry_run {
        let built = goal.project.services.values().filter(|service| service.build.is_some());
        return push::images(context, built.map(|service| &service.image), arguments.quiet, false).await;
    }
    Ok(Exit::DONE)
}

/// `NAME=value`, or `NAME` alone with the value of the environment.
fn build_arguments(context: &Context, given: &[String]) -> IndexMap<String, Option<String>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.clone(), context.environment.get(text).cloned()),
    };
    given.iter().map(pair).collect()
}
