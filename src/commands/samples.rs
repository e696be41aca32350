//! What containers use, kept up to date while somebody watches.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{BoxStream, SelectAll};
use tokio::time::{Instant, timeout_at};

use super::Error;
use crate::engine::{self, Engine, Stats};
use crate::names::ContainerId;
use crate::observed::Container;

type Sample = (ContainerId, Result<Stats, engine::Error>);

/// The Engine needs two looks for the processor's share, so the first one tells half of it.
const LOOKS: u32 = 2;

/// What is known of a container.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    looks: u32,
    stats: Option<Stats>,
}

/// The last figures of each container.
pub struct Samples<'a> {
    engine: &'a Engine,
    latest: BTreeMap<ContainerId, Seen>,
    streams: SelectAll<BoxStream<'static, Sample>>,
}

impl<'a> Samples<'a> {
    /// Nothing is known yet.
    pub fn new(engine: &'a Engine) -> Self {
        Self { engine, latest: BTreeMap::new(), streams: SelectAll::new() }
    }

    /// Looks at these containers from now on, as far as they run, and at no others.
    pub async fn look_at(&mut self, containers: &[Container]) -> Result<(), Error> {
        let running = |id: &ContainerId| containers.iter().any(|one| one.id == *id && one.state.is_running());
        self.latest.retain(|id, _| running(id));
        for container in containers.iter().filter(|container| container.state.is_running()) {
            if self.latest.contains_key(&container.id) {
                continue;
            }
            let id = container.id.clone();
            match self.engine.stats(&id).await {
                Ok(stream) => {
                    self.latest.insert(id.clone(), Seen::default());
                    self.streams.push(stream.map(move |stats| (id.clone(), stats)).boxed());
                }
                // It ended since it was listed.
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Takes figures in until that time.
    pub async fn until(&mut self, end: Instant) -> Result<(), Error> {
        while let Ok(sample) = timeout_at(end, self.streams.next()).await {
            match sample {
                Some((id, stats)) => self.take(&id, stats)?,
                None => tokio::time::sleep_until(end).await,
            }
        }
        Ok(())
    }

    /// Takes figures in until every container has told its own, but no longer than that.
    pub async fn complete(&mut self, at_most: Duration) -> Result<(), Error> {
        let end = Instant::now() + at_most;
        while self.latest.values().any(|seen| seen.looks < LOOKS) {
            match timeout_at(end, self.streams.next()).await {
                Ok(Some((id, stats))) => self.take(&id, stats)?,
                Ok(None) | Err(_) => break,
            }
        }
        Ok(())
    }

    /// The last figures of a container; `None` for one that does not run or has not told yet.
    pub fn of(&self, id: &ContainerId) -> Option<Stats> {
        self.latest.get(id)?.stats
    }

    fn take(&mut self, id: &ContainerId, stats: Result<Stats, engine::Error>) -> Result<(), Error> {
        let stats = stats?;
        if let Some(seen) = self.latest.get_mut(id) {
            *seen = Seen { looks: seen.looks + 1, stats: Some(stats) };
        }
        Ok(())
    }
}
