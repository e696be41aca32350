//! What `up`, `create`, `scale`, `run`, `watch` and `plan` have in common: from the manifest to a plan that can be
//! carried out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use clap::{Args, ValueEnum};

use super::malformed::Malformed;
use super::perform::{Performed, Work, perform};
use super::{Error, lock, ports};
use crate::context::Context;
use crate::engine::BuildOptions;
use crate::execute::ProjectLock;
use crate::names::ServiceName;
use crate::observed::Container;
use crate::plan::{self, Bases, ImagePolicy, Notice, Plan, Recreate, Refresh, UpPolicy};
use crate::project::{Dependencies, Project};
use crate::ui::{ProgressMode, Terse};

/// What is converged, and how.
#[derive(Debug, Clone)]
pub struct Goal {
    /// The verb, for headings.
    pub title: &'static str,
    /// The services in question, with those they depend on.
    pub project: Project,
    /// What the command line decides.
    pub policy: UpPolicy,
    /// What the command line adds to builds.
    pub build: BuildOptions,
    /// Show no progress.
    pub quiet: bool,
    /// Pulls and builds of which only the beginning and the end are shown.
    pub terse: Terse,
    /// Do not ask before data is lost.
    pub yes: bool,
}

/// A plan and the right to carry it out.
#[derive(Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// The project's containers as the planner saw them.
    pub containers: Vec<Container>,
    /// Held while the project is changed; `None` under `--dry-run`.
    pub lock: Option<ProjectLock>,
}

impl Goal {
    /// Selects services and prepares to converge them.
    pub fn new(
        title: &'static str,
        project: &Project,
        services: &[ServiceName],
        deps: Dependencies,
    ) -> Result<Self, Error> {
        let project = project.select(services, deps)?;
        let bases = Bases::read(&project, &|path: &Path| std::fs::read_to_string(path).ok());
        let images = ImagePolicy { bases, ..ImagePolicy::default() };
        let named: BTreeSet<ServiceName> = services.iter().cloned().collect();
        let policy = UpPolicy { named, images, ..UpPolicy::default() };
        let (build, terse) = (BuildOptions::default(), Terse::default());
        Ok(Self { title, project, policy, build, quiet: false, terse, yes: false })
    }

    /// Orphans, as the environment wants them treated.
    pub fn orphans(&mut self, context: &Context, remove: bool) {
        self.policy.remove_orphans = remove || context.is_set("COMPOSE_REMOVE_ORPHANS");
        self.policy.ignore_orphans = context.is_set("COMPOSE_IGNORE_ORPHANS");
        self.policy.all_resources = context.options.all_resources;
        self.policy.tries_anyway = context.called_as_compose;
    }

    /// Refreshes images where that is wanted, and plans. Images are not refreshed under `--dry-run`; their steps stand
    /// before the others then, but containers are compared with the images that are there.
    ///
    /// # Errors
    /// [`Error::Shown`] where refreshing failed, [`Error::Invalid`] where two services want one container name.
    pub async fn prepare(&self, context: &Context) -> Result<Prepared, Error> {
        self.project.ensure_distinct_container_names()?;
        let engine = context.engine()?;
        let lock = lock::acquire(context, &self.project.name, self.title).await?;
        let mut observed = Box::pin(engine.observe(&self.project)).await?;
        let refresh = plan::refresh(&self.project, &observed, &self.policy.images)?;
        if !refresh.is_empty() {
            perform(context, &self.work(&refresh)).await?.ensure_done()?;
            observed = Box::pin(engine.observe(&self.project)).await?;
        }
        let mut plan = plan::up(&self.project, &observed, &self.policy)?;
        if self.replaces_volumes(context, &plan)? {
            let policy = UpPolicy { replace_volumes: true, ..self.policy.clone() };
            plan = plan::up(&self.project, &observed, &policy)?;
        }
        Ok(Prepared { plan, containers: observed.containers, lock })
    }

    /// Checks host ports and carries the plan out.
    pub async fn carry_out(&self, context: &Context, plan: &Plan, work: Work<'_>) -> Result<Performed, Error> {
        if !context.options.dry_run {
            ports::ensure_free(context, plan, &self.project).await?;
        }
        perform(context, &work).await
    }

    /// The plan as work.
    pub fn work<'a>(&'a self, plan: &'a Plan) -> Work<'a> {
        let mode = self.quiet.then_some(ProgressMode::Quiet);
        Work { build: self.build.clone(), terse: self.terse, mode, ..Work::new(self.title, &self.project, plan) }
    }

