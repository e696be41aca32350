//! `ado events`: what happens to the project's containers.

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::StreamExt;
use jiff::Timestamp;
use serde_json::json;

use super::{Error, Exit, scope::Scope};
use crate::context::{self, Context};
use crate::engine::labels;
use crate::engine::{EngineEvent, EventsRequest};
use crate::names::ServiceName;

/// Which events.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// From then on: a time, or how long ago (`10m`)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Up to then
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// Shows events until it is interrupted, or until `--until`.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let request = EventsRequest {
        project: Some(scope.name().clone()),
        kinds: vec!["container".to_owned()],
        since: super::logs::moment(arguments.since.as_deref())?,
        until: super::logs::moment(arguments.until.as_deref())?,
    };
    let mut events = Box::pin(engine.events(&request).await?);
    while let Some(event) = events.next().await {
        let event = event?;
        let Some(service) = event.attributes.get(labels::SERVICE) else { continue };
        let wanted = arguments.services.is_empty() || arguments.services.iter().any(|name| name.as_str() == service);
        if wanted {
            show(context, arguments, service, &event)?;
        }
    }
    Ok(Exit::DONE)
}

fn show(context: &Context, arguments: &Arguments, service: &str, event: &EngineEvent) -> Result<(), Error> {
    let own = |name: &str| !name.starts_with("com.docker.compose.") && !name.starts_with("ado.");
    let attributes: Vec<(&String, &String)> = event.attributes.iter().filter(|(name, _)| own(name)).collect();
    let time = Timestamp::from_nanosecond(event.time.into()).unwrap_or(Timestamp::UNIX_EPOCH);
    if arguments.json {
        let attributes: serde_json::Map<String, serde_json::Value> =
            attributes.into_iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        context.ui.json(&json!({
            "action": event.action,
            "attributes": attributes,
            "id": event.id,
            "service": service,
            "time": time.to_string(),
            "type": event.kind,
        }))?;
        return Ok(());
    }
    let attributes: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let local = time.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%.6f");
    context.ui.line(format!("{local} {} {} {} ({})", event.kind, event.action, event.id, attributes.join(", ")))?;
    Ok(())
}
