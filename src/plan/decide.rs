//! What becomes of each container, before any step is planned.

use std::collections::BTreeMap;

use super::naming::{final_name, is_temporary};
use super::resources::{Resources, volumes_of};
use super::{Cause, Change, Error, Recreate, UpPolicy};
use crate::names::ServiceName;
use crate::observed::{Container, Health, Observed, State};
use crate::project::{Content, ContentMount, ContentSource, Project, Service, graph, hash};

/// What becomes of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// It runs as it should.
    Keep,
    /// It only has to be started.
    Start,
    /// It only has to go on.
    Unpause,
    /// It is stopped and started again, because this service is replaced.
    Bounce(ServiceName),
    /// Another one takes its place.
    Replace(Cause),
    /// It goes.
    Remove(Cause),
}

/// One container of a service and what becomes of it.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) container: &'a Container,
    pub(super) decision: Decision,
}

/// The containers of a service.
#[derive(Debug, Default)]
pub(super) struct ServiceDecision<'a> {
    /// Those that are there, by number.
    pub(super) found: Vec<Found<'a>>,
    /// Numbers of those that are made in addition.
    pub(super) missing: Vec<u32>,
    /// Why they are made.
    pub(super) missing_cause: Option<Cause>,
    /// Containers of an interrupted run whose work is undone.
    pub(super) left_over: Vec<&'a Container>,
}

impl ServiceDecision<'_> {
    /// Whether any container gives way to another.
    fn replaces(&self) -> bool {
        self.found.iter().any(|found| matches!(found.decision, Decision::Replace(_)))
    }

    /// Whether the container that other services refer to is a new one.
    fn has_new_first(&self) -> bool {
        let kept = self.found.iter().find(|found| !matches!(found.decision, Decision::Remove(_)));
        kept.is_none_or(|found| matches!(found.decision, Decision::Replace(_)))
    }
}

pub(super) type Decisions<'a> = BTreeMap<ServiceName, ServiceDecision<'a>>;

/// What decisions are made from.
pub(super) struct Judge<'a> {
    pub(super) project: &'a Project,
    pub(super) observed: &'a Observed,
    pub(super) policy: &'a UpPolicy,
    pub(super) resources: &'a Resources,
}

