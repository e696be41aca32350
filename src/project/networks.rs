//! Networks, and how services are attached, linked and published.

use indexmap::IndexMap;
use serde::Serialize;

use crate::diagnostic::Span;
use crate::names::{NetworkName, ServiceName};

/// Section "ports", long form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PortMapping {
    /// Port in the container.
    pub target: u16,
    /// First and last port of the host to choose from; `None`: the Engine chooses.
    pub published: Option<(u16, u16)>,
    /// Address of the host; `None`: all.
    pub host_ip: Option<String>,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// `host` or `ingress`.
    pub mode: String,
    /// `app_protocol`, for example `http`.
    pub app_protocol: Option<String>,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}

/// How a service is attached to the network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Attachment {
    /// `network_mode: none`.
    None,
    /// `network_mode: host`.
    Host,
    /// `network_mode: bridge` or the name of a network of the Engine, as it is.
    Mode(String),
    /// `network_mode: service:NAME`.
    Service(ServiceName),
    /// `network_mode: container:NAME`.
    Container(String),
    /// `networks`, by key, the one with the highest priority first.
    Networks(IndexMap<NetworkName, Endpoint>),
}

/// Section "networks" of a service.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Endpoint {
    /// Further names in this network.
    pub aliases: Vec<String>,
    /// Static address.
    pub ipv4_address: Option<String>,
    /// Static address.
    pub ipv6_address: Option<String>,
    /// `link_local_ips`.
    pub link_local_ips: Vec<String>,
    /// `mac_address`.
    pub mac_address: Option<String>,
    /// `driver_opts`.
    pub driver_opts: IndexMap<String, String>,
    /// `gw_priority`.
    pub gateway_priority: Option<i64>,
    /// `interface_name`.
    pub interface_name: Option<String>,
}

/// One of `links` or `external_links`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// A service of the project or a container.
    pub target: LinkTarget,
    /// The name under which it is reached.
    pub alias: String,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum LinkTarget {
    /// A service of the project.
    Service(ServiceName),
    /// A container outside of it.
    Container(String),
}

/// Top-level "networks".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// Its name in the Engine.
    pub name: NetworkName,
    /// Made by others; the fields below do not count then.
    pub external: bool,
    /// `driver`.
    pub driver: Option<String>,
    /// `driver_opts`.
    pub driver_opts: IndexMap<String, String>,
    /// `internal`.
    pub internal: bool,
    /// `attachable`.
    pub attachable: bool,
    /// `enable_ipv4`.
    pub enable_ipv4: Option<bool>,
    /// `enable_ipv6`.
    pub enable_ipv6: Option<bool>,
    /// `ipam.driver`.
    pub ipam_driver: Option<String>,
    /// `ipam.options`.
    pub ipam_options: IndexMap<String, String>,
    /// `ipam.config`.
    pub ipam_pools: Vec<IpamPool>,
    /// `labels`.
    pub labels: IndexMap<String, String>,
    /// Where it stands; `None` for the implied `default`.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// One of `ipam.config`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IpamPool {
    /// CIDR.
    pub subnet: Option<String>,
    /// CIDR.
    pub ip_range: Option<String>,
    /// Address.
    pub gateway: Option<String>,
    /// Names and addresses that are not given out.
    pub aux_addresses: IndexMap<String, String>,
}
