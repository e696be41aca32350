//! `down`: dependents before those they depend on, then what they used.

use std::collections::{BTreeMap, BTreeSet};

use super::resources::{duplicates, external_names, external_networks, is_anonymous, is_orphan, mounted_volumes};
use super::stops;
use super::up::subject_of;
use super::{Action, Cause, DownPolicy, Notice, Plan, RemoveImages, StepId};
use crate::names::{ContainerId, NetworkName, ServiceName, VolumeName};
use crate::observed::{Container, DuplicateNetwork, Observed};
use crate::project::Project;

/// The plan of `down`. A project without services (only its name is known) stands for everything that bears its name.
pub fn down(project: &Project, observed: &Observed, policy: &DownPolicy) -> Plan {
    let mut teardown = Teardown { project, observed, policy, plan: Plan::default(), removed: BTreeMap::new() };
    teardown.containers();
    if policy.named.is_empty() {
        teardown.networks();
    }
    if policy.volumes {
        teardown.volumes();
    }
    teardown.images();
    super::sealed(teardown.plan, project, observed)
}

struct Teardown<'a> {
    project: &'a Project,
    observed: &'a Observed,
    policy: &'a DownPolicy,
    plan: Plan,
    removed: BTreeMap<ContainerId, StepId>,
}

impl Teardown<'_> {
    fn is_nameless(&self) -> bool {
        self.project.services.is_empty() && self.project.disabled.is_empty()
    }

    fn containers(&mut self) {
        let (project, observed) = (self.project, self.observed);
        let (orphans, own): (Vec<&Container>, Vec<&Container>) =
            observed.containers.iter().partition(|one| !self.is_nameless() && is_orphan(project, one));
        let named = |one: &Container| self.policy.named.is_empty() || self.policy.named.contains(&one.service);
        let (one_offs, own): (Vec<&Container>, Vec<&Container>) = own.into_iter().partition(|one| one.oneoff);
        let mut going: Vec<&Container> = own.into_iter().filter(|one| named(one)).collect();
        if self.policy.remove_orphans || self.is_nameless() {
            going.extend(&orphans);
            going.extend(one_offs.into_iter().filter(|one| named(one)));
        } else if !orphans.is_empty() && !self.policy.ignore_orphans && self.policy.named.is_empty() {
            let containers = orphans.iter().map(|container| container.name.clone()).collect();
            self.plan.notices.push(Notice::Orphans { containers });
        }
        let mut gone: BTreeMap<&ServiceName, Vec<StepId>> = BTreeMap::new();
        for service in dependents_first(project, &going) {
            let dependents = dependents_of(project, &going, service);
            let after: Vec<StepId> = dependents.iter().filter_map(|name| gone.get(name)).flatten().copied().collect();
            let containers = going.iter().filter(|one| one.service == *service);
            let steps = containers.map(|container| self.container(container, after.clone())).collect();
            gone.insert(service, steps);
        }
    }

    fn container(&mut self, container: &Container, mut after: Vec<StepId>) -> StepId {
        let orphan = !self.is_nameless() && is_orphan(self.project, container);
        let cause = if orphan { Cause::Orphaned } else { Cause::Asked };
        let service = self.project.service(&container.service);
        let stopped =
            stops::stop(&mut self.plan, (container, service), self.policy.timeout, (cause.clone(), after.clone()));
        if let Some(stopped) = stopped {
            after = vec![stopped];
        }
        let action = Action::Remove { subject: subject_of(container), volumes: self.policy.volumes };
        let step = self.plan.push(action, after, cause);
        self.removed.insert(container.id.clone(), step);
        step
    }

    /// Steps that remove the containers for which something holds.
    fn removals(&self, holds: impl Fn(&Container) -> bool) -> Vec<StepId> {
        let users = self.observed.containers.iter().filter(|container| holds(container));
        users.filter_map(|container| self.removed.get(&container.id).copied()).collect()
    }

    /// Networks of the project. One that others still use stays, and that is no failure.
    fn networks(&mut self) {
        let observed = self.observed;
        let external = external_networks(self.project);
        for (name, network) in &observed.networks {
            let own = network.project.as_deref() == Some(self.project.name.as_str());
            let Ok(shown) = NetworkName::new(name) else { continue };
            if own && !external.contains(name.as_str()) {
                let after = self.removals(|container| container.networks.contains_key(name));
                let action = Action::RemoveNetwork { id: network.id.clone(), name: shown };
                self.plan.push_optional(action, after, Cause::Asked);
            }
        }
        for DuplicateNetwork { id, name } in duplicates(self.project, observed) {
            let after = self.removals(|container| container.networks.contains_key(name.as_str()));
            let action = Action::RemoveNetwork { id: id.clone(), name: name.clone() };
            self.plan.push_optional(action, after, Cause::LeftOver);
        }
    }

    /// Volumes of the project, and those without a name that a replaced container handed on: the Engine removes them
    /// with no container.
    fn volumes(&mut self) {
        let observed = self.observed;
        let external = external_names(self.project.volumes.values().map(|one| (one.external, one.name.as_str())));
        let own = observed.volumes.iter().filter(|(name, volume)| {
            volume.project.as_deref() == Some(self.project.name.as_str()) && !external.contains(name.as_str())
        });
        let mut names: BTreeSet<&str> =
            if self.policy.named.is_empty() { own.map(|(name, _)| name.as_str()).collect() } else { BTreeSet::new() };
        let replacements = observed.containers.iter().filter(|one| one.replaces.is_some());
        let going = replacements.filter(|one| self.removed.contains_key(&one.id));
        names.extend(going.flat_map(mounted_volumes).filter(|name| is_anonymous(name)));
        for name in names {
            let Ok(volume) = VolumeName::new(name) else { continue };
            let after = self.removals(|container| mounted_volumes(container).any(|mounted| mounted == name));
            let action = Action::RemoveVolume { name: volume };
            self.plan.push_optional(action, after, Cause::Asked);
        }
    }

    fn images(&mut self) {
        let wanted = |service: &&crate::project::Service| match self.policy.images {
            RemoveImages::None => false,
            RemoveImages::Local => !service.image_named,
            RemoveImages::All => true,
        };
        let named = |name: &ServiceName| self.policy.named.is_empty() || self.policy.named.contains(name);
        let services = self.project.services.values().filter(|service| named(&service.name));
        let images: BTreeSet<_> = services.filter(wanted).map(|service| service.image.clone()).collect();
        for image in images {
            if let Some(there) = self.observed.images.get(&image) {
                let after = self.removals(|container| container.image_id == there.id);
                self.plan.push_optional(Action::RemoveImage { image }, after, Cause::Asked);
            }
        }
    }
}

