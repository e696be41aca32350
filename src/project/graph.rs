//! Who waits for whom.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{Attachment, Condition, Dependency, LinkTarget, Service};
use crate::names::ServiceName;

/// Services that wait for each other, in a circle: the first one stands at the end again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// At least two names.
    pub services: Vec<ServiceName>,
}

/// Services of the project that a container of this one refers to and that must have a container before it.
pub fn references(service: &Service) -> BTreeSet<ServiceName> {
    let mut names: BTreeSet<ServiceName> = namespaces(service);
    let links = service.links.iter().map(|link| &link.target);
    let sources = service.volumes_from.iter().map(|from| &from.source);
    names.extend(links.chain(sources).filter_map(|target| match target {
        LinkTarget::Service(name) => Some(name.clone()),
        LinkTarget::Container(_) => None,
    }));
    names
}

/// Whether a service cannot have a container without one of the other: it lives in its namespaces or mounts its volumes.
pub fn needs_container(service: &Service, other: &ServiceName) -> bool {
    let source = LinkTarget::Service(other.clone());
    namespaces(service).contains(other) || service.volumes_from.iter().any(|from| from.source == source)
}

/// What a service shares with one that it refers to, for people.
pub fn shared(service: &Service, other: &ServiceName) -> &'static str {
    let is_mode = |mode: &Option<String>| {
        mode.as_ref().and_then(|mode| mode.strip_prefix("service:")).is_some_and(|name| name == other.as_str())
    };
    match &service.attachment {
        Attachment::Service(name) if name == other => "network namespace",
        _ if is_mode(&service.security.pid) => "PID namespace",
        _ if is_mode(&service.security.ipc) => "IPC namespace",
        _ => "volume",
    }
}

/// Services in whose namespaces this one lives (`network_mode`, `pid`, `ipc`), by the id of their container: it has to
/// be made again when they are.
pub fn namespaces(service: &Service) -> BTreeSet<ServiceName> {
    let modes = [&service.security.pid, &service.security.ipc];
    let named = modes.into_iter().flatten().filter_map(|mode| ServiceName::new(mode.strip_prefix("service:")?).ok());
    let network = match &service.attachment {
        Attachment::Service(name) => Some(name.clone()),
        _ => None,
    };
    named.chain(network).collect()
}

/// Adds the dependencies that follow from other attributes (Compose specification: `links`, `volumes_from`,
/// `network_mode`, `pid` and `ipc` imply `depends_on`).
pub fn add_implied_dependencies(service: &mut Service) {
    let restarting = namespaces(service);
    for name in references(service) {
        let linked = service.links.iter().any(|link| link.target == LinkTarget::Service(name.clone()));
        let restart = linked || restarting.contains(&name);
        let implied = Dependency { condition: Condition::Started, restart, required: true, span: service.span };
        service.depends_on.entry(name).or_insert(implied);
    }
}

/// The services, each after those it waits for; otherwise in the order in which they were written.
///
/// # Errors
/// Where services wait for each other.
pub fn order(services: &IndexMap<ServiceName, Service>) -> Result<IndexMap<ServiceName, Service>, Cycle> {
    let mut ordered = IndexMap::with_capacity(services.len());
    for name in services.keys() {
        visit(name, services, &mut Vec::new(), &mut ordered)?;
    }
    Ok(ordered)
}

fn visit(
    name: &ServiceName,
    services: &IndexMap<ServiceName, Service>,
    path: &mut Vec<ServiceName>,
    ordered: &mut IndexMap<ServiceName, Service>,
) -> Result<(), Cycle> {
    if ordered.contains_key(name) {
        return Ok(());
    }
    let Some(service) = services.get(name) else { return Ok(()) };
    if let Some(start) = path.iter().position(|earlier| earlier == name) {
        let circle = path[start..].iter().chain([name]).cloned();
        return Err(Cycle { services: circle.collect() });
    }
    path.push(name.clone());
    for dependency in service.depends_on.keys() {
        visit(dependency, services, path, ordered)?;
    }
    path.pop();
    ordered.insert(name.clone(), service.clone());
    Ok(())
}

/// These services and everything they wait for, directly or not.
pub fn with_dependencies(
    services: &IndexMap<ServiceName, Service>,
    names: &BTreeSet<ServiceName>,
) -> BTreeSet<ServiceName> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&ServiceName> = names.iter().collect();
    while let Some(name) = open.pop() {
        let Some(service) = services.get(name) else { continue };
        if found.insert(name.clone()) {
            open.extend(service.depends_on.keys());
        }
    }
    found
}
