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
use crate::project::{self, Dependencies, Project};

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
    /// For `RUN --mount=type=ssh`, beside those of the manifest: `default` (your agent), or `NAME=PATH` of a key or socket
    #[arg(long, value_name = "KEY")]
    ssh: Vec<String>,
    /// Attach how the image was made (`true`, `false`, `mode=max`), instead of what the manifest says
    #[arg(long, value_name = "HOW")]
    provenance: Option<String>,
    /// Attach what the image consists of (`true`, `false`, `generator=IMAGE`), instead of what the manifest says
    #[arg(long, value_name = "HOW")]
    sbom: Option<String>,
    /// Accepted because scripts say it; `BuildKit` has no such limit
    #[arg(short, long, value_name = "BYTES", hide = true)]
    memory: Option<String>,
    /// Accepted because scripts say it; the Engine's own builder builds
    #[arg(long, value_name = "NAME", hide = true)]
    builder: Option<String>,
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
    goal.build.every_platform = true;
    goal.build.arguments = build_arguments(context, &arguments.build_arg);
    goal.quiet = arguments.quiet;
    without_effect(context, arguments)?;
    add_to_builds(&mut goal.project, arguments);
    let observed = context.engine()?.observe(&goal.project).await?;
    let plan = plan::build(&goal.project, &observed, &goal.policy.images)?;
    if plan.is_empty() {
        context.ui.note("No services to build")?;
        return Ok(Exit::DONE);
    }
    perform(context, &goal.work(&plan)).await?.ensure_done()?;
    if arguments.push && !context.options.dry_run {
        let built = goal.project.services.values().filter(|service| service.build.is_some() && service.image_named);
        return push::images(context, built.map(|service| &service.image), arguments.quiet, false).await;
    }
    Ok(Exit::DONE)
}

/// Says what is accepted and does nothing.
fn without_effect(context: &Context, arguments: &Arguments) -> Result<(), Error> {
    if arguments.memory.is_some() {
        context.ui.warn("--memory has no effect: BuildKit has no such limit")?;
    }
    if arguments.builder.as_ref().is_some_and(|name| name != "default") {
        context.ui.warn("--builder has no effect: ado builds with the Engine's own builder")?;
    }
    Ok(())
}

/// What the command line says of keys and attestations goes before what the manifest says.
fn add_to_builds(project: &mut Project, arguments: &Arguments) {
    for build in project.services.values_mut().filter_map(|service| service.build.as_mut()) {
        build.ssh.extend(arguments.ssh.iter().map(|key| project::ssh_key(key)));
        for (name, given) in [("provenance", &arguments.provenance), ("sbom", &arguments.sbom)] {
            build.attestations.extend(given.iter().map(|how| (name.to_owned(), how.clone())));
        }
    }
}

/// `NAME=value`, or `NAME` alone with the value of the environment.
fn build_arguments(context: &Context, given: &[String]) -> IndexMap<String, Option<String>> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (text.clone(), context.environment.get(text).cloned()),
    };
    given.iter().map(pair).collect()
}
