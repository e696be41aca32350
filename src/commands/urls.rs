//! `ado urls`: every address that can be opened.

use clap::Args;
use clap_complete::ArgValueCandidates;
use serde::Serialize;

use super::format::Format;
use super::scope::Scope;
use super::{Error, Exit, ps};
use crate::context::{self, Context};
use crate::names::ServiceName;
use crate::observed::{Container, Port};
use crate::project::{PortMapping, Project};
use crate::ui::Table;

/// Which services.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// One published port of one replica.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Url {
    /// The service.
    pub service: String,
    /// Number of the replica, from 1.
    pub replica: u32,
    /// Port in the container, `80` or `53/udp`.
    pub port: String,
    /// What opens it.
    pub url: String,
}

/// Lists the addresses.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let containers = scope.containers(engine).await?;
    let services = scope.services(&containers, &arguments.services)?;
    let mut urls = of(&containers, scope.project(), engine.endpoint().host());
    urls.retain(|url| services.as_ref().is_none_or(|services| services.contains(url.service.as_str())));
    if arguments.format == Format::Json {
        context.ui.pretty_json(&urls)?;
    } else {
        context.ui.table(&table(&urls))?;
    }
    Ok(Exit::DONE)
}

/// The rows for people.
pub fn table(urls: &[Url]) -> Table {
    let mut table = Table::new(&[("SERVICE", 0), ("REPLICA", 1), ("PORT", 2), ("URL", 0)]);
    for Url { service, replica, port, url } in urls {
        table.row([service.clone(), replica.to_string(), port.clone(), url.clone()]);
    }
    table
}

/// The addresses of everything that runs; `host` is the name of the machine where the Engine publishes ports.
pub fn of(containers: &[Container], project: Option<&Project>, host: &str) -> Vec<Url> {
    let mut urls = Vec::new();
    for container in containers.iter().filter(|container| container.state.is_running() && !container.oneoff) {
        let mut seen = Vec::new();
        for port in &container.ports {
            let Some((address, number)) = &port.published else { continue };
            if is_second_number(project, container, port) {
                continue;
            }
            // The same port on IPv4 and IPv6 is one address for people.
            let opened = open_address(address, host);
            if seen.contains(&(port.target, &port.protocol, opened.clone(), *number)) {
                continue;
            }
            seen.push((port.target, &port.protocol, opened.clone(), *number));
            let scheme = scheme(project, &container.service, port);
            urls.push(Url {
                service: container.service.to_string(),
                replica: container.number,
                port: if port.protocol == "tcp" {
                    port.target.to_string()
                } else {
                    format!("{}/{}", port.target, port.protocol)
                },
                url: if matches!(scheme.as_str(), "http" | "https") {
                    format!("{scheme}://{opened}:{number}/")
                } else {
                    format!("{scheme}://{opened}:{number}")
                },
            });
        }
    }
    urls
}

/// Whether a port on all addresses of IPv6 is that of IPv4 once more: where the Engine chooses the numbers, they may differ.
fn is_second_number(project: Option<&Project>, container: &Container, port: &Port) -> bool {
    let same = |other: &Port| other.target == port.target && other.protocol == port.protocol;
    let is_on = |other: &Port, all: &str| other.published.as_ref().is_some_and(|(address, _)| address == all);
    let asked_for = mappings(project, &container.service, port)
        .filter_map(|mapping| mapping.published)
        .any(|(first, last)| port.published.as_ref().is_some_and(|(_, number)| (first..=last).contains(number)));
    is_on(port, "::") && !asked_for && container.ports.iter().any(|other| same(other) && is_on(other, "0.0.0.0"))
}

/// What a browser can open: an address that means "all" becomes the machine's name.
fn open_address(address: &str, host: &str) -> String {
    match address {
        "" | "0.0.0.0" | "::" => host.to_owned(),
        "127.0.0.1" | "::1" if host == "localhost" => host.to_owned(),
        address => ps::bracketed(address),
    }
}

/// What the manifest says of a container's port.
fn mappings<'p>(
    project: Option<&'p Project>,
    service: &ServiceName,
    port: &'p Port,
) -> impl Iterator<Item = &'p PortMapping> {
    let all = project.and_then(|project| project.service(service)).map(|service| service.ports.as_slice());
    all.unwrap_or_default()
        .iter()
        .filter(move |mapping| mapping.target == port.target && mapping.protocol == port.protocol)
}

/// `app_protocol`, else what usually listens there.
fn scheme(project: Option<&Project>, service: &ServiceName, port: &Port) -> String {
    let mapping = mappings(project, service, port).next();
    if let Some(protocol) = mapping.and_then(|mapping| mapping.app_protocol.clone()) {
        return protocol;
    }
    match (port.protocol.as_str(), port.target) {
        ("tcp", 443 | 8443) => "https".to_owned(),
        ("tcp", 80 | 81 | 3000..=3999 | 4000..=4999 | 5000..=5009 | 8000..=8999 | 9000..=9091) => "http".to_owned(),
        (protocol, _) => protocol.to_owned(),
    }
}
