//! `ado logs`: the logs of all replicas in one, in the order in which they were written.

mod feed;
mod merge;

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::FutureExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::malformed::Malformed;
use super::scope::Scope;
use super::{Error, Exit};
use crate::context::{self, Context};
use crate::engine::{self, LogsRequest};
use crate::names::ServiceName;
use crate::observed::Container;
use crate::ui::LogWriter;

pub(super) use feed::{Exited, Feed, Happening, short_name};

/// Which logs, and how they are shown.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Go on with what is written from now on
    #[arg(short, long)]
    follow: bool,
    /// Number of the replica; without it, all
    #[arg(long)]
    index: Option<u32>,
    /// No colours
    #[arg(long)]
    no_color: bool,
    /// No names before the lines
    #[arg(long)]
    no_log_prefix: bool,
    /// From then on: a time (`2026-01-02T13:23:37Z`), or how long ago (`42m`)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// So many lines from the end of each log, or `all`
    #[arg(short = 'n', long, value_name = "LINES", default_value = "all")]
    tail: String,
    /// Show when a line was written
    #[arg(short, long)]
    timestamps: bool,
    /// Up to then
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// Shows logs.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let tail = match arguments.tail.as_str() {
        "all" => None,
        text => Some(text.parse().map_err(|_| Malformed::Tail { text: text.to_owned() })?),
    };
    let request = LogsRequest {
        follow: arguments.follow,
        tail,
        since: moment(arguments.since.as_deref())?,
        until: moment(arguments.until.as_deref())?,
        timestamps: true,
    };
    let mut containers = scope.containers(engine).await?;
    let services = scope.services(&containers, &arguments.services)?;
    let wanted = |container: &Container| {
        !container.oneoff
            && services.as_ref().is_none_or(|services| services.contains(&container.service))
            && arguments.index.is_none_or(|index| index == 0 || container.number == index)
    };
    containers.retain(wanted);
    let prefixes = context.ui.prefixes(!arguments.no_log_prefix, !arguments.no_color);
    let mut writer = LogWriter::new(prefixes, arguments.timestamps);
    let mut feed = Feed::listen(engine, scope.name(), request).await?;
    for name in feed.open(&containers).await? {
        writer.add(&name);
    }
    loop {
        // What has arrived is written together; only then it is waited.
        let happening = if let Some(happening) = feed.next(&wanted).now_or_never() {
            happening
        } else {
            writer.flush()?;
            feed.next(&wanted).await
        };
        match happening? {
            Some(Happening::Line { name, line, .. }) => {
                writer.line(&name, line.complains(), (&line.timestamp, &line.text))?;
            }
            Some(Happening::Exited(_)) => {}
            None => break,
        }
    }
    writer.flush()?;
    Ok(Exit::DONE)
}

/// A time as the Engine wants it.
pub(super) fn moment(text: Option<&str>) -> Result<Option<String>, Error> {
    let Some(text) = text else { return Ok(None) };
    match engine::moment(text, Timestamp::now(), &TimeZone::system()) {
        Some(moment) => Ok(Some(moment)),
        None => Err(Malformed::Time { text: text.to_owned() }.into()),
    }
}
