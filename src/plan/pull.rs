//! `pull`: the images of services, and which services it leaves alone, as Docker Compose decides it (`pull` in
//! `pkg/compose/pull.go`).

use std::collections::BTreeMap;

use super::bases::is_latest;
use super::images::push_pull;
use super::{Plan, Refresh};
use crate::names::{ImageRef, ServiceName};
use crate::observed::Observed;
use crate::project::{Project, PullPolicy, Service};

/// What `pull` is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PullRequest {
    /// When images are pulled.
    pub when: Refresh,
    /// Images that can be built are pulled too, where they have a name.
    pub buildable: bool,
}

/// The plan of `pull`, and the services for which it does nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pulls {
    /// One step for each image.
    pub plan: Plan,
    /// The other services, and why.
    pub left_out: Vec<(ServiceName, LeftOut)>,
}

/// Why nothing is pulled for a service, in Compose's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Its image is built and has no name of the user's.
    #[error("Skipped - No image to be pulled")]
    NoImage,
    /// Its `pull_policy` forbids it.
    #[error("Skipped")]
    Policy,
    /// The Engine has it.
    #[error("Skipped - Image is already present locally")]
    Present,
    /// It can be built, and such images are not wanted.
    #[error("Skipped - Image can be built")]
    Buildable,
    /// It is pulled for another service.
    #[error("Skipped - Image is already being pulled by {0}")]
    PulledBy(ServiceName),
}

/// Pulls the image of each service once.
pub fn pull(project: &Project, observed: &Observed, request: PullRequest) -> Pulls {
    let mut pulls = Pulls::default();
    let mut pulled: BTreeMap<&ImageRef, &ServiceName> = BTreeMap::new();
    for service in project.services.values() {
        let other = pulled.get(&service.image).map(|other| LeftOut::PulledBy((*other).clone()));
        if let Some(reason) = left_out(service, observed, request).or(other) {
            pulls.left_out.push((service.name.clone(), reason));
            continue;
        }
        pulled.insert(&service.image, &service.name);
        push_pull(&mut pulls.plan, observed, service, vec![service.name.clone()]);
    }
    pulls.plan = super::sealed(pulls.plan, project, observed);
    pulls
}

fn left_out(service: &Service, observed: &Observed, PullRequest { when, buildable }: PullRequest) -> Option<LeftOut> {
    if !service.image_named {
        return Some(LeftOut::NoImage);
    }
    // What `latest` means changes, so that it is asked for again.
    let is_there = || observed.images.contains_key(&service.image) && !is_latest(service.image.as_str());
    let written = service.spans.contains_key("pull_policy");
    match (when, service.pull_policy) {
        (Refresh::Policy, PullPolicy::Never | PullPolicy::Build) | (Refresh::Never, _) => Some(LeftOut::Policy),
        // Where the manifest says nothing, `pull` pulls.
        (Refresh::Policy, PullPolicy::Missing) if written && is_there() => Some(LeftOut::Present),
        (Refresh::Missing, _) if is_there() => Some(LeftOut::Present),
        _ => (service.build.is_some() && !buildable).then_some(LeftOut::Buildable),
    }
}
