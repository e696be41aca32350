//! Observed state: what the Engine reports of one project, as plain data with typed labels.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::names::{ContainerId, ContainerName, ImageId, ImageRef, NetworkId, NetworkName, ServiceName};

/// A snapshot of everything the Engine has of a project, and of what its services refer to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Observed {
    /// The project's containers, stopped ones included, sorted by service and number.
    pub containers: Vec<Container>,
    /// Networks that carry the project's label or are named by it, by their name in the Engine.
    pub networks: BTreeMap<String, Network>,
    /// Networks of the project that bear the name of one of those as well, as a killed run and the next one can make them.
    pub duplicate_networks: Vec<DuplicateNetwork>,
    /// Volumes that carry the project's label or are named by it, by their name in the Engine.
    pub volumes: BTreeMap<String, Volume>,
    /// Images that the services name and the Engine has, by the reference as the service writes it.
    pub images: BTreeMap<ImageRef, Image>,
}

/// One container.
#[derive(Debug, Clone, PartialEq)]
pub struct Container {
    /// Its id, 64 hexadecimal digits.
    pub id: ContainerId,
    /// Its name without the slash.
    pub name: ContainerName,
    /// Label `com.docker.compose.service`.
    pub service: ServiceName,
    /// Label `com.docker.compose.container-number`, from 1.
    pub number: u32,
    /// Label `com.docker.compose.oneoff`.
    pub oneoff: bool,
    /// Label `com.docker.compose.config-hash`.
    pub config_hash: Option<String>,
    /// Label `ado.config-fields`.
    pub config_fields: Option<String>,
    /// Label `com.docker.compose.replace`: the container that this one was made to take the place of.
    pub replaces: Option<ContainerId>,
    /// Label `com.docker.compose.depends_on`: the services this one waits for.
    pub depends_on: BTreeSet<ServiceName>,
    /// Those of them with which this one is restarted, and whether they have to be healthy before.
    pub bounds: BTreeMap<ServiceName, bool>,
    /// The image the container was made from, as an id.
    pub image_id: ImageId,
    /// The image as it was named at creation.
    pub image: String,
    /// Its state.
    pub state: State,
    /// For people, as the Engine words it ("Up 2 minutes (healthy)").
    pub status: String,
    /// The command, for people.
    pub command: String,
    /// Seconds since the epoch.
    pub created: i64,
    /// Published and exposed ports.
    pub ports: Vec<Port>,
    /// The networks it is attached to by their name in the Engine, with their ids where the container was started.
    pub networks: BTreeMap<String, Option<NetworkId>>,
    /// What is mounted, by path in the container.
    pub mounts: BTreeMap<String, Mount>,
    /// All labels.
    pub labels: BTreeMap<String, String>,
}

/// The state of a container (Engine API, `ContainerState.Status` and `.Health`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Made, never started.
    Created,
    /// Running.
    Running(Health),
    /// Running, frozen.
    Paused,
    /// Between two runs of its restart policy.
    Restarting,
    /// Being removed.
    Removing,
    /// Ended with this code.
    Exited(i64),
    /// The Engine failed to remove it.
    Dead,
}

/// What the health check says of a running container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It has no health check.
    None,
    /// Not yet decided.
    Starting,
    /// The last probe succeeded.
    Healthy,
    /// Too many probes failed in a row.
    Unhealthy,
}

/// A port of a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Inside.
    pub target: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Address and port of the host, if published.
    pub published: Option<(String, u16)>,
}

/// Something mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mount {
    /// A volume, by its name in the Engine; anonymous ones have 64 hexadecimal digits.
    Volume {
        /// Its name.
        name: String,
    },
    /// A path of the host.
    Bind {
        /// The path.
        source: String,
    },
    /// Anything else (tmpfs, npipe, cluster).
    Other,
}

/// A network whose name stands for another one already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateNetwork {
    /// Its id.
    pub id: NetworkId,
    /// The name that both bear.
    pub name: NetworkName,
}

/// One network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its id.
    pub id: NetworkId,
    /// Label `com.docker.compose.project`.
    pub project: Option<String>,
    /// Label `com.docker.compose.network`.
    pub key: Option<String>,
    /// Label `com.docker.compose.config-hash`.
    pub config_hash: Option<String>,
    /// Ids of the containers attached to it (running ones of any project).
    pub attached: BTreeSet<ContainerId>,
}

/// One volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Label `com.docker.compose.project`.
    pub project: Option<String>,
    /// Label `com.docker.compose.volume`.
    pub key: Option<String>,
    /// Label `com.docker.compose.config-hash`.
    pub config_hash: Option<String>,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its id.
    pub id: ImageId,
    /// Paths the image declares as volumes (`VOLUME`).
    pub volumes: BTreeSet<String>,
    /// Whether the image defines a health check of its own.
    pub health_check: bool,
    /// How long ago it was built or pulled last; `None` where the Engine does not know.
    pub age: Option<Duration>,
}

impl State {
    /// Whether its process exists.
    pub fn is_running(self) -> bool {
        matches!(self, State::Running(_) | State::Paused | State::Restarting)
    }
}
