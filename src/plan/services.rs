//! The containers of one service: kept, started, replaced, added, removed.

use std::collections::BTreeMap;

use super::decide::{Decision, has_health_check};
use super::naming::{final_name, is_temporary, temporary_name};
use super::resources::is_anonymous;
use super::stops;
use super::up::{Draft, Upcoming, subject_of};
use super::{Action, Cause, Condition, Error, StepId, Subject, Target};
use crate::names::{ContainerName, ServiceName};
use crate::observed::{Container, Mount};
use crate::project::{MountKind, Replica, Service, UpdateOrder, hash};

/// What a new container is made of, the same for every replica of a service.
struct Recipe<'a> {
    service: &'a Service,
    config_hash: String,
    config_fields: String,
    references: BTreeMap<ServiceName, Target>,
    after: Vec<StepId>,
}

impl<'a> Draft<'a> {
    /// Plans one service. Those that it depends on are planned already.
    pub(super) fn service(&mut self, service: &'a Service) -> Result<(), Error> {
        let decisions = self.decisions;
        let Some(decision) = decisions.get(&service.name) else { return Ok(()) };
        let left_over = decision.left_over.iter().map(|one| self.remove_left_over(one)).collect();
        let makes = !decision.missing.is_empty()
            || decision.found.iter().any(|found| matches!(found.decision, Decision::Replace(_)));
        // Not even a container that runs can go on where the one is gone whose network or volumes it shares.
        self.references(service)?;
        let recipe = if makes { Some(self.recipe(service, left_over)?) } else { None };
        let mut replicas = Vec::new();
        for found in &decision.found {
            match (&found.decision, &recipe) {
                (Decision::Remove(cause), _) => {
                    self.remove(found.container, cause.clone(), Vec::new(), false);
                }
                (Decision::Replace(cause), Some(recipe)) => {
                    replicas.push(self.replace(recipe, found.container, cause)?);
                }
                (decision, _) => replicas.push(self.go_on(service, found.container, decision)?),
            }
        }
        let cause = decision.missing_cause.clone().unwrap_or(Cause::Missing);
        for number in &decision.missing {
            let Some(recipe) = &recipe else { continue };
            replicas.push(self.add(recipe, *number, &cause)?);
        }
        self.up.insert(service.name.clone(), replicas);
        Ok(())
    }

    /// Undoes the work of a run that was cut off. The old container is still there, so nothing is lost.
    fn remove_left_over(&mut self, container: &Container) -> StepId {
        let action = Action::Remove { subject: subject_of(container), volumes: false };
        let step = self.plan.push(action, Vec::new(), Cause::LeftOver);
        self.removed.insert(container.id.clone(), step);
        step
    }

