//! Answers of the Engine, the parts that ado needs, and what they mean.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::names::{ContainerId, ContainerName, ImageId, NetworkId, ServiceName};
use crate::observed::{Container, Health, Mount, Port, State};

use super::details::Publisher;
use super::labels;

/// One of `GET /containers/json`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ContainerSummary<'a> {
    id: String,
    #[serde(default, deserialize_with = "nullable")]
    names: Vec<String>,
    #[serde(default)]
    image: String,
    #[serde(rename = "ImageID", default)]
    image_id: String,
    #[serde(default)]
    command: String,
    #[serde(default)]
    created: i64,
    #[serde(default, deserialize_with = "nullable")]
    ports: Vec<PortSummary>,
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
    #[serde(borrow, default)]
    state: Cow<'a, str>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    network_settings: Networks,
    #[serde(default, deserialize_with = "nullable")]
    mounts: Vec<MountSummary>,
}

#[derive(Debug, Deserialize)]
struct PortSummary {
    #[serde(rename = "IP", default)]
    address: String,
    #[serde(rename = "PrivatePort")]
    target: u16,
    #[serde(rename = "PublicPort", default)]
    published: u16,
    #[serde(rename = "Type", default)]
    protocol: String,
}

#[derive(Debug, Default, Deserialize)]
struct Networks {
    #[serde(rename = "Networks", default, deserialize_with = "nullable")]
    networks: BTreeMap<String, NetworkSummary>,
}

