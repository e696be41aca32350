//! Networks, ports and links.

use indexmap::IndexMap;

use super::fields::Fields;
use crate::diagnostic::Problem;
use crate::names::{NetworkName, ServiceName};
use crate::project::{Attachment, Endpoint, IpamPool, Link, LinkTarget, Network, PortMapping};

pub(super) fn network(key: &NetworkName, fields: &Fields<'_>, project: &str) -> Network {
    let ipam = fields.fields("ipam");
    let pools = ipam.as_ref().map(|ipam| ipam.items("config")).unwrap_or_default();
    Network {
        name: fields.name("name").unwrap_or_else(|| implied_name(project, key)),
        external: fields.flag("external"),
        driver: fields.text("driver"),
        driver_opts: fields.text_map("driver_opts"),
        internal: fields.flag("internal"),
        attachable: fields.flag("attachable"),
        enable_ipv4: fields.boolean("enable_ipv4"),
        enable_ipv6: fields.boolean("enable_ipv6"),
        ipam_driver: ipam.as_ref().and_then(|ipam| ipam.text("driver")),
        ipam_options: ipam.as_ref().map(|ipam| ipam.text_map("options")).unwrap_or_default(),
        ipam_pools: pools.iter().map(pool).collect(),
        labels: fields.text_map("labels"),
        span: Some(fields.span),
    }
}

fn implied_name(project: &str, key: &NetworkName) -> NetworkName {
    NetworkName::new(&format!("{project}_{key}")).unwrap_or_else(|_| key.clone())
}

fn pool(fields: &Fields<'_>) -> IpamPool {
    IpamPool {
        subnet: fields.text("subnet"),
        ip_range: fields.text("ip_range"),
        gateway: fields.text("gateway"),
        aux_addresses: fields.text_map("aux_addresses"),
    }
}

/// `network_mode` or `networks`; a service with neither is in the network `default` where the project has one.
pub(super) fn attachment(fields: &Fields<'_>, networks: &IndexMap<NetworkName, Network>) -> Attachment {
    if let Some(mode) = fields.text("network_mode") {
        return attachment_by_mode(fields, &mode);
    }
    let mut endpoints: Vec<(i64, NetworkName, Endpoint)> = Vec::new();
    for (key, endpoint_fields) in fields.named("networks") {
        match NetworkName::new(&key.name) {
            Ok(name) if networks.contains_key(&name) => {
                let priority = endpoint_fields.integer("priority").unwrap_or_default();
                endpoints.push((priority, name, endpoint(&endpoint_fields)));
            }
            Ok(name) => fields.problems().add(
                Problem::at(key.span, format!("network `{name}` is not defined"))
                    .help("define it under the top-level `networks`"),
            ),
            Err(error) => fields.problems().add(Problem::at(key.span, error.to_string())),
        }
    }
    endpoints.sort_by(|(left_priority, left, _), (right_priority, right, _)| {
        right_priority.cmp(left_priority).then_with(|| left.cmp(right))
    });
    if fields.get("networks").is_none()
        && let Some(default) = networks.keys().find(|key| key.as_str() == "default")
    {
        endpoints.push((0, default.clone(), Endpoint::default()));
    }
    Attachment::Networks(endpoints.into_iter().map(|(_, name, endpoint)| (name, endpoint)).collect())
}

fn attachment_by_mode(fields: &Fields<'_>, mode: &str) -> Attachment {
    match (mode, mode.split_once(':')) {
        ("none", _) => Attachment::None,
        ("host", _) => Attachment::Host,
        (_, Some(("service", name))) => match ServiceName::new(name) {
            Ok(name) => Attachment::Service(name),
            Err(error) => {
                fields.problem("network_mode", error.to_string());
                Attachment::None
            }
        },
        (_, Some(("container", name))) => Attachment::Container(name.to_owned()),
        _ => Attachment::Mode(mode.to_owned()),
    }
}

fn endpoint(fields: &Fields<'_>) -> Endpoint {
    Endpoint {
        aliases: fields.texts("aliases"),
        ipv4_address: fields.text("ipv4_address"),
        ipv6_address: fields.text("ipv6_address"),
        link_local_ips: fields.texts("link_local_ips"),
        mac_address: fields.text("mac_address"),
        driver_opts: fields.text_map("driver_opts"),
        gateway_priority: fields.integer("gw_priority"),
        interface_name: fields.text("interface_name"),
    }
}

pub(super) fn port(fields: &Fields<'_>) -> Option<PortMapping> {
    Some(PortMapping {
        target: fields.number("target")?,
        published: published(fields),
        host_ip: fields.text("host_ip").filter(|address| !address.is_empty()),
        protocol: fields.text("protocol").unwrap_or_else(|| "tcp".to_owned()),
        mode: fields.text("mode").unwrap_or_else(|| "ingress".to_owned()),
        app_protocol: fields.text("app_protocol"),
        span: fields.span,
    })
}

/// `8080`, `8080-8090`, or nothing; 0 leaves the choice to the Engine as well.
fn published(fields: &Fields<'_>) -> Option<(u16, u16)> {
    let text = fields.text("published")?;
    if text.is_empty() || text == "0" {
        return None;
    }
    let (first, last) = text.split_once('-').unwrap_or((&text, &text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if first <= last => Some((first, last)),
        _ => {
            fields.problem("published", format!("`{text}` is not a port or a range of ports"));
            None
        }
    }
}

pub(super) fn links(fields: &Fields<'_>) -> Vec<Link> {
    let inside = fields.texts("links").into_iter().filter_map(|text| {
        let (name, alias) = text.split_once(':').unwrap_or((&text, &text));
        let service = ServiceName::new(name).map_err(|error| fields.problem("links", error.to_string())).ok()?;
        Some(Link { target: LinkTarget::Service(service), alias: alias.to_owned() })
    });
    let outside = fields.texts("external_links").into_iter().map(|text| {
        let (name, alias) = text.split_once(':').unwrap_or((&text, &text));
        Link { target: LinkTarget::Container(name.to_owned()), alias: alias.to_owned() }
    });
    inside.chain(outside).collect()
}
