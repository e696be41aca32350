//! `8080:80/udp` and its relatives (Compose specification, "ports", short syntax).

use std::net::IpAddr;

use super::super::form::Form;
use super::super::node::{Key, Mapping, Node, Value};
use crate::diagnostic::{Problem, Span};

/// Why a port cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Nothing after the last colon.
    #[error("there is no container port in `{text}`")]
    NoContainerPort {
        /// The whole text.
        text: String,
    },
    /// Not a number up to 65535, or not a range of them.
    #[error("`{part}` is not a port or a range of ports")]
    Number {
        /// The part.
        part: String,
    },
    /// Not TCP, UDP or SCTP.
    #[error("`{protocol}` is not a protocol; ports have `tcp`, `udp` or `sctp`")]
    Protocol {
        /// The part.
        protocol: String,
    },
    /// Not an address.
    #[error("`{address}` is not an IP address")]
    Address {
        /// The part.
        address: String,
    },
    /// Ranges of different length.
    #[error("the ranges `{host}` and `{container}` differ in length")]
    Ranges {
        /// On the host.
        host: String,
        /// In the container.
        container: String,
    },
}

/// One published port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Port {
    address: String,
    published: String,
    target: u16,
    protocol: String,
}

/// Writes out the ports of a service; a range becomes one entry for each port. In the open form, a list with a text that
/// cannot be read yet stays as it is.
pub fn ports(items: &mut Vec<Node>, problems: &mut Vec<Problem>, form: Form) {
    let is_unread = |item: &Node| item.as_str().is_some_and(|text| parse(text).is_err());
    if form == Form::Open && items.iter().any(is_unread) {
        return;
    }
    let mut written = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        let span = item.span;
        match &item.value {
            Value::String(text) => match parse(text) {
                Ok(ports) => written.extend(ports.into_iter().map(|port| port.into_node(span))),
                Err(error) => {
                    problems.push(Problem::at(span, error.to_string()).label("cannot be read as a port").help(
                        "write `CONTAINER`, `HOST:CONTAINER` or `IP:HOST:CONTAINER`, and `/udp` if it is not TCP",
                    ));
                }
            },
            Value::Int(target) if (1..=65_535).contains(target) => {
                written.push(mapping(span, [("target", Value::Int(*target))]));
            }
            Value::Int(_) | Value::Large(_) | Value::Float(_) => problems.push(
                Problem::at(span, "a port is a whole number from 1 to 65535")
                    .label(format!("this is {}", item.kind()))
                    .help("put it into quotes: YAML reads `22:22` and `1.2` as it likes"),
            ),
            _ => written.push(item),
        }
    }
    *items = written;
}

fn mapping<const N: usize>(span: Span, entries: [(&str, Value); N]) -> Node {
    let entries = entries.into_iter().map(|(name, value)| (Key::new(name, span), Node::new(span, value)));
    Node::new(span, Value::Mapping(entries.collect()))
}

impl Port {
    fn into_node(self, span: Span) -> Node {
        let mut fields = Mapping::default();
        let mut set = |name: &str, value: Value| {
            fields.insert(Key::new(name, span), Node::new(span, value));
        };
        set("mode", Value::String("ingress".into()));
        if !self.address.is_empty() {
            set("host_ip", Value::String(self.address.into()));
        }
        set("target", Value::Int(self.target.into()));
        if !self.published.is_empty() {
            set("published", Value::String(self.published.into()));
        }
        set("protocol", Value::String(self.protocol.into()));
        Node::new(span, Value::Mapping(fields))
    }
}

fn parse(text: &str) -> Result<Vec<Port>, PortError> {
    let (left, container) = text.rsplit_once(':').unwrap_or(("", text));
    let (address, host) = left.rsplit_once(':').unwrap_or(("", left));
    let (container, protocol) = match container.split_once('/') {
        Some((container, protocol)) if !protocol.is_empty() => (container, protocol),
        Some((container, _)) => (container, "tcp"),
        None => (container, "tcp"),
    };
    if container.is_empty() {
        return Err(PortError::NoContainerPort { text: text.to_owned() });
    }
    let address = read_address(address)?;
    let (first, last) = range(container)?;
    let (host_first, host_last) = if host.is_empty() { (0, 0) } else { range(host)? };
    let protocol = protocol.to_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(PortError::Protocol { protocol });
    }
    let same_length = last - first == host_last.saturating_sub(host_first);
    if !host.is_empty() && !same_length && first != last {
        return Err(PortError::Ranges { host: host.to_owned(), container: container.to_owned() });
    }
    let published = |offset: u16| match host {
        "" => String::new(),
        // One port of the container on any of a range of the host.
        _ if !same_length => format!("{host_first}-{host_last}"),
        _ => (host_first + offset).to_string(),
    };
    let port = |target| Port {
        address: address.clone(),
        published: published(target - first),
        target,
        protocol: protocol.clone(),
    };
    let mut ports: Vec<Port> = (first..=last).map(port).collect();
    // Compose sorts a range as text.
    ports.sort_by_key(|port| port.target.to_string());
    Ok(ports)
}

fn read_address(text: &str) -> Result<String, PortError> {
    let error = || PortError::Address { address: text.to_owned() };
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').ok_or_else(error)?,
        // Without brackets nobody knows where the address ends.
        None if text.contains(':') => return Err(error()),
        None => text,
    };
    if !bare.is_empty() && bare.parse::<IpAddr>().is_err() {
        return Err(error());
    }
    Ok(bare.to_owned())
}

fn range(text: &str) -> Result<(u16, u16), PortError> {
    let error = || PortError::Number { part: text.to_owned() };
    let number = |text: &str| text.parse::<u16>().map_err(|_| error());
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(text)?, number(text)?),
    };
    if last < first { Err(error()) } else { Ok((first, last)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(text: &str) -> Vec<String> {
        let port = |port: Port| format!("{}|{}|{}|{}", port.address, port.published, port.target, port.protocol);
        parse(text).expect("ports").into_iter().map(port).collect()
    }

    #[test]
    fn short_forms() {
        assert_eq!(short("80"), ["||80|tcp"]);
        assert_eq!(short("8080:80/UDP"), ["|8080|80|udp"]);
        assert_eq!(short("127.0.0.1::80"), ["127.0.0.1||80|tcp"]);
        assert_eq!(short("[::1]:8080:80"), ["::1|8080|80|tcp"]);
        assert_eq!(short("8000-8001:80-81"), ["|8000|80|tcp", "|8001|81|tcp"]);
        assert_eq!(short("8000-8010:80"), ["|8000-8010|80|tcp"]);
    }

    #[test]
    fn mistakes() {
        for wrong in ["", ":", "8080:", "a", "70000", "80-70", "1-3:1-2", "localhost:80:80", "::1:80:80", "80/xyz"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
