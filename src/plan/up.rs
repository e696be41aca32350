//! `up`, `create` and `scale`: from what is there to what the manifest wants.

use std::collections::BTreeMap;

use super::decide::{Decision, Decisions, Judge, has_health_check, is_ready};
use super::images::{Extent, Images};
use super::resources::{Resources, Standing, duplicates, is_orphan, mounted_volumes, networks_of, volumes_of};
use super::{Action, Cause, Condition, Error, Notice, Plan, StepId, Subject, Target, UpPolicy};
use crate::names::{ContainerId, NetworkName, ServiceName, VolumeName};
use crate::observed::{Container, DuplicateNetwork, Observed, State};
use crate::project::{self, LinkTarget, Project, Service, graph};

/// The plan of `up`, `create` and `scale`.
///
/// # Errors
/// Where the manifest cannot be fulfilled, whatever is done.
pub fn up(project: &Project, observed: &Observed, policy: &UpPolicy) -> Result<Plan, Error> {
    check(project, observed, policy)?;
    let resources = Resources::compare(project, observed, policy)?;
    let decisions = Judge { project, observed, policy, resources: &resources }.decide()?;
    let images = Images::new((project, observed), &policy.images, Extent::Missing);
    let mut draft = Draft {
        project,
        observed,
        policy,
        resources: &resources,
        decisions: &decisions,
        plan: Plan::default(),
        images,
        networks: BTreeMap::new(),
        volumes: BTreeMap::new(),
        stopped: BTreeMap::new(),
        removed: BTreeMap::new(),
        up: BTreeMap::new(),
    };
    draft.plan.notices.clone_from(&resources.notices);
    draft.duplicates();
    draft.orphans();
    for service in project.services.values() {
        draft.service(service)?;
    }
    draft.unused();
    draft.wait();
    Ok(super::sealed(draft.plan, project, observed))
}

fn check(project: &Project, observed: &Observed, policy: &UpPolicy) -> Result<(), Error> {
    for service in project.services.values() {
        if service.extensions.contains_key("provider") {
            return Err(Error::Provider { service: service.name.clone() });
        }
        for (needs, dependency) in &service.depends_on {
            let Some(other) = project.services.get(needs) else { continue };
            let waits =
                dependency.condition == project::Condition::Healthy && dependency.required && !policy.tries_anyway;
            if waits && has_health_check(observed, other) == Some(false) {
                return Err(Error::HealthCheckMissing { service: service.name.clone(), needs: needs.clone() });
            }
        }
    }
    Ok(())
}

/// A replica as it will be.
#[derive(Debug)]
pub(super) struct Upcoming {
    pub(super) subject: Subject,
    /// Steps after which it is started, with its hooks; empty where it runs already.
    pub(super) started: Vec<StepId>,
    /// Its state, where it stays untouched.
    pub(super) state: Option<State>,
    /// Steps that wait for it.
    waits: BTreeMap<(Condition, bool), StepId>,
}

impl Upcoming {
    pub(super) fn new(subject: Subject, started: Vec<StepId>, state: Option<State>) -> Self {
        Self { subject, started, state, waits: BTreeMap::new() }
    }
}

/// A plan in the making.
pub(super) struct Draft<'a> {
    pub(super) project: &'a Project,
    pub(super) observed: &'a Observed,
    pub(super) policy: &'a UpPolicy,
    pub(super) resources: &'a Resources,
    pub(super) decisions: &'a Decisions<'a>,
    pub(super) plan: Plan,
    images: Images<'a>,
    networks: BTreeMap<NetworkName, Option<StepId>>,
    volumes: BTreeMap<VolumeName, Option<StepId>>,
    pub(super) stopped: BTreeMap<ContainerId, StepId>,
    pub(super) removed: BTreeMap<ContainerId, StepId>,
    pub(super) up: BTreeMap<ServiceName, Vec<Upcoming>>,
}

impl<'a> Draft<'a> {
    /// Containers that no service of the manifest has.
    fn orphans(&mut self) {
        let orphans: Vec<_> = self.observed.containers.iter().filter(|one| is_orphan(self.project, one)).collect();
        if self.policy.remove_orphans {
            for container in orphans {
                self.remove(container, Cause::Orphaned, Vec::new(), false);
            }
        } else if !orphans.is_empty() && !self.policy.ignore_orphans {
            let containers = orphans.into_iter().map(|container| container.name.clone()).collect();
            self.plan.notices.push(Notice::Orphans { containers });
        }
    }

    /// Networks that a killed run made and the run after it as well: attached is by name, so only one may bear it. A
    /// container that is made meanwhile needs not wait, because execution sees to it too.
    fn duplicates(&mut self) {
        for DuplicateNetwork { id, name } in duplicates(self.project, self.observed) {
            let action = Action::RemoveNetwork { id: id.clone(), name: name.clone() };
            self.plan.push_optional(action, Vec::new(), Cause::LeftOver);
        }
    }