impl<'a> Judge<'a> {
    /// Decides for every service, those that others depend on first.
    pub(super) fn decide(&self) -> Result<Decisions<'a>, Error> {
        let mut decisions = Decisions::new();
        for service in self.project.services.values() {
            let decision = self.service(service, &decisions)?;
            decisions.insert(service.name.clone(), decision);
        }
        Ok(decisions)
    }

    fn service(&self, service: &Service, earlier: &Decisions<'_>) -> Result<ServiceDecision<'a>, Error> {
        let wanted = self.policy.scale.get(&service.name).copied().unwrap_or(service.replicas);
        if let Some(name) = service.container_name.as_ref().filter(|_| wanted > 1) {
            return Err(Error::NameForMany { service: service.name.clone(), name: name.clone(), replicas: wanted });
        }
        let mut decision = ServiceDecision::default();
        let (present, left_over) = self.sort_out(service);
        decision.left_over = left_over;
        let there = u32::try_from(present.len()).unwrap_or(u32::MAX);
        let scaled = Cause::Scaled { from: there, to: wanted };
        let wanted_hash = hash::config_hash(self.project, service);
        let highest = present.last().map_or(0, |container| container.number);
        let mut present = present;
        if there > wanted {
            // Those go first that would have to be replaced.
            let obsolete = |one: &&Container| self.reason_to_replace((service, &wanted_hash), one, earlier).is_some();
            present.sort_by_cached_key(|one| (obsolete(one), one.number));
        }
        for (index, container) in (0..).zip(present) {
            let verdict = if index < wanted {
                self.judge((service, &wanted_hash), container, earlier)
            } else {
                Decision::Remove(scaled.clone())
            };
            decision.found.push(Found { container, decision: verdict });
        }
        decision.missing = (1..=wanted.saturating_sub(there)).map(|offset| highest + offset).collect();
        decision.missing_cause = Some(if there == 0 { Cause::Missing } else { scaled });
        for number in &decision.missing {
            final_name(self.project, service, *number)?;
        }
        Ok(decision)
    }

    /// The service's containers by number, and those of an interrupted run that must go: a container with a temporary
    /// name is of use only if the one it was made to replace is gone already.
    fn sort_out(&self, service: &Service) -> (Vec<&'a Container>, Vec<&'a Container>) {
        let own = self.observed.containers.iter().filter(|one| one.service == service.name && !one.oneoff);
        let (temporary, mut present): (Vec<&Container>, Vec<&Container>) = own.partition(|one| is_temporary(one));
        let mut left_over = Vec::new();
        for container in temporary {
            if present.iter().any(|other| other.number == container.number) {
                left_over.push(container);
            } else {
                present.push(container);
            }
        }
        present.sort_by_key(|container| container.number);
        (present, left_over)
    }

    fn judge(&self, (service, hash): (&Service, &str), container: &Container, earlier: &Decisions<'_>) -> Decision {
        if let Some(cause) = self.reason_to_replace((service, hash), container, earlier) {
            return Decision::Replace(cause);
        }
        let replaced = service
            .depends_on
            .iter()
            .find(|(name, dependency)| dependency.restart && earlier.get(*name).is_some_and(ServiceDecision::replaces));
        match (container.state, replaced) {
            (State::Running(_) | State::Restarting, Some((name, _))) => Decision::Bounce(name.clone()),
            (State::Running(_) | State::Restarting, None) => Decision::Keep,
            (State::Paused, _) => Decision::Unpause,
            (State::Created | State::Exited(_) | State::Removing | State::Dead, _) => Decision::Start,
        }
    }

    fn reason_to_replace(
        &self,
        (service, hash): (&Service, &str),
        container: &Container,
        earlier: &Decisions<'_>,
    ) -> Option<Cause> {
        if matches!(container.state, State::Dead | State::Removing) {
            return Some(Cause::LeftOver);
        }
        // Configs and secrets are delivered between creation and start: nobody knows whether that happened.
        if container.state == State::Created && !self.policy.no_start && self.is_delivered_to(service) {
            return Some(Cause::LeftOver);
        }
        let named = self.policy.named.is_empty() || self.policy.named.contains(&service.name);
        match if named { self.policy.recreate } else { self.policy.recreate_dependencies } {
            Recreate::Always => Some(Cause::Asked),
            Recreate::Never => None,
            Recreate::Changed => self.difference((service, hash), container, earlier),
        }
    }

    fn difference(
        &self,
        (service, wanted): (&Service, &str),
        container: &Container,
        earlier: &Decisions<'_>,
    ) -> Option<Cause> {
        let stored = container.config_hash.as_deref();
        if !stored.is_some_and(hash::is_ours) {
            return Some(Cause::Foreign);
        }
        if stored != Some(wanted) {
            return Some(Cause::Changed(self.changes(service, container)));
        }
        if self.observed.images.get(&service.image).is_none_or(|image| image.id != container.image_id) {
            return Some(Cause::NewImage(service.image.clone()));
        }
        let world = (self.project, self.observed);
        let replaced = self.resources.wrong_network(world, service, container);
        if let Some(name) = replaced.or_else(|| self.resources.wrong_volume(self.project, service)) {
            return Some(Cause::Uses(name));
        }
        let mut references = graph::references(service).into_iter();
        let follows = references.find(|name| earlier.get(name).is_some_and(ServiceDecision::has_new_first));
        follows.map(Cause::Follows)
    }

    fn changes(&self, service: &Service, container: &Container) -> Vec<Change> {
        let stored = container.config_fields.as_deref().unwrap_or_default();
        let attributes = hash::changed_attributes(stored, self.project, service).into_iter();
        attributes.map(|attribute| Change { place: self.place(service, &attribute), attribute }).collect()
    }

    /// Where the manifest has an attribute: its own line, or the line of the mapping or section it stands in.
    fn place(&self, service: &Service, attribute: &str) -> Option<String> {
        let parent = attribute.split('.').next().unwrap_or(attribute);
        let exact = service.spans.get(attribute);
        let section = || service.spans.get(parent).filter(|_| parent == attribute || parent == "networks");
        let limits = || service.spans.get("deploy.resources").filter(|_| parent == attribute);
        let span = exact.or_else(section).or_else(limits)?;
        Some(self.project.sources.place(*span))
    }

    /// Whether something is copied into a container of the service after it was created: written configs and secrets,
    /// and files of a volume.
    fn is_delivered_to(&self, service: &Service) -> bool {
        let written = |mount: &ContentMount, defined: &indexmap::IndexMap<String, Content>| {
            let source = defined.get(&mount.source).map(|content| &content.source);
            matches!(source, Some(ContentSource::Environment(..) | ContentSource::Inline(_)))
        };
        service.configs.iter().any(|mount| written(mount, &self.project.configs))
            || service.secrets.iter().any(|mount| written(mount, &self.project.secrets))
            || volumes_of(self.project, service).any(|(key, _)| self.project.seeds.contains_key(key))
    }
}

/// Whether containers of a service have a health check, as far as it is known before they are made.
pub(super) fn has_health_check(observed: &Observed, service: &Service) -> Option<bool> {
    let own = service.healthcheck.as_ref().and_then(|check| check.test.first());
    match own.map(String::as_str) {
        Some("NONE") => Some(false),
        Some(_) => Some(true),
        None => observed.images.get(&service.image).map(|image| image.health_check),
    }
}

/// Whether a container is known to be of use without waiting for it.
pub(super) fn is_ready(state: State) -> bool {
    matches!(state, State::Running(Health::Healthy | Health::None))
}
