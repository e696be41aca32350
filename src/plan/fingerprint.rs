//! Whether the world is still the one that a plan was made for.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Plan;
use crate::observed::Observed;
use crate::project::{Project, hash};

/// A digest of what the manifest wants and of everything observed that a plan depends on: 64 hexadecimal digits. Two
/// plans with the same fingerprint were made from the same state, so a stored plan can be executed only while the
/// fingerprint of the present state is its own.
pub fn fingerprint(project: &Project, observed: &Observed) -> String {
    let mut text = format!("{}\n", project.name);
    let Observed { containers, networks, duplicate_networks, volumes, images } = observed;
    for service in project.services.values() {
        let hash = hash::config_hash(project, service);
        line(&mut text, &(&service.name, service.replicas, hash, &service.depends_on.keys().collect::<Vec<_>>()));
    }
    for container in containers {
        let ports: Vec<_> = container.ports.iter().filter(|port| port.published.is_some()).collect();
        line(&mut text, &(&container.id, &container.name, container.state, &container.networks, ports));
    }
    for (name, network) in networks {
        line(&mut text, &(name, &network.id, &network.config_hash));
    }
    for duplicate in duplicate_networks {
        line(&mut text, duplicate);
    }
    for (name, volume) in volumes {
        line(&mut text, &(name, &volume.config_hash));
    }
    for (name, image) in images {
        line(&mut text, &(name, &image.id));
    }
    hash::hexadecimal(&Sha256::digest(text))
}

fn line(text: &mut String, value: &dyn std::fmt::Debug) {
    writeln!(text, "{value:?}").unwrap_or_default();
}

/// The plan with the fingerprint of what it was made from.
pub(super) fn sealed(mut plan: Plan, project: &Project, observed: &Observed) -> Plan {
    plan.fingerprint = fingerprint(project, observed);
    plan
}
