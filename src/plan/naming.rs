//! Names of containers, and those of containers that are about to take the place of another.

use super::Error;
use crate::names::{ContainerId, ContainerName};
use crate::observed::Container;
use crate::project::{Project, Service, replica_name};

/// Digits of a container's id that stand in front of a temporary name.
const SHORT: usize = 12;

/// The name that a replica has when all is done.
pub(super) fn final_name(project: &Project, service: &Service, number: u32) -> Result<ContainerName, Error> {
    named(replica_name((&project.name, project.separator), service, number))
}

/// The name of a container until the one it replaces is gone, as Compose makes it, so that both programs can clean up
/// after each other.
pub(super) fn temporary_name(replaced: &ContainerId, name: &ContainerName) -> Result<ContainerName, Error> {
    let short = replaced.as_str().get(..SHORT).unwrap_or(replaced.as_str());
    named(format!("{short}_{name}"))
}

/// Whether a container still has the temporary name under which it was made to replace another.
pub(super) fn is_temporary(container: &Container) -> bool {
    let Some((short, _)) = container.name.as_str().split_once('_') else { return false };
    short.len() == SHORT && short.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

fn named(name: String) -> Result<ContainerName, Error> {
    ContainerName::new(&name).map_err(|_| Error::ContainerName { name })
}
