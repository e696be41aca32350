//! How images come to be there: pulled, or built after those they start from.

use std::collections::BTreeMap;
use std::time::Duration;

use super::bases::same_image;
use super::{Action, Cause, Error, ImagePolicy, Plan, Refresh, StepId};
use crate::names::{ImageRef, ServiceName};
use crate::observed::Observed;
use crate::project::{Project, PullPolicy, Service};

/// Which images a plan gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that are missing.
    Missing,
    /// Those that are there but have to be refreshed, and with them what they start from.
    Refresh,
    /// All that can be built, or all that can be pulled, whatever is there.
    Everything,
}

/// The steps that get images, each image once.
pub(super) struct Images<'a> {
    project: &'a Project,
    observed: &'a Observed,
    policy: &'a ImagePolicy,
    extent: Extent,
    done: BTreeMap<ImageRef, Option<StepId>>,
}

impl<'a> Images<'a> {
    pub(super) fn new(
        (project, observed): (&'a Project, &'a Observed),
        policy: &'a ImagePolicy,
        extent: Extent,
    ) -> Self {
        Self { project, observed, policy, extent, done: BTreeMap::new() }
    }

    /// The step after which a service's image is there; `None` where it is there already.
    pub(super) fn of(&mut self, plan: &mut Plan, service: &'a Service) -> Result<Option<StepId>, Error> {
        if let Some(done) = self.done.get(&service.image) {
            return Ok(*done);
        }
        // Images that start from each other in a circle cannot be ordered; the builder says so.
        self.done.insert(service.image.clone(), None);
        let step = self.get(plan, service)?;
        self.done.insert(service.image.clone(), step);
        Ok(step)
    }

    fn get(&mut self, plan: &mut Plan, service: &'a Service) -> Result<Option<StepId>, Error> {
        let builder = self.builder(service);
        match builder {
            Some(builder) if self.wants_build(builder) => self.build(plan, builder).map(Some),
            _ if builder.is_none() && self.wants_pull(service) => Ok(Some(self.pull(plan, service))),
            _ if self.extent == Extent::Missing && !self.is_there(service) => {
                if builder.is_some() && service.image_named && self.policy.pull != Refresh::Never {
                    return Ok(Some(self.pull(plan, service)));
                }
                Err(Error::ImageMissing { service: service.name.clone(), image: service.image.clone() })
            }
            _ => Ok(None),
        }
    }

    /// The service that builds an image: this one, or another whose image has the same name.
    fn builder(&self, service: &'a Service) -> Option<&'a Service> {
        if service.build.is_some() && service.pull_policy != PullPolicy::Always {
            return Some(service);
        }
        self.builder_of(service.image.as_str())
    }

    fn builder_of(&self, image: &str) -> Option<&'a Service> {
        let services = self.project.services.values().chain(self.project.disabled.values());
        services
            .filter(|other| other.build.is_some() && other.pull_policy != PullPolicy::Always)
            .find(|other| same_image(other.image.as_str(), image))
    }

    fn is_there(&self, service: &Service) -> bool {
        self.observed.images.contains_key(&service.image)
    }

    fn wants_build(&self, service: &Service) -> bool {
        match self.extent {
            Extent::Everything => true,
            Extent::Missing => !self.is_there(service) && self.policy.build != Refresh::Never,
            Extent::Refresh => !self.is_there(service) || self.refreshes_build(service),
        }
    }

    fn refreshes_build(&self, service: &Service) -> bool {
        match self.policy.build {
            Refresh::Always => true,
            Refresh::Policy => service.pull_policy == PullPolicy::Build,
            Refresh::Missing | Refresh::Never => false,
        }
    }

    fn wants_pull(&self, service: &Service) -> bool {
        match self.extent {
            Extent::Everything => true,
            Extent::Missing => !self.is_there(service) && !self.forbids_pull(service),
            Extent::Refresh => self.is_there(service) && self.refreshes_pull(service),
        }
    }

