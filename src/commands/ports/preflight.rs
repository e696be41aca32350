//! Which fixed host ports of a plan are taken, and by whom.

use std::fmt;
use std::path::Path;

use super::{Listener, Listening};
use crate::engine::Publisher;
use crate::names::{ContainerId, ContainerName, ServiceName};
use crate::plan::{Action, Plan};
use crate::project::{PortMapping, Project};

/// A port that a container of the plan cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Who wants it.
    pub service: ServiceName,
    /// `path:line` where the manifest says so.
    pub place: String,
    /// The port of the host.
    pub port: u16,
    /// `tcp` or `udp`.
    pub protocol: String,
    /// Who has it.
    pub holder: Holder,
    /// The next port that nobody holds.
    pub free: Option<u16>,
}

/// Who has a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A container.
    Container {
        /// Its name.
        name: ContainerName,
        /// Its project, where it has one.
        project: Option<String>,
    },
    /// Another replica of the same plan.
    Plan(ServiceName),
    /// A process.
    Process(Listener),
    /// A process that this user may not look into.
    Unknown,
}

impl Holder {
    /// As the Engine would have refused the port.
    fn in_the_engines_words(&self) -> &'static str {
        match self {
            Self::Container { .. } | Self::Plan(_) => "port is already allocated",
            Self::Process(_) | Self::Unknown => "address already in use",
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Container { name, project: Some(project) } => write!(f, "container `{name}` of project `{project}`"),
            Self::Container { name, project: None } => write!(f, "container `{name}`"),
            Self::Plan(service) => write!(f, "another replica of service `{service}`"),
            Self::Process(Listener { name, pid }) => write!(f, "process `{name}` (pid {pid})"),
            Self::Unknown => f.write_str("a process of another user"),
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, place, port, protocol, holder, free } = self;
        write!(
            f,
            "{place}: service `{service}` wants host port {port}/{protocol}, which {holder} holds: {}",
            holder.in_the_engines_words()
        )?;
        free.map_or(Ok(()), |free| write!(f, "; {free} is free"))
    }
}

/// A fixed host port that a container of the plan wants.
struct Claim<'a> {
    service: &'a ServiceName,
    mapping: &'a PortMapping,
    port: u16,
}

impl Claim<'_> {
    /// Whether the claim and somebody who holds that port at `address` exclude each other.
    fn meets(&self, protocol: &str, port: u16, address: &str) -> bool {
        let wildcard = |address: &str| matches!(address, "" | "0.0.0.0" | "::");
        let own = self.mapping.host_ip.as_deref().unwrap_or_default();
        self.port == port && self.mapping.protocol == protocol && (wildcard(own) || wildcard(address) || own == address)
    }
}

/// Whether the plan makes containers that want fixed host ports.
pub fn needs_ports(plan: &Plan, project: &Project) -> bool {
    !claims(plan, project).is_empty()
}

/// The fixed host ports that containers of the plan cannot have. `publishers` are all running containers; `proc` is
/// where this machine's processes are found, if the Engine runs on it.
pub fn check(plan: &Plan, project: &Project, publishers: &[Publisher], proc: Option<&Path>) -> Vec<Conflict> {
    let claims = claims(plan, project);
    if claims.is_empty() {
        return Vec::new();
    }
    let leaving = leaving(plan);
    let listening = proc.map(Listening::read).unwrap_or_default();
    let mut conflicts = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        let Claim { service, mapping, port } = claim;
        let address = |earlier: &&Claim<'_>| earlier.mapping.host_ip.clone().unwrap_or_default();
        let earlier =
            claims[..index].iter().find(|other| claim.meets(&other.mapping.protocol, other.port, &address(other)));
        let publisher = publishers.iter().find(|publisher| holds(publisher, claim));
        let holder = match (earlier, publisher) {
            (Some(earlier), _) => Holder::Plan(earlier.service.clone()),
            (None, Some(publisher)) if leaving.contains(&&publisher.id) => continue,
            (None, Some(publisher)) => {
                Holder::Container { name: publisher.name.clone(), project: publisher.project.clone() }
            }
            (None, None) if listening.is_taken(&mapping.protocol, *port, mapping.host_ip.as_deref()) => {
                let process = proc.and_then(|proc| listening.holder(proc, &mapping.protocol, *port));
                process.map_or(Holder::Unknown, Holder::Process)
            }
            (None, None) => continue,
        };
        conflicts.push(Conflict {
            service: (*service).clone(),
            place: project.sources.place(mapping.span),
            port: *port,
            protocol: mapping.protocol.clone(),
            holder,
            free: listening.nearest_free(&mapping.protocol, *port),
        });
    }
    conflicts
}

fn claims<'a>(plan: &'a Plan, project: &'a Project) -> Vec<Claim<'a>> {
    let created = plan.steps().filter_map(|(_, step)| match &step.action {
        Action::Create { service, .. } => Some(service),
        _ => None,
    });
    let mappings = created.flat_map(|service| {
        let mappings = project.service(service).map(|definition| definition.ports.as_slice()).unwrap_or_default();
        mappings.iter().map(move |mapping| (service, mapping))
    });
    mappings
        .filter_map(|(service, mapping)| match mapping.published {
            Some((port, last)) if port == last && port != 0 => Some(Claim { service, mapping, port }),
            _ => None,
        })
        .collect()
}

/// Containers that are stopped or removed before others need their ports.
fn leaving(plan: &Plan) -> Vec<&ContainerId> {
    let leaving = plan.steps().filter_map(|(_, step)| match &step.action {
        Action::Create { replica, .. } => replica.replaces.as_ref(),
        Action::Remove { subject, .. } | Action::Stop { subject, .. } => subject.existing(),
        _ => None,
    });
    leaving.collect()
}

fn holds(publisher: &Publisher, claim: &Claim<'_>) -> bool {
    publisher.ports.iter().any(|port| {
        port.published.as_ref().is_some_and(|(address, number)| claim.meets(&port.protocol, *number, address))
    })
}
