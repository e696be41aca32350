//! Why no plan can be made.

use crate::names::{ContainerName, ImageRef, NetworkName, ServiceName, VolumeName};

/// Why no plan can be made. Nothing was done then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An external network is not there.
    #[error("network {name} declared as external, but could not be found")]
    NetworkMissing {
        /// Key in the manifest.
        key: NetworkName,
        /// Name in the Engine.
        name: NetworkName,
    },
    /// An external volume is not there.
    #[error("external volume \"{name}\" not found")]
    VolumeMissing {
        /// Key in the manifest.
        key: VolumeName,
        /// Name in the Engine.
        name: VolumeName,
    },
    /// A service with a fixed name has room for one container only.
    #[error("service `{service}` has the container name `{name}` and cannot have {replicas} replicas")]
    NameForMany {
        /// The service.
        service: ServiceName,
        /// Its `container_name`.
        name: ContainerName,
        /// How many were wanted.
        replicas: u32,
    },
    /// An image is missing, and the policy forbids to get it.
    #[error("service `{service}` needs image `{image}`, which is not there and may be neither pulled nor built")]
    ImageMissing {
        /// The service.
        service: ServiceName,
        /// Its image.
        image: ImageRef,
    },
    /// A service refers to a container of another one that has none.
    #[error("cannot share {what} with service {needs}: container missing, but service `{service}` needs it")]
    ReferenceMissing {
        /// Who refers.
        service: ServiceName,
        /// To whom.
        needs: ServiceName,
        /// What both have in common.
        what: &'static str,
    },
    /// A service waits for the health of one that has no health check.
    #[error("service `{service}` waits until `{needs}` is healthy, but `{needs}` has no health check")]
    HealthCheckMissing {
        /// Who waits.
        service: ServiceName,
        /// For whom.
        needs: ServiceName,
    },
    /// A service is provided by a plugin of Compose.
    #[error("service `{service}` is run by a provider, which ado does not do")]
    Provider {
        /// The service.
        service: ServiceName,
    },
    /// A service has nothing to start.
    #[error("service \"{service}\" has no container to start")]
    NothingToStart {
        /// The service.
        service: ServiceName,
    },
    /// A name that is made of others is too strange for the Engine.
    #[error("`{name}` cannot be the name of a container")]
    ContainerName {
        /// The name.
        name: String,
    },
}

impl Error {
    /// The next step.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NetworkMissing { name, .. } => {
                format!("create it (`docker network create {name}`) or take `external` out")
            }
            Self::VolumeMissing { name, .. } => {
                format!("create it (`docker volume create {name}`) or take `external` out")
            }
            Self::NameForMany { .. } => "take `container_name` out, or scale to 1".to_owned(),
            Self::ImageMissing { .. } => "pull or build it first, or change the policy".to_owned(),
            Self::ReferenceMissing { needs, .. } => format!("start `{needs}` as well"),
            Self::HealthCheckMissing { needs, .. } => {
                format!("give `{needs}` a `healthcheck`, or wait for `service_started` only")
            }
            Self::Provider { .. } => "run it with Docker Compose, or name the other services".to_owned(),
            Self::NothingToStart { .. } => "create it with `ado up`".to_owned(),
            Self::ContainerName { .. } => return None,
        })
    }
}