    fn refreshes_pull(&self, service: &Service) -> bool {
        match self.policy.pull {
            Refresh::Always => true,
            Refresh::Policy => match service.pull_policy {
                PullPolicy::Always => true,
                PullPolicy::OlderThan(limit) => self.is_older(service, limit),
                PullPolicy::Missing | PullPolicy::Never | PullPolicy::Build => false,
            },
            Refresh::Missing | Refresh::Never => false,
        }
    }

    /// Whether an image was got longer ago than this, or nobody knows when.
    fn is_older(&self, service: &Service, limit: Duration) -> bool {
        self.observed.images.get(&service.image).and_then(|image| image.age).is_none_or(|age| age > limit)
    }

    fn forbids_pull(&self, service: &Service) -> bool {
        match self.policy.pull {
            Refresh::Never => true,
            Refresh::Policy => matches!(service.pull_policy, PullPolicy::Never | PullPolicy::Build),
            Refresh::Always | Refresh::Missing => false,
        }
    }

    /// Whether a service's image is got again although it is there.
    fn refreshes(&self, service: &'a Service) -> bool {
        match self.builder(service) {
            Some(builder) => self.refreshes_build(builder),
            None => self.is_there(service) && self.refreshes_pull(service),
        }
    }

    fn build(&mut self, plan: &mut Plan, service: &'a Service) -> Result<StepId, Error> {
        let mut after = Vec::new();
        for base in self.built_bases(service) {
            if base.image != service.image {
                after.extend(self.of(plan, base)?);
            }
        }
        let action = Action::Build { service: service.name.clone(), image: service.image.clone() };
        let cause = if self.is_there(service) { Cause::Asked } else { Cause::Missing };
        Ok(plan.push(action, after, cause))
    }

    /// Services whose image a build starts from or takes as a context.
    fn built_bases(&self, service: &'a Service) -> Vec<&'a Service> {
        let mut bases: Vec<&Service> =
            self.policy.bases.of(&service.name).filter_map(|image| self.builder_of(image)).collect();
        let contexts = service.build.iter().flat_map(|build| build.additional_contexts.values());
        let named = contexts.filter_map(|context| ServiceName::new(context.strip_prefix("service:")?).ok());
        bases.extend(named.filter_map(|name| self.project.service(&name)));
        bases
    }

    fn pull(&self, plan: &mut Plan, service: &Service) -> StepId {
        let users = self.project.services.values().filter(|other| other.image == service.image);
        push_pull(plan, self.observed, service, users.map(|user| user.name.clone()).collect())
    }
}

/// The step that pulls a service's image, for these services.
pub(super) fn push_pull(plan: &mut Plan, observed: &Observed, service: &Service, services: Vec<ServiceName>) -> StepId {
    let action = Action::Pull { image: service.image.clone(), platform: service.platform.clone(), services };
    let is_there = observed.images.contains_key(&service.image);
    plan.push(action, Vec::new(), if is_there { Cause::Asked } else { Cause::Missing })
}

/// Builds and pulls images that are there but have to be refreshed (`--build`, `--pull`, `pull_policy`). Only when that
/// is done and the world was observed again can be said which containers have to be replaced. Empty in most cases.
pub fn refresh(project: &Project, observed: &Observed, policy: &ImagePolicy) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    let mut images = Images::new((project, observed), policy, Extent::Refresh);
    for service in project.services.values() {
        if images.refreshes(service) {
            images.of(&mut plan, service)?;
        }
    }
    Ok(super::sealed(plan, project, observed))
}

/// Builds the images of services that have a `build` (`ado build`).
pub fn build(project: &Project, observed: &Observed, policy: &ImagePolicy) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    let mut images = Images::new((project, observed), policy, Extent::Everything);
    for service in project.services.values().filter(|service| service.build.is_some()) {
        images.of(&mut plan, service)?;
    }
    Ok(super::sealed(plan, project, observed))
}