    /// What is left over goes first, because a new container may need its name.
    fn recipe(&mut self, service: &'a Service, mut after: Vec<StepId>) -> Result<Recipe<'a>, Error> {
        let references = self.references(service)?;
        after.extend(self.materials(service)?);
        after.extend(references.values().filter_map(|target| match target {
            Target::Made(step) => Some(*step),
            Target::Existing(_) => None,
        }));
        Ok(Recipe {
            service,
            config_hash: hash::config_hash(self.project, service),
            config_fields: hash::config_fields(self.project, service),
            references,
            after,
        })
    }

    /// A container that stays, and at most has to be started.
    fn go_on(&mut self, service: &Service, container: &Container, decision: &Decision) -> Result<Upcoming, Error> {
        let mut subject = subject_of(container);
        let mut after = Vec::new();
        if is_temporary(container) {
            subject.name = final_name(self.project, service, container.number)?;
            let action = Action::Rename { subject: subject_of(container), name: subject.name.clone() };
            after.push(self.plan.push(action, Vec::new(), Cause::LeftOver));
        }
        let idle = self.policy.no_start || matches!(decision, Decision::Keep);
        if idle {
            self.plan.kept.push(subject.clone());
            return Ok(Upcoming::new(subject, after, Some(container.state)));
        }
        let cause = match decision {
            Decision::Bounce(name) => Cause::Follows(name.clone()),
            _ => Cause::NotRunning,
        };
        if let Decision::Bounce(_) = decision {
            after.extend(self.stop(container, cause.clone(), Vec::new()));
        }
        after.extend(self.dependencies(service));
        let started = if *decision == Decision::Unpause {
            self.plan.push(Action::Unpause(subject.clone()), after, cause)
        } else {
            stops::start(&mut self.plan, (&subject, service), (cause, after))
        };
        Ok(Upcoming::new(subject, vec![started], None))
    }

    fn add(&mut self, recipe: &Recipe<'a>, number: u32, cause: &Cause) -> Result<Upcoming, Error> {
        let name = final_name(self.project, recipe.service, number)?;
        let created = self.create(recipe, replica(recipe, name.clone(), number), cause, Vec::new());
        let subject = made(recipe.service, name, created);
        Ok(self.started(recipe.service, subject, vec![created], cause))
    }

    /// Starts what was just made, unless nothing is to be started.
    fn started(&mut self, service: &Service, subject: Subject, mut after: Vec<StepId>, cause: &Cause) -> Upcoming {
        if !self.policy.no_start {
            after.extend(self.dependencies(service));
            after = vec![stops::start(&mut self.plan, (&subject, service), (cause.clone(), after))];
        }
        Upcoming::new(subject, after, None)
    }

    /// Puts a new container in the place of an old one. At every moment at least one of both is there under a name from
    /// which the next run can tell what happened.
    fn replace(&mut self, recipe: &Recipe<'a>, old: &Container, cause: &Cause) -> Result<Upcoming, Error> {
        let service = recipe.service;
        let name = final_name(self.project, service, old.number)?;
        let start_first = self.starts_first(service, old);
        let mut replica = replica(recipe, name.clone(), old.number);
        replica.replaces = Some(old.id.clone());
        if !self.policy.renew_anonymous_volumes {
            replica.kept_volumes = self.kept_volumes(service, old);
        }
        if !start_first {
            replica.kept_ports = kept_ports(service, old);
        }
        if let Some(removed) = self.removed.get(&old.id).copied() {
            let created = self.create(recipe, replica, cause, vec![removed]);
            return Ok(self.started(service, made(service, name, created), vec![created], cause));
        }
        replica.name = temporary_name(&old.id, &name)?;
        let temporary = replica.name.clone();
        let created = self.create(recipe, replica, cause, Vec::new());
        let subject = made(service, temporary, created);
        if start_first {
            let mut up = self.started(service, subject, vec![created], cause);
            let ready = self.ready_before_switch(service, &up, cause);
            let renamed = self.switch(old, (&up.subject, &name), ready, cause);
            up.started.push(renamed);
            up.subject.name = name;
            return Ok(up);
        }
        let renamed = self.switch(old, (&subject, &name), vec![created], cause);
        let subject = Subject { name, ..subject };
        Ok(self.started(service, subject, vec![created, renamed], cause))
    }

    /// Stops and removes the old container and gives its name to the new one; the last of these steps.
    fn switch(
        &mut self,
        old: &Container,
        (new, name): (&Subject, &ContainerName),
        mut after: Vec<StepId>,
        cause: &Cause,
    ) -> StepId {
        after.extend(self.stop_followers(&old.service));
        let removed = self.remove(old, cause.clone(), after, self.policy.renew_anonymous_volumes);
        let action = Action::Rename { subject: new.clone(), name: name.clone() };
        self.plan.push(action, vec![removed], cause.clone())
    }

    /// Stops the containers that are started again because this service is replaced (`depends_on.restart`), so that a
    /// run that is cut off leaves them to be started by the next one.
    fn stop_followers(&mut self, replaced: &ServiceName) -> Vec<StepId> {
        let decisions = self.decisions;
        let found = decisions.values().flat_map(|decision| &decision.found);
        let followers = found.filter(|found| found.decision == Decision::Bounce(replaced.clone()));
        followers.filter_map(|found| self.stop(found.container, Cause::Follows(replaced.clone()), Vec::new())).collect()
    }

    /// With `start-first` the old container goes when the new one is of use.
    fn ready_before_switch(&mut self, service: &Service, up: &Upcoming, cause: &Cause) -> Vec<StepId> {
        if has_health_check(self.observed, service) == Some(false) {
            return up.started.clone();
        }
        let action = Action::Await { subject: up.subject.clone(), condition: Condition::Ready };
        vec![self.plan.push(action, up.started.clone(), cause.clone())]
    }

    /// Both containers can run at the same time only where they want no host port for themselves.
    fn starts_first(&self, service: &Service, old: &Container) -> bool {
        let fixed = service.ports.iter().any(|port| port.published.is_some_and(|(first, last)| first == last));
        service.update_order == UpdateOrder::StartFirst
            && !fixed
            && !self.policy.no_start
            && old.state.is_running()
            && !self.stopped.contains_key(&old.id)
    }

    fn create(&mut self, recipe: &Recipe<'a>, replica: Replica, cause: &Cause, mut after: Vec<StepId>) -> StepId {
        after.extend(&recipe.after);
        let service = recipe.service.name.clone();
        self.plan.push(Action::Create { service, replica, references: recipe.references.clone() }, after, cause.clone())
    }

    /// Volumes without a name that the new container takes over, by their path. A path that the service mounts by name
    /// is not one of them; one that nobody mentions is, if the image declares it.
    fn kept_volumes(&self, service: &Service, old: &Container) -> BTreeMap<String, String> {
        let image = self.observed.images.get(&service.image);
        let is_kept = |path: &str, volume: &str| {
            let mut mounts = service.volumes.iter();
            if let Some(mount) = mounts.find(|mount| mount.target.trim_end_matches('/') == path) {
                return matches!(mount.kind, MountKind::Anonymous { .. });
            }
            let declared = image.is_none_or(|image| image.volumes.iter().any(|one| one.trim_end_matches('/') == path));
            is_anonymous(volume) && declared && !service.tmpfs.iter().any(|tmpfs| tmpfs.split(':').next() == Some(path))
        };
        let mounts = old.mounts.iter().filter_map(|(path, mount)| match mount {
            Mount::Volume { name } => Some((path.clone(), name.clone())),
            Mount::Bind { .. } | Mount::Other => None,
        });
        mounts.filter(|(path, volume)| is_kept(path.trim_end_matches('/'), volume)).collect()
    }
}

fn replica(recipe: &Recipe<'_>, name: ContainerName, number: u32) -> Replica {
    Replica {
        config_hash: recipe.config_hash.clone(),
        config_fields: recipe.config_fields.clone(),
        ..Replica::new(name, number)
    }
}

/// Host ports that the Engine chose for the old container, so that its addresses stay.
fn kept_ports(service: &Service, old: &Container) -> BTreeMap<(u16, String), u16> {
    let chosen = service.ports.iter().filter(|port| port.published.is_none_or(|(first, last)| first != last));
    chosen
        .filter_map(|port| {
            let mut ports = old.ports.iter();
            let found = ports.find(|there| {
                there.target == port.target && there.protocol == port.protocol && there.published.is_some()
            })?;
            let (_, host) = found.published.as_ref()?;
            Some(((port.target, port.protocol.clone()), *host))
        })
        .collect()
}

fn made(service: &Service, name: ContainerName, step: StepId) -> Subject {
    Subject { service: service.name.clone(), name, target: Target::Made(step) }
}
