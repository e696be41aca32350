//! `start`, `stop`, `restart`, `kill`, `pause`, `unpause` and `rm`: containers that are there, without comparing them
//! with the manifest.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::stops;
use super::teardown::{dependencies_of, dependents_first};
use super::up::subject_of;
use super::{Action, Cause, Condition, Error, Plan, StepId, sealed};
use crate::names::ServiceName;
use crate::observed::{Container, Health, Observed, State};
use crate::project::{Project, Service};

/// The containers that a command works on.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The project; without services, it stands for everything that bears its name.
    pub project: &'a Project,
    /// What there is.
    pub observed: &'a Observed,
    /// Services named on the command line; empty: all.
    pub named: &'a BTreeSet<ServiceName>,
}

impl<'a> Scope<'a> {
    /// The containers, one-off ones aside, in the order of their services and numbers.
    fn containers(self) -> Vec<&'a Container> {
        let nameless = self.project.services.is_empty() && self.project.disabled.is_empty();
        let active = |name: &ServiceName| nameless || self.project.services.contains_key(name);
        let wanted = |name: &ServiceName| {
            if self.named.is_empty() { active(name) } else { self.named.contains(name) }
        };
        self.observed.containers.iter().filter(|one| !one.oneoff && wanted(&one.service)).collect()
    }

    fn service(self, container: &Container) -> Option<&'a Service> {
        self.project.service(&container.service)
    }
}

/// Starts what is stopped, dependencies first, each as its dependents need it; those that named services depend on too.
///
/// # Errors
/// Where a service has no container.
pub fn start(scope: Scope<'_>, wait: bool) -> Result<Plan, Error> {
    let asked = scope.named;
    let named = with_dependencies(scope);
    let scope = Scope { named: &named, ..scope };
    let containers = scope.containers();
    let has_container = |name: &ServiceName| containers.iter().any(|container| container.service == *name);
    let active = scope.project.services.values().filter(|service| service.replicas > 0);
    let wanted = active.map(|service| &service.name).filter(|name| asked.is_empty() || asked.contains(*name));
    if let Some(missing) = wanted.chain(asked).find(|name| !has_container(name)) {
        return Err(Error::NothingToStart { service: missing.clone() });
    }
    let mut starting = Starting { scope, plan: Plan::default(), ready: BTreeMap::new() };
    for name in dependents_first(scope.project, &containers).into_iter().rev() {
        let own = containers.iter().filter(|container| container.service == *name);
        let ready = own.map(|container| starting.container(container)).collect();
        starting.ready.insert(name, ready);
    }
    if wait {
        starting.wait(&containers);
    }
    Ok(sealed(starting.plan, scope.project, scope.observed))
}

/// The named services and all that they depend on, as the manifest says, or else the labels of their containers.
fn with_dependencies(scope: Scope<'_>) -> BTreeSet<ServiceName> {
    let containers: Vec<&Container> = scope.observed.containers.iter().filter(|one| !one.oneoff).collect();
    let mut named = scope.named.clone();
    let mut new: Vec<ServiceName> = named.iter().cloned().collect();
    while let Some(name) = new.pop() {
        for dependency in dependencies_of(scope.project, &containers, &name) {
            if named.insert(dependency.clone()) {
                new.push(dependency.clone());
            }
        }
    }
    named
}

struct Starting<'a> {
    scope: Scope<'a>,
    plan: Plan,
    /// For each service its containers and the step after which each is started.
    ready: BTreeMap<&'a ServiceName, Vec<(&'a Container, Option<StepId>)>>,
}

impl<'a> Starting<'a> {
    fn container(&mut self, container: &'a Container) -> (&'a Container, Option<StepId>) {
        let subject = subject_of(container);
        let service = self.scope.service(container);
        let step = match container.state {
            State::Running(_) | State::Restarting | State::Removing | State::Dead => {
                self.plan.kept.push(subject);
                None
            }
            State::Paused => Some(self.plan.push(Action::Unpause(subject), Vec::new(), Cause::NotRunning)),
            State::Created | State::Exited(_) => {
                let after = service.map(|service| self.dependencies(service)).unwrap_or_default();
                Some(match service {
                    Some(service) => stops::start(&mut self.plan, (&subject, service), (Cause::NotRunning, after)),
                    None => self.plan.push(Action::Start(subject), after, Cause::NotRunning),
                })
            }
        };
        (container, step)
    }