/// What a service waits for: as the manifest says, and as its containers' labels say of services that the manifest does not
/// have, be it this one or one that it waited for.
pub(super) fn dependencies_of<'a>(
    project: &'a Project,
    containers: &[&'a Container],
    name: &ServiceName,
) -> BTreeSet<&'a ServiceName> {
    let own = containers.iter().filter(|container| container.service == *name);
    let labelled = own.flat_map(|container| &container.depends_on);
    match project.service(name) {
        Some(service) => {
            let strays = labelled.filter(|dependency| project.service(dependency).is_none());
            service.depends_on.keys().chain(strays).collect()
        }
        None => labelled.collect(),
    }
}

fn services_of<'a>(containers: &[&'a Container]) -> BTreeSet<&'a ServiceName> {
    containers.iter().map(|container| &container.service).collect()
}

fn dependents_of<'a>(project: &Project, containers: &[&'a Container], name: &ServiceName) -> Vec<&'a ServiceName> {
    let services = services_of(containers).into_iter();
    services.filter(|other| dependencies_of(project, containers, other).contains(name)).collect()
}

/// The services of these containers, each after those that depend on it. Circles, which labels could make, are cut.
pub(super) fn dependents_first<'a>(project: &'a Project, containers: &[&'a Container]) -> Vec<&'a ServiceName> {
    let services = services_of(containers);
    let mut ordered = Vec::new();
    let mut seen = BTreeSet::new();
    for name in &services {
        visit(name, (project, containers), &mut seen, &mut ordered);
    }
    ordered.reverse();
    ordered.retain(|name| services.contains(name));
    ordered
}

fn visit<'a>(
    name: &'a ServiceName,
    (project, containers): (&'a Project, &[&'a Container]),
    seen: &mut BTreeSet<&'a ServiceName>,
    ordered: &mut Vec<&'a ServiceName>,
) {
    if !seen.insert(name) {
        return;
    }
    for dependency in dependencies_of(project, containers, name) {
        visit(dependency, (project, containers), seen, ordered);
    }
    ordered.push(name);
}