#[derive(Debug, Deserialize)]
struct NetworkSummary {
    #[serde(rename = "NetworkID", default)]
    id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MountSummary {
    #[serde(rename = "Type", default)]
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    destination: String,
}

/// Go writes `null` for an empty list or map.
pub(super) fn nullable<'de, D: serde::Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl ContainerSummary<'_> {
    /// What matters of a container of any project: the ports it holds.
    pub(super) fn into_publisher(self) -> Option<Publisher> {
        let name = self.names.iter().map(|name| name.trim_start_matches('/')).find(|name| !name.contains('/'))?;
        Some(Publisher {
            id: ContainerId::new(&self.id).ok()?,
            name: ContainerName::new(name).ok()?,
            project: self.labels.get(labels::PROJECT).cloned(),
            ports: ports(self.ports),
        })
    }

    /// The container, or `None` for one that says no service or has a name that Docker does not give.
    pub(super) fn into_container(self) -> Option<Container> {
        let state = state(&self.state, &self.status);
        let label = |name: &str| self.labels.get(name).map(String::as_str);
        // A link gives a container further names, of the form /other/alias.
        let name = self.names.iter().map(|name| name.trim_start_matches('/')).find(|name| !name.contains('/'))?;
        let networks = self.network_settings.networks.into_iter();
        Some(Container {
            id: ContainerId::new(&self.id).ok()?,
            name: ContainerName::new(name).ok()?,
            service: ServiceName::new(label(labels::SERVICE)?).ok()?,
            number: label(labels::CONTAINER_NUMBER).and_then(|number| number.parse().ok()).unwrap_or(1),
            oneoff: label(labels::ONEOFF).is_some_and(|text| text.eq_ignore_ascii_case("true")),
            config_hash: label(labels::CONFIG_HASH).map(str::to_owned),
            config_fields: label(labels::CONFIG_FIELDS).map(str::to_owned),
            replaces: label(labels::REPLACE).and_then(|id| ContainerId::new(id).ok()),
            depends_on: label(labels::DEPENDS_ON).map(dependencies).unwrap_or_default(),
            bounds: label(labels::DEPENDS_ON).map(bounds).unwrap_or_default(),
            image_id: ImageId::new(&self.image_id).ok()?,
            image: self.image,
            state,
            status: self.status,
            command: self.command,
            created: self.created,
            ports: ports(self.ports),
            networks: networks.map(|(name, network)| (name, NetworkId::new(&network.id).ok())).collect(),
            mounts: self.mounts.into_iter().map(|mount| (mount.destination.clone(), mount.into())).collect(),
            labels: self.labels,
        })
    }
}

/// The names in `db:service_healthy:true,cache:service_started:false`.
fn dependencies(label: &str) -> BTreeSet<ServiceName> {
    let names = label.split(',').filter_map(|entry| entry.split(':').next());
    names.filter_map(|name| ServiceName::new(name).ok()).collect()
}

/// The names in `db:service_healthy:true,cache:service_started:false` that end with `true`.
fn bounds(label: &str) -> BTreeMap<ServiceName, bool> {
    let entries = label.split(',').filter_map(|entry| entry.strip_suffix(":true")?.split_once(':'));
    let bound = entries.filter_map(|(name, condition)| Some((ServiceName::new(name).ok()?, condition)));
    bound.map(|(name, condition)| (name, condition == "service_healthy")).collect()
}

fn ports(ports: Vec<PortSummary>) -> Vec<Port> {
    let mut ports: Vec<Port> = ports
        .into_iter()
        .map(|port| Port {
            target: port.target,
            protocol: port.protocol,
            published: (port.published != 0).then_some((port.address, port.published)),
        })
        .collect();
    ports.sort_unstable();
    ports
}

impl From<MountSummary> for Mount {
    fn from(mount: MountSummary) -> Self {
        match mount.kind.as_str() {
            "volume" => Mount::Volume { name: mount.name },
            "bind" => Mount::Bind { source: mount.source },
            _ => Mount::Other,
        }
    }
}

/// The list gives exit code and health only inside the sentence for people ("Exited (137) 2 hours ago",
/// "Up 5 seconds (health: starting)").
pub(super) fn state(state: &str, status: &str) -> State {
    match state {
        "created" => State::Created,
        "running" => State::Running(health_of_status(status)),
        "paused" => State::Paused,
        "restarting" => State::Restarting,
        "removing" => State::Removing,
        "exited" => State::Exited(exit_code(status).unwrap_or(0)),
        _ => State::Dead,
    }
}

fn health_of_status(status: &str) -> Health {
    if status.ends_with("(healthy)") {
        Health::Healthy
    } else if status.ends_with("(unhealthy)") {
        Health::Unhealthy
    } else if status.ends_with("(health: starting)") {
        Health::Starting
    } else {
        Health::None
    }
}

fn exit_code(status: &str) -> Option<i64> {
    let (_, rest) = status.split_once('(')?;
    rest.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_read_out_of_the_sentence_for_people() {
        assert_eq!(state("exited", "Exited (137) 2 hours ago"), State::Exited(137));
        assert_eq!(state("running", "Up 5 seconds (health: starting)"), State::Running(Health::Starting));
        assert_eq!(state("running", "Up 5 seconds (unhealthy)"), State::Running(Health::Unhealthy));
        assert_eq!(state("running", "Up 5 seconds (healthy)"), State::Running(Health::Healthy));
        assert_eq!(state("running", "Up 2 days"), State::Running(Health::None));
        assert_eq!(state("created", "Created"), State::Created);
    }

    #[test]
    fn a_container_is_known_by_its_own_name_not_by_a_link() {
        let answer = r#"{"Id":"ab","Names":["/x-web-1/db","/x-db-1"],"Image":"i","ImageID":"sha256:1","Command":"c","Created":1,
            "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":443,"Type":"tcp"}],
            "Labels":{"com.docker.compose.service":"db","com.docker.compose.oneoff":"False"},"State":"running","Status":"Up 1 second",
            "NetworkSettings":{"Networks":{"x_default":{"NetworkID":"n"}}},
            "Mounts":[{"Type":"volume","Name":"v","Source":"","Destination":"/data"}]}"#;
        let summary: ContainerSummary<'_> = serde_json::from_str(answer).expect("the answer has the right shape");
        let container = summary.into_container().expect("it is of a project");
        assert_eq!(container.name.as_str(), "x-db-1");
        assert_eq!(container.ports[0].published, Some(("0.0.0.0".to_owned(), 8080)));
        assert_eq!(container.ports[1].published, None);
        assert_eq!(container.mounts["/data"], Mount::Volume { name: "v".to_owned() });
        assert_eq!(container.networks["x_default"], NetworkId::new("n").ok());
    }
}
