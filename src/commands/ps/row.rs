//! One container as `ps` shows it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::observed::{Container, Health, Mount, Port, State};
use crate::ui;

/// Letters of a command that are shown.
const COMMAND_LENGTH: usize = 20;

/// The Engine's word for a state.
pub fn state(state: State) -> &'static str {
    match state {
        State::Created => "created",
        State::Running(_) => "running",
        State::Paused => "paused",
        State::Restarting => "restarting",
        State::Removing => "removing",
        State::Exited(_) => "exited",
        State::Dead => "dead",
    }
}

fn health(state: State) -> &'static str {
    match state {
        State::Running(Health::Starting) => "starting",
        State::Running(Health::Healthy) => "healthy",
        State::Running(Health::Unhealthy) => "unhealthy",
        _ => "",
    }
}

/// The command in quotes, cut where it is long.
pub fn command(command: &str, whole: bool) -> String {
    if whole || command.chars().count() <= COMMAND_LENGTH {
        return format!("{command:?}");
    }
    let short: String = command.chars().take(COMMAND_LENGTH - 1).collect();
    format!("\"{}…\"", short.escape_debug().to_string().replace("\\'", "'"))
}

/// How long ago, in Docker's words.
pub fn created(seconds: i64) -> String {
    let now = Timestamp::now().as_second();
    let past = u64::try_from(now - seconds).unwrap_or(0);
    format!("{} ago", ui::age(Duration::from_secs(past)))
}

/// `0.0.0.0:8000-8001->8000-8001/tcp, [::]:32782->80/tcp, 443/tcp`, as Docker writes it: neighbours that are published
/// under their own numbers become a range.
pub fn ports(ports: &[Port]) -> String {
    let mut sorted: Vec<&Port> = ports.iter().collect();
    sorted.sort_by_key(|port| {
        (port.published.is_none(), port.published.clone().map(|(address, _)| address), port.target)
    });
    let mut ranges: BTreeMap<(String, String), (u16, u16)> = BTreeMap::new();
    let mut texts = Vec::new();
    let range_text = |(address, protocol): &(String, String), (first, last): (u16, u16)| {
        let numbers = if first == last { first.to_string() } else { format!("{first}-{last}") };
        match address.as_str() {
            "" => format!("{numbers}/{protocol}"),
            address => format!("{}:{numbers}->{numbers}/{protocol}", bracketed(address)),
        }
    };
    for port in sorted {
        let (address, own_number) = match &port.published {
            Some((address, number)) if *number != port.target => {
                texts.push(format!("{}:{number}->{}/{}", bracketed(address), port.target, port.protocol));
                continue;
            }
            Some((address, number)) => (address.clone(), *number),
            None => (String::new(), port.target),
        };
        let key = (address, port.protocol.clone());
        match ranges.get_mut(&key) {
            Some((_, last)) if own_number == *last + 1 || own_number == *last => *last = own_number,
            _ => {
                if let Some(before) = ranges.insert(key.clone(), (own_number, own_number)) {
                    texts.push(range_text(&key, before));
                }
            }
        }
    }
    texts.extend(ranges.iter().map(|(key, range)| range_text(key, *range)));
    texts.join(", ")
}

/// An address as it stands before a port.
pub fn bracketed(address: &str) -> String {
    if address.contains(':') { format!("[{address}]") } else { address.to_owned() }
}

/// The object of `--format json`, with Compose's keys.
pub fn json(project: &str, container: &Container, whole: bool) -> Value {
    let Container { id, name, service, image, state: now, status, created: since, labels, .. } = container;
    let exit_code = if let State::Exited(code) = now { *code } else { 0 };
    let publishers: Vec<Value> = container.ports.iter().map(publisher).collect();
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let mounts: Vec<&str> = container.mounts.values().filter_map(mount).collect();
    let volumes = container.mounts.values().filter(|mount| matches!(mount, Mount::Volume { .. })).count();
    let networks: Vec<&str> = container.networks.keys().map(String::as_str).collect();
    let id = if whole { id.as_str() } else { &id.as_str()[..id.as_str().len().min(12)] };
    json!({
        "Command": command(&container.command, whole),
        "CreatedAt": time(*since),
        "ExitCode": exit_code,
        "Health": health(*now),
        "ID": id,
        "Image": image,
        "Labels": labels.join(","),
        "LocalVolumes": volumes.to_string(),
        "Mounts": mounts.join(","),
        "Name": name,
        "Names": name,
        "Networks": networks.join(","),
        "Ports": ports(&container.ports),
        "Project": project,
        "Publishers": publishers,
        "RunningFor": created(*since),
        "Service": service,
        "Size": "0B",
        "State": state(*now),
        "Status": status,
    })
}

fn publisher(port: &Port) -> Value {
    let (address, number) = port.published.clone().unwrap_or_default();
    json!({ "URL": address, "TargetPort": port.target, "PublishedPort": number, "Protocol": port.protocol })
}

fn mount(mount: &Mount) -> Option<&str> {
    match mount {
        Mount::Volume { name } => Some(name),
        Mount::Bind { source } => Some(source),
        Mount::Other => None,
    }
}

/// As Go prints a time: `2026-11-26 14:17:39 +0000 UTC`.
fn time(seconds: i64) -> String {
    let Ok(timestamp) = Timestamp::from_second(seconds) else { return String::new() };
    timestamp.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %z %Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(target: u16, published: Option<(&str, u16)>) -> Port {
        let published = published.map(|(address, number)| (address.to_owned(), number));
        Port { target, protocol: "tcp".to_owned(), published }
    }

    #[test]
    fn ports_read_as_docker_writes_them() {
        assert_eq!(
            ports(&[port(80, Some(("0.0.0.0", 32782))), port(80, Some(("::", 32782)))]),
            "0.0.0.0:32782->80/tcp, [::]:32782->80/tcp"
        );
        assert_eq!(ports(&[port(443, None), port(80, None)]), "80/tcp, 443/tcp");
        let own: Vec<Port> = (8000..8003).map(|number| port(number, Some(("0.0.0.0", number)))).collect();
        assert_eq!(ports(&own), "0.0.0.0:8000-8002->8000-8002/tcp");
    }

    #[test]
    fn a_long_command_is_cut_inside_its_quotes() {
        assert_eq!(command("sh -c 'echo db up; sleep 1000'", false), "\"sh -c 'echo db up; …\"");
        assert_eq!(command("sleep 1", false), "\"sleep 1\"");
    }
}