    /// Networks and volumes that no service uses, where they are wanted too.
    fn unused(&mut self) {
        if !self.policy.all_resources {
            return;
        }
        for (key, network) in &self.project.networks {
            self.network(key, network);
        }
        for (key, volume) in &self.project.volumes {
            self.volume(key, volume);
        }
    }

    /// Steps after which everything is there that a new container of the service is made of.
    pub(super) fn materials(&mut self, service: &'a Service) -> Result<Vec<StepId>, Error> {
        let mut after: Vec<StepId> = self.images.of(&mut self.plan, service)?.into_iter().collect();
        for (key, network) in networks_of(self.project, service) {
            after.extend(self.network(key, network));
        }
        for (key, volume) in volumes_of(self.project, service) {
            after.extend(self.volume(key, volume));
        }
        Ok(after)
    }

    fn network(&mut self, key: &NetworkName, network: &project::Network) -> Option<StepId> {
        if let Some(done) = self.networks.get(key) {
            return *done;
        }
        let create = || Action::CreateNetwork { key: key.clone(), name: network.name.clone() };
        let step = match self.resources.networks.get(key) {
            Some(Standing::Missing) => Some(self.plan.push(create(), Vec::new(), Cause::Missing)),
            Some(Standing::Different) => Some(self.replace_network(key, network)),
            Some(Standing::Present) | None => None,
        };
        self.networks.insert(key.clone(), step);
        step
    }

    /// Stops the containers that are replaced along with the network, takes others out of it for a moment, and makes it
    /// again.
    fn replace_network(&mut self, key: &NetworkName, network: &project::Network) -> StepId {
        let name = network.name.as_str();
        let cause = Cause::Uses(name.to_owned());
        let attached = self.observed.containers.iter().filter(|one| one.networks.contains_key(name));
        let mut after = Vec::new();
        let mut others = Vec::new();
        for container in attached {
            if self.is_replaced(container) {
                after.extend(self.stop(container, cause.clone(), Vec::new()));
            } else if container.state.is_running() {
                let subject = subject_of(container);
                let action = Action::Disconnect { subject: subject.clone(), network: network.name.clone() };
                after.push(self.plan.push(action, Vec::new(), cause.clone()));
                others.push((subject, container.oneoff));
            }
        }
        let mut made = after;
        if let Some(old) = self.observed.networks.get(name) {
            let action = Action::RemoveNetwork { id: old.id.clone(), name: network.name.clone() };
            made = vec![self.plan.push(action, made, Cause::Changed(Vec::new()))];
        }
        let action = Action::CreateNetwork { key: key.clone(), name: network.name.clone() };
        let made = self.plan.push(action, made, Cause::Changed(Vec::new()));
        others.retain(|(subject, _)| self.project.service(&subject.service).is_some());
        for (subject, oneoff) in others {
            self.plan.push(Action::Connect { subject, key: key.clone(), oneoff }, vec![made], cause.clone());
        }
        made
    }

    fn volume(&mut self, key: &VolumeName, volume: &project::Volume) -> Option<StepId> {
        if let Some(done) = self.volumes.get(key) {
            return *done;
        }
        let step = match self.resources.volumes.get(key) {
            Some(Standing::Missing) => {
                let action = Action::CreateVolume { key: key.clone(), name: volume.name.clone() };
                Some(self.plan.push(action, Vec::new(), Cause::Missing))
            }
            Some(Standing::Different) => Some(self.replace_volume(key, volume)),
            Some(Standing::Present) | None => None,
        };
        self.volumes.insert(key.clone(), step);
        step
    }

    /// Removes the containers that mount the volume, and makes it again.
    fn replace_volume(&mut self, key: &VolumeName, volume: &project::Volume) -> StepId {
        let cause = Cause::Uses(volume.name.to_string());
        let users = self.observed.containers.iter();
        let users = users.filter(|one| mounted_volumes(one).any(|name| name == volume.name.as_str()));
        let mut after = Vec::new();
        for container in users {
            after.push(self.remove(container, cause.clone(), Vec::new(), false));
        }
        let action = Action::RemoveVolume { name: volume.name.clone() };
        let removed = self.plan.push(action, after, Cause::Changed(Vec::new()));
        let action = Action::CreateVolume { key: key.clone(), name: volume.name.clone() };
        self.plan.push(action, vec![removed], Cause::Changed(Vec::new()))
    }

    fn is_replaced(&self, container: &Container) -> bool {
        let found = self.decisions.get(&container.service).into_iter().flat_map(|decision| &decision.found);
        found
            .filter(|found| found.container.id == container.id)
            .any(|found| matches!(found.decision, Decision::Replace(_) | Decision::Remove(_)))
    }