    fn dependencies(&mut self, service: &Service) -> Vec<StepId> {
        let mut after = Vec::new();
        for (name, dependency) in &service.depends_on {
            for (container, started) in self.ready.get(name).cloned().unwrap_or_default() {
                let condition = Condition::from(dependency.condition);
                let healthy = container.state == State::Running(Health::Healthy);
                if condition == Condition::Started || started.is_none() && healthy {
                    after.extend(started);
                    continue;
                }
                let action = Action::Await { subject: subject_of(container), condition };
                let cause = Cause::NeededBy(service.name.clone());
                after.push(if dependency.required {
                    self.plan.push(action, started.into_iter().collect(), cause)
                } else {
                    self.plan.push_optional(action, started.into_iter().collect(), cause)
                });
            }
        }
        after
    }

    fn wait(&mut self, containers: &[&Container]) {
        let started: Vec<_> =
            self.ready.values().flatten().map(|(container, step)| (container.id.clone(), *step)).collect();
        for container in containers {
            let step = started.iter().find(|(id, _)| *id == container.id).and_then(|(_, step)| *step);
            let action = Action::Await { subject: subject_of(container), condition: Condition::Ready };
            self.plan.push(action, step.into_iter().collect(), Cause::Asked);
        }
    }
}

/// Stops what runs, dependents first. What has ended already is told to stop as well, which costs nothing and shows
/// everybody that it is stopped.
pub fn stop(scope: Scope<'_>, timeout: Option<Duration>) -> Plan {
    let containers = scope.containers();
    let mut plan = Plan::default();
    let mut stopped: BTreeMap<&ServiceName, Vec<StepId>> = BTreeMap::new();
    for name in dependents_first(scope.project, &containers) {
        let dependents = stopped.iter().filter(|(other, _)| depends_on(scope.project, other, name));
        let after: Vec<StepId> = dependents.flat_map(|(_, steps)| steps).copied().collect();
        let own = containers.iter().filter(|container| container.service == *name);
        let steps = own.map(|container| {
            let why = (Cause::Asked, after.clone());
            let stopped = stops::stop(&mut plan, (container, scope.service(container)), timeout, why);
            let action = Action::Stop { subject: subject_of(container), timeout };
            stopped.unwrap_or_else(|| plan.push(action, after.clone(), Cause::Asked))
        });
        let steps = steps.collect();
        stopped.insert(name, steps);
    }
    sealed(plan, scope.project, scope.observed)
}

fn depends_on(project: &Project, dependent: &ServiceName, name: &ServiceName) -> bool {
    project.service(dependent).is_some_and(|service| service.depends_on.contains_key(name))
}

/// Restarts containers, dependencies first. With `dependents`, services that ask for it (`depends_on.restart`) are
/// restarted after those they depend on.
pub fn restart(scope: Scope<'_>, timeout: Option<Duration>, dependents: bool) -> Plan {
    let mut named = scope.named.clone();
    if dependents && !named.is_empty() {
        let own = scope.observed.containers.iter().filter(|container| !container.oneoff);
        let following = own.filter(|container| bounds(scope, container).iter().any(|(name, _)| named.contains(name)));
        let following: Vec<ServiceName> = following.map(|container| container.service.clone()).collect();
        named.extend(following);
    }
    let scope = Scope { named: &named, ..scope };
    let containers = scope.containers();
    let mut plan = Plan::default();
    let mut restarted: Restarted<'_> = BTreeMap::new();
    for name in dependents_first(scope.project, &containers).into_iter().rev() {
        let dependencies = dependencies_of(scope.project, &containers, name);
        let earlier = dependencies.iter().filter_map(|other| restarted.get(*other)).flatten();
        let after: Vec<StepId> = earlier.map(|(_, step)| *step).collect();
        let own: Vec<&Container> = containers.iter().filter(|container| container.service == *name).copied().collect();
        let awaited = own.first().map(|container| awaited(&mut plan, (scope, container), &restarted));
        let after: Vec<StepId> = after.into_iter().chain(awaited.unwrap_or_default()).collect();
        let steps = own.into_iter();
        let steps = steps.map(|one| (one, restart_one(&mut plan, (scope, one), timeout, after.clone()))).collect();
        restarted.insert(name, steps);
    }
    sealed(plan, scope.project, scope.observed)
}

