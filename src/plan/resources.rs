//! Networks and volumes: whether they are as the manifest wants them.

use std::collections::{BTreeMap, BTreeSet};

use super::{Error, Notice, UpPolicy};
use crate::names::{NetworkName, ServiceName, VolumeName};
use crate::observed::{Container, DuplicateNetwork, Mount, Observed};
use crate::project::{self, Attachment, MountKind, Project, Service, hash};

/// How a network or volume of the manifest stands in the Engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is there as it should be.
    Present,
    /// It is not there.
    Missing,
    /// It is there with another definition and will be replaced.
    Different,
}

/// The networks and volumes that the project's services use, by their key.
#[derive(Debug, Default)]
pub(super) struct Resources {
    pub(super) networks: BTreeMap<NetworkName, Standing>,
    pub(super) volumes: BTreeMap<VolumeName, Standing>,
    pub(super) notices: Vec<Notice>,
}

impl Resources {
    pub(super) fn compare(project: &Project, observed: &Observed, policy: &UpPolicy) -> Result<Self, Error> {
        let mut resources = Self::default();
        for service in project.services.values() {
            for (key, network) in networks_of(project, service) {
                if !resources.networks.contains_key(key) {
                    let standing = resources.network(project, observed, (key, network))?;
                    resources.networks.insert(key.clone(), standing);
                }
            }
            for (key, volume) in volumes_of(project, service) {
                if !resources.volumes.contains_key(key) {
                    let standing = resources.volume(project, observed, (key, volume), policy.replace_volumes)?;
                    resources.volumes.insert(key.clone(), standing);
                }
            }
        }
        if policy.all_resources {
            resources.compare_unused(project, observed, policy)?;
        }
        Ok(resources)
    }

    fn compare_unused(&mut self, project: &Project, observed: &Observed, policy: &UpPolicy) -> Result<(), Error> {
        for network in &project.networks {
            if !self.networks.contains_key(network.0) {
                let standing = self.network(project, observed, network)?;
                self.networks.insert(network.0.clone(), standing);
            }
        }
        for volume in &project.volumes {
            if !self.volumes.contains_key(volume.0) {
                let standing = self.volume(project, observed, volume, policy.replace_volumes)?;
                self.volumes.insert(volume.0.clone(), standing);
            }
        }
        Ok(())
    }

    fn network(
        &mut self,
        project: &Project,
        observed: &Observed,
        (key, network): (&NetworkName, &project::Network),
    ) -> Result<Standing, Error> {
        let found = observed.networks.get(network.name.as_str());
        if network.external {
            let missing = || Error::NetworkMissing { key: key.clone(), name: network.name.clone() };
            return found.map(|_| Standing::Present).ok_or_else(missing);
        }
        let Some(found) = found else { return Ok(Standing::Missing) };
        if found.project.as_deref() != Some(project.name.as_str()) {
            self.notices.push(Notice::ForeignNetwork { name: network.name.to_string() });
            return Ok(Standing::Present);
        }
        Ok(standing(found.config_hash.as_deref(), &hash::network_hash(network)))
    }

    fn volume(
        &mut self,
        project: &Project,
        observed: &Observed,
        (key, volume): (&VolumeName, &project::Volume),
        replace: bool,
    ) -> Result<Standing, Error> {
        let found = observed.volumes.get(volume.name.as_str());
        if volume.external {
            let missing = || Error::VolumeMissing { key: key.clone(), name: volume.name.clone() };
            return found.map(|_| Standing::Present).ok_or_else(missing);
        }
        let Some(found) = found else { return Ok(Standing::Missing) };
        let name = volume.name.to_string();
        if found.project.as_deref() != Some(project.name.as_str()) {
            self.notices.push(Notice::ForeignVolume { name });
            return Ok(Standing::Present);
        }
        let standing = standing(found.config_hash.as_deref(), &hash::volume_hash(volume));
        if standing == Standing::Different && !replace {
            self.notices.push(Notice::DifferentVolume { name });
            return Ok(Standing::Present);
        }
        Ok(standing)
    }

