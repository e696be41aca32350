//! What a command works on: a project with its manifest, or only the name of one that the Engine knows.

use std::collections::BTreeSet;

use super::{Error, lock};
use crate::context::Context;
use crate::engine::Engine;
use crate::execute::ProjectLock;
use crate::names::{ProjectName, ServiceName};
use crate::observed::{Container, Observed};
use crate::plan;
use crate::project::{Dependencies, Project};

/// A project as far as it is known here.
#[derive(Debug)]
pub struct Scope {
    /// Without services where there is no manifest: everything that bears its name.
    pub whole: Project,
    has_manifest: bool,
}

impl Scope {
    /// Reads the manifest; where there is none, `-p` or `COMPOSE_PROJECT_NAME` is enough.
    pub fn of(context: &Context) -> Result<Self, Error> {
        match context.name_without_manifest()? {
            Some(name) => Ok(Self { whole: Project::named(name), has_manifest: false }),
            None => Ok(Self { whole: context.project()?, has_manifest: true }),
        }
    }

    /// The project's name.
    pub fn name(&self) -> &ProjectName {
        &self.whole.name
    }

    /// The manifest's project, where there is one.
    pub fn project(&self) -> Option<&Project> {
        self.has_manifest.then_some(&self.whole)
    }

    /// Everything that the Engine has of it.
    pub async fn observe(&self, engine: &Engine) -> Result<Observed, Error> {
        Ok(match self.project() {
            Some(project) => Box::pin(engine.observe(project)).await?,
            None => Box::pin(engine.observe_named(self.name())).await?,
        })
    }

    /// Its containers, sorted by service and number.
    pub async fn containers(&self, engine: &Engine) -> Result<Vec<Container>, Error> {
        Ok(engine.containers(self.name()).await?)
    }

    /// The services that were named; none means all.
    ///
    /// # Errors
    /// A name that neither the manifest nor a container has.
    pub fn services(
        &self,
        containers: &[Container],
        names: &[ServiceName],
    ) -> Result<Option<BTreeSet<ServiceName>>, Error> {
        if names.is_empty() {
            return Ok(None);
        }
        if let Some(project) = self.project() {
            project.select(names, Dependencies::Exclude)?;
        }
        let known = |name: &ServiceName| {
            self.project().is_some() || containers.iter().any(|container| container.service == *name)
        };
        match names.iter().find(|name| !known(name)) {
            Some(name) => Err(Error::NoSuchService { name: name.clone() }),
            None => Ok(Some(names.iter().cloned().collect())),
        }
    }
}

/// The running container that a command goes into: the one with this number, or else the first.
///
/// # Errors
/// In Compose's words, where no such container runs.
pub async fn running_replica(
    engine: &Engine,
    project: &ProjectName,
    service: &ServiceName,
    index: Option<u32>,
) -> Result<Container, Error> {
    // Nearly always the first replica runs, and asking for it alone is quick however many there are.
    let one = engine.replicas(project, service, numbered(index).or(Some(1))).await?;
    if let Some(found) = one.into_iter().find(|one| one.state.is_running() && !one.oneoff) {
        return Ok(found);
    }
    let all = if numbered(index).is_none() { engine.replicas(project, service, None).await? } else { Vec::new() };
    let running: Vec<Container> = all.into_iter().filter(|one| one.state.is_running()).collect();
    any_replica(&running, service, index).cloned()
}

/// A container of the service, running or not: the one with this number, or else the first. A container of `run` is
/// nobody's replica, but where there is no other it is what can be meant.
pub fn any_replica<'a>(
    containers: &'a [Container],
    service: &ServiceName,
    index: Option<u32>,
) -> Result<&'a Container, Error> {
    let index = numbered(index);
    let of_service = containers.iter().filter(|container| container.service == *service);
    let found = of_service
        .filter(|container| index.is_none_or(|index| !container.oneoff && container.number == index))
        .min_by_key(|container| (container.oneoff, container.number));
    found.ok_or_else(|| Error::NotRunning { service: service.clone(), index })
}

/// Compose's default of 0 stands for the first replica.
fn numbered(index: Option<u32>) -> Option<u32> {
    index.filter(|index| *index > 0)
}

/// What a command that changes containers works on: the project, what there is of it, and the services it was given.
#[derive(Debug)]
pub struct Present {
    /// The project.
    pub scope: Scope,
    /// What the Engine has of it.
    pub observed: Observed,
    /// Services on the command line; empty: all.
    pub named: BTreeSet<ServiceName>,
    /// Held while the command changes something; `None` under `--dry-run`.
    _lock: Option<ProjectLock>,
}

impl Present {
    /// Reads the manifest, waits for other commands that change the project, and looks at the Engine. `verb` is what
    /// those read who wait for this one.
    ///
    /// # Errors
    /// A service that nobody knows.
    pub async fn look(context: &Context, verb: &str, services: &[ServiceName]) -> Result<Self, Error> {
        let scope = Scope::of(context)?;
        let lock = lock::acquire(context, scope.name(), verb).await?;
        let observed = scope.observe(context.engine()?).await?;
        let named = scope.services(&observed.containers, services)?.unwrap_or_default();
        Ok(Self { scope, observed, named, _lock: lock })
    }

    /// As the planner takes it.
    pub fn plan_scope(&self) -> plan::Scope<'_> {
        plan::Scope { project: &self.scope.whole, observed: &self.observed, named: &self.named }
    }
}
