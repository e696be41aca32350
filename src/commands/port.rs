//! `ado port`: where a port of a service can be reached.

use clap::Args;
use clap_complete::ArgValueCandidates;

use super::malformed::Malformed;
use super::scope::{Scope, running_replica};
use super::{Error, Exit, ps};
use crate::context::{self, Context};
use crate::names::ServiceName;

/// Which port of which replica.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The service
    #[arg(add = ArgValueCandidates::new(context::service_names))]
    service: ServiceName,
    /// Port in the container, `80` or `53/udp`
    private_port: String,
    /// Number of the replica; without it, the first that runs
    #[arg(long)]
    index: Option<u32>,
    /// tcp or udp
    #[arg(long, default_value = "tcp")]
    protocol: String,
}

/// Prints `address:port`.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let (number, protocol) =
        arguments.private_port.split_once('/').unwrap_or((&arguments.private_port, &arguments.protocol));
    let target: u16 = number.parse().map_err(|_| Malformed::Port { text: arguments.private_port.clone() })?;
    let scope = Scope::of(context)?;
    let container = running_replica(context.engine()?, scope.name(), &arguments.service, arguments.index).await?;
    let mut published = container.ports.iter().filter(|port| port.target == target && port.protocol == protocol);
    match published.find_map(|port| port.published.as_ref()) {
        Some((address, number)) => {
            context.ui.line(format!("{}:{number}", ps::bracketed(address)))?;
            Ok(Exit::DONE)
        }
        None => Err(Error::NotPublished {
            port: format!("{target}/{protocol}"),
            container: container.name.clone(),
            published: ps::ports(&container.ports),
        }),
    }
}