    /// Stops a container, after its `pre_stop` hooks; once in a plan, and not at all where it does not run.
    pub(super) fn stop(&mut self, container: &Container, cause: Cause, after: Vec<StepId>) -> Option<StepId> {
        if let Some(done) = self.stopped.get(&container.id) {
            return Some(*done);
        }
        let service = self.project.service(&container.service);
        let step = super::stops::stop(&mut self.plan, (container, service), self.policy.timeout, (cause, after))?;
        self.stopped.insert(container.id.clone(), step);
        Some(step)
    }

    /// Stops and removes a container, once in a plan.
    pub(super) fn remove(
        &mut self,
        container: &Container,
        cause: Cause,
        mut after: Vec<StepId>,
        volumes: bool,
    ) -> StepId {
        if let Some(done) = self.removed.get(&container.id) {
            return *done;
        }
        if let Some(stopped) = self.stop(container, cause.clone(), after.clone()) {
            after.push(stopped);
        }
        let action = Action::Remove { subject: subject_of(container), volumes };
        let step = self.plan.push(action, after, cause);
        self.removed.insert(container.id.clone(), step);
        step
    }

    /// Steps after which a service may start: its dependencies are as it needs them.
    pub(super) fn dependencies(&mut self, service: &Service) -> Vec<StepId> {
        let mut after = Vec::new();
        for (name, dependency) in &service.depends_on {
            for index in 0..self.up.get(name).map_or(0, Vec::len) {
                let cause = Cause::NeededBy(service.name.clone());
                after.extend(self.reached((name, index), dependency.condition.into(), !dependency.required, cause));
            }
        }
        after
    }

    /// Steps after which a replica has reached a condition; none where it has already.
    fn reached(
        &mut self,
        (service, index): (&ServiceName, usize),
        condition: Condition,
        optional: bool,
        cause: Cause,
    ) -> Vec<StepId> {
        let Some(replica) = self.up.get_mut(service).and_then(|replicas| replicas.get_mut(index)) else {
            return Vec::new();
        };
        let reached = match (condition, replica.state) {
            (Condition::Started, Some(_)) => true,
            (Condition::Healthy, Some(state)) => state == State::Running(crate::observed::Health::Healthy),
            (Condition::Ready, Some(state)) => is_ready(state),
            (Condition::Completed, _) | (_, None) => false,
        };
        if reached {
            return Vec::new();
        }
        if condition == Condition::Started && !optional {
            return replica.started.clone();
        }
        // What is healthy or has completed for a dependent is ready as well.
        let enough: &[Condition] = match condition {
            Condition::Ready => &[Condition::Ready, Condition::Healthy, Condition::Completed],
            _ => std::slice::from_ref(&condition),
        };
        if let Some(step) = enough.iter().find_map(|known| replica.waits.get(&(*known, optional))) {
            return vec![*step];
        }
        let action = Action::Await { subject: replica.subject.clone(), condition };
        let after = replica.started.clone();
        let step =
            if optional { self.plan.push_optional(action, after, cause) } else { self.plan.push(action, after, cause) };
        replica.waits.insert((condition, optional), step);
        vec![step]
    }

    /// For `--wait`: every replica is ready at the end.
    fn wait(&mut self) {
        if !self.policy.wait || self.policy.no_start {
            return;
        }
        let replicas: Vec<(ServiceName, usize)> =
            self.up.iter().flat_map(|(name, list)| (0..list.len()).map(|index| (name.clone(), index))).collect();
        for (name, index) in replicas {
            self.reached((&name, index), Condition::Ready, false, Cause::Asked);
        }
    }

    /// The containers of other services that a new one of this service refers to.
    pub(super) fn references(&self, service: &Service) -> Result<BTreeMap<ServiceName, Target>, Error> {
        let mut targets = BTreeMap::new();
        let linked = |name: &ServiceName| {
            let link = LinkTarget::Service(name.clone());
            service.links.iter().any(|other| other.target == link) && !graph::needs_container(service, name)
        };
        for needs in graph::references(service) {
            let planned = self.up.get(&needs).and_then(|replicas| replicas.first());
            let there = || self.observed.containers.iter().find(|one| one.service == needs && !one.oneoff);
            let target = planned
                .map(|replica| replica.subject.target.clone())
                .or_else(|| there().map(|container| Target::Existing(container.id.clone())));
            // A link is a name, which leads nowhere until somebody bears it.
            if target.is_none() && linked(&needs) {
                continue;
            }
            let missing = || Error::ReferenceMissing {
                service: service.name.clone(),
                needs: needs.clone(),
                what: graph::shared(service, &needs),
            };
            targets.insert(needs.clone(), target.ok_or_else(missing)?);
        }
        Ok(targets)
    }
}

/// A container that is there, as steps name it.
pub(super) fn subject_of(container: &Container) -> Subject {
    Subject {
        service: container.service.clone(),
        name: container.name.clone(),
        target: Target::Existing(container.id.clone()),
    }
}