    /// The name of a network that a container must be made again for: one that is replaced or made by this plan, one it
    /// is not attached to, or one that was replaced while it was stopped.
    pub(super) fn wrong_network(
        &self,
        (project, observed): (&Project, &Observed),
        service: &Service,
        container: &Container,
    ) -> Option<String> {
        let mut networks = networks_of(project, service);
        let wrong = networks.find(|(key, network)| {
            let Some(there) = observed.networks.get(network.name.as_str()) else { return true };
            self.networks.get(*key) == Some(&Standing::Different)
                || match container.networks.get(network.name.as_str()) {
                    Some(Some(id)) => *id != there.id,
                    Some(None) => false,
                    None => true,
                }
        });
        wrong.map(|(_, network)| network.name.to_string())
    }

    /// The name of a volume that is replaced and that a container must be made again for.
    pub(super) fn wrong_volume(&self, project: &Project, service: &Service) -> Option<String> {
        let mut volumes = volumes_of(project, service);
        let wrong = volumes.find(|(key, _)| self.volumes.get(*key) == Some(&Standing::Different));
        wrong.map(|(_, volume)| volume.name.to_string())
    }
}

/// What another program made cannot be compared and is left as it is.
fn standing(found: Option<&str>, wanted: &str) -> Standing {
    match found {
        Some(hash) if hash::is_ours(hash) && hash != wanted => Standing::Different,
        _ => Standing::Present,
    }
}

/// The networks of the project that a service is attached to.
pub(super) fn networks_of<'a>(
    project: &'a Project,
    service: &'a Service,
) -> impl Iterator<Item = (&'a NetworkName, &'a project::Network)> {
    let keys = match &service.attachment {
        Attachment::Networks(endpoints) => Some(endpoints.keys()),
        _ => None,
    };
    keys.into_iter().flatten().filter_map(|key| Some((key, project.networks.get(key)?)))
}

/// The volumes of the project that a service mounts.
pub(super) fn volumes_of<'a>(
    project: &'a Project,
    service: &'a Service,
) -> impl Iterator<Item = (&'a VolumeName, &'a project::Volume)> {
    service.volumes.iter().filter_map(|mount| match &mount.kind {
        MountKind::Volume { source, .. } => Some((source, project.volumes.get(source)?)),
        _ => None,
    })
}

/// Whether a name is one that the Engine gave to a volume without a name.
pub(super) fn is_anonymous(volume: &str) -> bool {
    volume.len() == 64 && volume.chars().all(|c| c.is_ascii_hexdigit())
}

/// Names of the volumes that a container mounts.
pub(super) fn mounted_volumes(container: &Container) -> impl Iterator<Item = &str> {
    container.mounts.values().filter_map(|mount| match mount {
        Mount::Volume { name } => Some(name.as_str()),
        Mount::Bind { .. } | Mount::Other => None,
    })
}

/// Whether a container belongs to no service of the manifest; one-off containers do not, once they have ended.
pub(super) fn is_orphan(project: &Project, container: &Container) -> bool {
    use crate::observed::State;
    if container.oneoff {
        return matches!(container.state, State::Exited(_) | State::Dead);
    }
    !knows(project, &container.service)
}

fn knows(project: &Project, service: &ServiceName) -> bool {
    project.service(service).is_some()
}

/// The names of what belongs to somebody else.
pub(super) fn external_names<'a>(all: impl Iterator<Item = (bool, &'a str)>) -> BTreeSet<&'a str> {
    all.filter(|(external, _)| *external).map(|(_, name)| name).collect()
}

/// The names of networks that belong to somebody else.
pub(super) fn external_networks(project: &Project) -> BTreeSet<&str> {
    external_names(project.networks.values().map(|one| (one.external, one.name.as_str())))
}

/// Second networks of a name that may go.
pub(super) fn duplicates<'a>(
    project: &'a Project,
    observed: &'a Observed,
) -> impl Iterator<Item = &'a DuplicateNetwork> {
    let external = external_networks(project);
    observed.duplicate_networks.iter().filter(move |one| !external.contains(one.name.as_str()))
}
