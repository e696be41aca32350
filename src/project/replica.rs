//! What makes one container out of a service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::Service;
use crate::names::{ContainerId, ContainerName, ProjectName, ServiceName};

/// Everything about a container to be made that its service does not say by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Replica {
    /// Name in the Engine, `project-service-1` or the service's `container_name`.
    pub name: ContainerName,
    /// `com.docker.compose.container-number`, from 1.
    pub number: u32,
    /// `com.docker.compose.oneoff`.
    pub oneoff: bool,
    /// The Engine removes it when it has ended (`run --rm --detach`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fleeting: bool,
    /// `com.docker.compose.config-hash`.
    pub config_hash: String,
    /// `ado.config-fields`: a digest of each attribute, so that a later plan can say which one changed.
    pub config_fields: String,
    /// Volumes of a replaced container that go on living: path in the container and name in the Engine.
    pub kept_volumes: BTreeMap<String, String>,
    /// Host ports of a replaced container that are asked for again where the Engine chose them: `(target, protocol)`.
    #[serde(with = "ports_as_list")]
    pub kept_ports: BTreeMap<(u16, String), u16>,
    /// The container it takes the place of (`com.docker.compose.replace`).
    pub replaces: Option<ContainerId>,
    /// A container of each service that this one refers to (`network_mode: service:`, `pid`, `ipc`, `links`, `volumes_from`).
    pub containers: BTreeMap<ServiceName, ContainerId>,
}

/// The name that a replica has when all is done: `container_name`, else `project-service-number`, with the separator.
pub fn replica_name((project, separator): (&ProjectName, char), service: &Service, number: u32) -> String {
    let joined = || format!("{project}{separator}{}{separator}{number}", service.name);
    service.container_name.as_ref().map_or_else(joined, ToString::to_string)
}

impl Replica {
    /// A replica that stands for itself: it replaces nothing and refers to nobody.
    pub fn new(name: ContainerName, number: u32) -> Self {
        Self {
            name,
            number,
            oneoff: false,
            fleeting: false,
            config_hash: String::new(),
            config_fields: String::new(),
            kept_volumes: BTreeMap::new(),
            kept_ports: BTreeMap::new(),
            replaces: None,
            containers: BTreeMap::new(),
        }
    }
}

/// JSON has only texts as keys, so the ports are written as a list of `[target, protocol, host port]`.
mod ports_as_list {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    type Ports = BTreeMap<(u16, String), u16>;

    pub(super) fn serialize<S: Serializer>(ports: &Ports, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(ports.iter().map(|((target, protocol), host)| (target, protocol, host)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Ports, D::Error> {
        let list = Vec::<(u16, String, u16)>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|(target, protocol, host)| ((target, protocol), host)).collect())
    }
}