/// For each service its containers and the step after which each runs again.
type Restarted<'a> = BTreeMap<&'a ServiceName, Vec<(&'a Container, StepId)>>;

/// The services that a container's service is restarted with (`depends_on.restart`), each with what it is waited for: out
/// of the manifest, or else out of the container's label.
fn bounds(scope: Scope<'_>, container: &Container) -> Vec<(ServiceName, Condition)> {
    match scope.service(container) {
        Some(service) => {
            let bound = service.depends_on.iter().filter(|(_, dependency)| dependency.restart);
            bound.map(|(name, dependency)| (name.clone(), dependency.condition.into())).collect()
        }
        None => container.bounds.iter().map(|(name, healthy)| (name.clone(), condition(*healthy))).collect(),
    }
}

fn condition(healthy: bool) -> Condition {
    if healthy { Condition::Healthy } else { Condition::Started }
}

/// Steps after which those services are healthy again whose restart a container follows.
fn awaited(plan: &mut Plan, (scope, container): (Scope<'_>, &Container), restarted: &Restarted<'_>) -> Vec<StepId> {
    let bounds = bounds(scope, container);
    let healthy = bounds.iter().filter(|(_, condition)| *condition == Condition::Healthy);
    let others = healthy.filter_map(|(name, _)| restarted.get(name)).flatten();
    let steps = others.map(|(other, step)| {
        let action = Action::Await { subject: subject_of(other), condition: Condition::Healthy };
        plan.push(action, vec![*step], Cause::NeededBy(container.service.clone()))
    });
    steps.collect()
}

fn restart_one(
    plan: &mut Plan,
    (scope, container): (Scope<'_>, &Container),
    timeout: Option<Duration>,
    mut after: Vec<StepId>,
) -> StepId {
    let subject = subject_of(container);
    let service = scope.service(container);
    let hooks = service.map(|service| service.pre_stop.as_slice()).unwrap_or_default();
    for hook in hooks.iter().filter(|_| container.state.is_running()) {
        let action = Action::Hook { subject: subject.clone(), hook: hook.clone() };
        after = vec![plan.push(action, after, Cause::Asked)];
    }
    let restarted = plan.push(Action::Restart { subject: subject.clone(), timeout }, after, Cause::Asked);
    match service {
        Some(service) => stops::hooks_after_start(plan, (&subject, service), (Cause::Asked, restarted)),
        None => restarted,
    }
}

/// Sends a signal to what runs.
pub fn kill(scope: Scope<'_>, signal: &str) -> Plan {
    each(
        scope,
        |container| container.state.is_running(),
        |container| Action::Kill { subject: subject_of(container), signal: signal.to_owned() },
    )
}

/// Freezes what runs; what is frozen already is for the Engine to refuse, as a person who froze it may wait for it.
pub fn pause(scope: Scope<'_>) -> Plan {
    each(scope, is_up, |container| Action::Pause(subject_of(container)))
}

/// Lets go on what runs; the Engine refuses it for what is not frozen.
pub fn unpause(scope: Scope<'_>) -> Plan {
    each(scope, is_up, |container| Action::Unpause(subject_of(container)))
}

fn is_up(container: &Container) -> bool {
    matches!(container.state, State::Running(_) | State::Paused)
}

/// Removes what is stopped (`rm`); `volumes`: anonymous volumes too.
pub fn remove(scope: Scope<'_>, volumes: bool) -> Plan {
    each(
        scope,
        |container| !container.state.is_running(),
        |container| Action::Remove { subject: subject_of(container), volumes },
    )
}

fn each(scope: Scope<'_>, holds: impl Fn(&Container) -> bool, action: impl Fn(&Container) -> Action) -> Plan {
    let mut plan = Plan::default();
    for container in scope.containers().into_iter().filter(|container| holds(container)) {
        plan.push(action(container), Vec::new(), Cause::Asked);
    }
    sealed(plan, scope.project, scope.observed)
}