    /// Whether volumes whose definition changed are replaced, which loses their data: only if a person says so.
    fn replaces_volumes(&self, context: &Context, plan: &Plan) -> Result<bool, Error> {
        for notice in &plan.notices {
            let Notice::DifferentVolume { name } = notice else { continue };
            if self.yes {
                return Ok(true);
            }
            let question = format!("Volume {name} differs from the manifest. Replace it? Its data will be lost.");
            if context.ui.input_is_terminal() && context.ui.confirm(&question)? == crate::ui::Answer::Yes {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// When containers that are there are replaced.
#[derive(Debug, Clone, Args)]
pub struct Recreation {
    /// Replace containers even if nothing changed
    #[arg(long, conflicts_with = "no_recreate")]
    force_recreate: bool,
    /// Replace no container, whatever changed
    #[arg(long)]
    no_recreate: bool,
    /// Replace containers that named ones depend on, even if nothing changed
    #[arg(long, conflicts_with = "no_recreate")]
    always_recreate_deps: bool,
}

impl Recreation {
    /// Decides for the services named and those they depend on.
    pub fn apply(&self, policy: &mut UpPolicy) {
        if self.no_recreate {
            policy.recreate = Recreate::Never;
            policy.recreate_dependencies = Recreate::Never;
        }
        if self.force_recreate {
            policy.recreate = Recreate::Always;
        }
        if self.always_recreate_deps {
            policy.recreate_dependencies = Recreate::Always;
        }
    }
}

/// How images are got.
#[derive(Debug, Clone, Args)]
pub struct ImageOptions {
    /// Build images first
    #[arg(long, conflicts_with = "no_build")]
    build: bool,
    /// Build no image, not even a missing one
    #[arg(long)]
    no_build: bool,
    /// When images are pulled, instead of what the manifest says
    #[arg(long, value_enum, value_name = "WHEN")]
    pull: Option<PullWhen>,
    /// Do not show the layers of pulls
    #[arg(long)]
    quiet_pull: bool,
    /// Do not show what builders write
    #[arg(long)]
    quiet_build: bool,
}

/// `--pull`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PullWhen {
    /// Always
    Always,
    /// Where an image is missing
    Missing,
    /// Never
    Never,
    /// Build instead, where the manifest says how
    Build,
    /// As the manifest says
    Policy,
}

impl ImageOptions {
    /// Those of `run`, which has fewer.
    pub fn of_run(build: bool, pull: Option<PullWhen>) -> Self {
        Self { build, no_build: false, pull, quiet_pull: false, quiet_build: false }
    }

    /// Decides for all services.
    pub fn apply(&self, goal: &mut Goal) {
        let images = &mut goal.policy.images;
        match self.pull {
            Some(PullWhen::Always) => images.pull = Refresh::Always,
            Some(PullWhen::Missing) => images.pull = Refresh::Missing,
            Some(PullWhen::Never) => images.pull = Refresh::Never,
            Some(PullWhen::Build) => images.build = Refresh::Always,
            Some(PullWhen::Policy) | None => {}
        }
        if self.build {
            images.build = Refresh::Always;
        }
        if self.no_build {
            images.build = Refresh::Never;
        }
        goal.terse = Terse { pulls: self.quiet_pull, builds: self.quiet_build };
    }
}

/// `--scale SERVICE=REPLICAS`.
pub fn scales(given: &[String]) -> Result<BTreeMap<ServiceName, u32>, Error> {
    let parse = |text: &String| {
        let (service, replicas) = text.split_once('=')?;
        Some((ServiceName::new(service).ok()?, replicas.parse().ok()?))
    };
    given.iter().map(|text| Ok(parse(text).ok_or_else(|| Malformed::Scale { text: text.clone() })?)).collect()
}

/// Starts services and waits until they are ready.
pub async fn bring_up(
    context: &Context,
    verb: &'static str,
    project: &Project,
    services: &[ServiceName],
) -> Result<(), Error> {
    let services: Vec<_> = services.iter().filter(|name| project.services.contains_key(*name)).cloned().collect();
    if services.is_empty() {
        return Ok(());
    }
    let mut goal = Goal::new(verb, project, &services, Dependencies::Include)?;
    goal.orphans(context, false);
    goal.policy.wait = true;
    let prepared = goal.prepare(context).await?;
    goal.carry_out(context, &prepared.plan, goal.work(&prepared.plan)).await?.ensure_done()
}
