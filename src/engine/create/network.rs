//! How a container is attached to networks and which ports it publishes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bollard::models::{EndpointIpamConfig, EndpointSettings, PortBinding, PortMap};

use crate::engine::error::Error;
use crate::engine::version::ApiVersion;
use crate::names::NetworkName;
use crate::project::{Attachment, Endpoint, Link, LinkTarget, PortMapping};

use super::host::map;
use super::request::{Creation, Later, some};

/// From this version on a container can be created with all its networks, and the MAC address belongs to the endpoint.
const ALL_ENDPOINTS: ApiVersion = ApiVersion(44);

/// The networks of a container.
pub(super) struct Attached {
    /// Those it is created with.
    pub first: Vec<(String, EndpointSettings)>,
    /// Those it is attached to afterwards.
    pub later: Later,
    /// The container's own MAC address, before it belonged to the endpoint.
    pub mac_address: Option<String>,
}

/// `HostConfig.NetworkMode`.
pub(super) fn mode(creation: &Creation<'_>, attachment: &Attachment) -> Result<String, Error> {
    Ok(match attachment {
        Attachment::None => "none".to_owned(),
        Attachment::Host => "host".to_owned(),
        Attachment::Mode(mode) => mode.clone(),
        Attachment::Service(service) => format!("container:{}", creation.container_of(service)?),
        Attachment::Container(name) => format!("container:{name}"),
        Attachment::Networks(networks) => match networks.keys().next() {
            Some(key) => network_name(creation, key),
            None => "none".to_owned(),
        },
    })
}

/// Splits the networks into those of the creation and those after it.
pub(super) fn attach(
    creation: &Creation<'_>,
    attachment: &Attachment,
    links: &[String],
    mac_address: Option<&String>,
) -> Result<Attached, Error> {
    let mut attached = Attached { first: Vec::new(), later: Vec::new(), mac_address: mac_address.cloned() };
    let Attachment::Networks(networks) = attachment else { return Ok(attached) };
    let at_once = creation.version >= ALL_ENDPOINTS;
    for (index, (key, endpoint)) in networks.iter().enumerate() {
        let mut settings = endpoint_settings(creation, endpoint, links)?;
        if index == 0 {
            let address = attached.mac_address.take().or_else(|| endpoint.mac_address.clone());
            if at_once {
                settings.mac_address = address;
            } else {
                attached.mac_address = address;
                settings.mac_address = None;
            }
        } else if settings.mac_address.is_some() {
            creation.needs("networks.mac_address", ALL_ENDPOINTS.0)?;
        }
        let list = if index == 0 || at_once { &mut attached.first } else { &mut attached.later };
        list.push((network_name(creation, key), settings));
    }
    Ok(attached)
}

/// One attachment in the API's shape. A replica answers to its own name and to its service's, a container of `run` to
/// its own only.
pub(in crate::engine) fn endpoint_settings(
    creation: &Creation<'_>,
    endpoint: &Endpoint,
    links: &[String],
) -> Result<EndpointSettings, Error> {
    let Endpoint {
        aliases,
        ipv4_address,
        ipv6_address,
        link_local_ips,
        mac_address,
        driver_opts,
        gateway_priority,
        interface_name,
    } = endpoint;
    if gateway_priority.is_some() {
        creation.needs("networks.gw_priority", 48)?;
    }
    let mut options = map(driver_opts);
    if let Some(name) = interface_name {
        creation.needs("networks.interface_name", 49)?;
        options.insert("com.docker.network.endpoint.ifname".to_owned(), name.clone());
    }
    let replica = creation.replica;
    let service = (!replica.oneoff).then(|| creation.service.name.to_string());
    let addresses = EndpointIpamConfig {
        ipv4_address: ipv4_address.clone(),
        ipv6_address: ipv6_address.clone(),
        link_local_ips: some(link_local_ips.clone()),
    };
    Ok(EndpointSettings {
        aliases: Some(
            std::iter::once(replica.name.to_string()).chain(service).chain(aliases.iter().cloned()).collect(),
        ),
        links: some(links.to_vec()),
        ipam_config: (addresses != EndpointIpamConfig::default()).then_some(addresses),
        mac_address: mac_address.clone(),
        driver_opts: (!options.is_empty()).then_some(options),
        gw_priority: *gateway_priority,
        ..EndpointSettings::default()
    })
}

/// `name:alias` for each link. On networks of its own the Engine looks the name up among the names that containers answer to,
/// where a service has its name; on the Engine's old bridge, `legacy`, only containers can be linked.
pub(super) fn links(creation: &Creation<'_>, links: &[Link], legacy: bool) -> Result<Vec<String>, Error> {
    links
        .iter()
        .filter(|link| match &link.target {
            // The Engine wants to know the container of an old link; one that is not there cannot be linked.
            LinkTarget::Service(service) => !legacy || creation.container_of(service).is_ok(),
            LinkTarget::Container(_) => true,
        })
        .map(|Link { target, alias }| match target {
            LinkTarget::Service(service) if legacy => Ok(format!("{}:{alias}", creation.container_of(service)?)),
            LinkTarget::Service(service) => Ok(format!("{service}:{alias}")),
            LinkTarget::Container(name) => Ok(format!("{name}:{alias}")),
        })
        .collect()
}

/// Host ports, with those kept that a replaced container had got from the Engine.
pub(super) fn port_bindings(ports: &[PortMapping], kept: &BTreeMap<(u16, String), u16>) -> PortMap {
    let mut map: PortMap = HashMap::new();
    for port in ports {
        let PortMapping { target, published, host_ip, protocol, mode: _, app_protocol: _, span: _ } = port;
        let host_port = match published {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => match kept.get(&(*target, protocol.clone())) {
                Some(port) if (first..=last).contains(&port) => port.to_string(),
                _ => format!("{first}-{last}"),
            },
            None => kept.get(&(*target, protocol.clone())).map_or_else(String::new, ToString::to_string),
        };
        let binding = PortBinding { host_ip: Some(host_ip.clone().unwrap_or_default()), host_port: Some(host_port) };
        map.entry(format!("{target}/{protocol}")).or_default().get_or_insert_default().push(binding);
    }
    map
}

/// Ports that are published or exposed.
pub(super) fn exposed(ports: &[PortMapping], expose: &[String]) -> Vec<String> {
    let published = ports.iter().map(|port| format!("{}/{}", port.target, port.protocol));
    let exposed = expose.iter().map(|port| if port.contains('/') { port.clone() } else { format!("{port}/tcp") });
    published.chain(exposed).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The network's name in the Engine; a key that the project does not declare is one already.
fn network_name(creation: &Creation<'_>, key: &NetworkName) -> String {
    creation.project.networks.get(key).map_or(key, |network| &network.name).to_string()
}
