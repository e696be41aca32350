//! The variables that a manifest of 2014 expects from its links.

use indexmap::IndexMap;

use crate::manifest::{LINK_VARIABLES, LinkedPort, link_variables};
use crate::names::{ProjectName, ServiceName};
use crate::project::{LinkTarget, Service, replica_name};
use crate::secret::Secret;

/// Adds to each service that asks for them the variables of its links. The address is the replica's name, which resolves
/// in the network that both are in; ports that only the image exposes are not known here. What the user set stays.
pub(super) fn add_link_variables(project: &ProjectName, services: &mut IndexMap<ServiceName, Service>) {
    let mut added: Vec<(ServiceName, String, String)> = Vec::new();
    for service in services.values().filter(|service| asks(service)) {
        for link in &service.links {
            let LinkTarget::Service(target) = &link.target else { continue };
            let Some(target) = services.get(target) else { continue };
            let ports = ports(target);
            for number in 1..=target.replicas {
                let name = replica_name((project, '-'), target, number);
                let variables = link_variables(&link.alias, number, &name, &ports);
                added.extend(variables.into_iter().map(|(name, value)| (service.name.clone(), name, value)));
            }
        }
    }
    for (service, name, value) in added {
        if let Some(service) = services.get_mut(&service) {
            service.environment.entry(name).or_insert(Some(Secret::new(value)));
        }
    }
}

fn asks(service: &Service) -> bool {
    service.extensions.get(LINK_VARIABLES).and_then(serde_json::Value::as_bool) == Some(true)
}

/// The ports that a service offers, lowest first, as the Engine sorted them.
fn ports(service: &Service) -> Vec<LinkedPort> {
    let published = service.ports.iter().map(|port| (port.target, port.protocol.clone()));
    let exposed = service.expose.iter().filter_map(|text| {
        let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        Some((number.parse().ok()?, protocol.to_owned()))
    });
    let mut ports: Vec<(u16, String)> = published.chain(exposed).collect();
    ports.sort();
    ports.dedup();
    ports.into_iter().map(|(number, protocol)| LinkedPort { number, protocol }).collect()
}
