//! The logs of a project's containers as one stream, of those that start later too.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::try_join_all;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};

use super::merge::{Item, Merge, Timed};
use crate::commands::Error;
use crate::engine::{self, Engine, EngineEvent, EventsRequest, LogLine, LogsRequest};
use crate::names::{ContainerId, ContainerName, ProjectName, ServiceName};
use crate::observed::{Container, State};

/// While no log is read: how often is looked whether one may come.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What a feed tells.
#[derive(Debug)]
pub enum Happening {
    /// A container wrote a line.
    Line {
        /// The container's short name, `web-1`.
        name: String,
        /// Its service.
        service: ServiceName,
        /// The line.
        line: LogLine,
    },
    /// A container ended, and all that it wrote was told.
    Exited(Exited),
}

/// The end of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exited {
    /// Its short name, `web-1`.
    pub name: String,
    /// Its service.
    pub service: ServiceName,
    /// Its exit code.
    pub code: i64,
}

type Log = BoxStream<'static, Result<LogLine, engine::Error>>;

/// A log that is or was read.
struct Source {
    id: ContainerId,
    name: String,
    service: ServiceName,
    /// When its last line was written, so that it can go on from there after a restart.
    last: Bytes,
}

/// Reads logs.
pub struct Feed<'a> {
    engine: &'a Engine,
    project: &'a ProjectName,
    request: LogsRequest,
    merge: Merge<Log, LogLine>,
    sources: Vec<Source>,
    events: Option<BoxStream<'static, Result<EngineEvent, engine::Error>>>,
    exits: BTreeMap<usize, i64>,
    /// Containers that started and have not been looked at yet.
    started: Vec<String>,
    /// Containers are to start that are not there yet.
    more: bool,
    /// The services with whose end the feed ends; empty: all.
    awaited: BTreeSet<ServiceName>,
    /// Logs that were followed and whose rest has still to be read.
    ended: Vec<usize>,
    /// Logs whose rest is read.
    drained: BTreeSet<usize>,
    /// Those of them whose container has started again meanwhile.
    again: BTreeSet<usize>,
}

impl Timed for LogLine {
    type Time = Bytes;

    fn time(&self) -> Bytes {
        self.timestamp.clone()
    }
}

impl<'a> Feed<'a> {
    /// Prepares to read what `request` asks for, which has to ask for timestamps; under `follow` it listens to the
    /// Engine from now on.
    pub async fn listen(engine: &'a Engine, project: &'a ProjectName, request: LogsRequest) -> Result<Self, Error> {
        let events = if request.follow {
            let kinds = vec!["container".to_owned()];
            let wanted = EventsRequest {
                project: Some(project.clone()),
                kinds,
                since: request.since.clone(),
                until: request.until.clone(),
            };
            Some(engine.events(&wanted).await?.boxed())
        } else {
            None
        };
        let merge = Merge::new(request.follow);
        let (sources, started, exits) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (awaited, drained, again) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let (more, ended) = (false, Vec::new());
        Ok(Self {
            engine,
            project,
            request,
            merge,
            sources,
            events,
            exits,
            started,
            more,
            awaited,
            ended,
            drained,
            again,
        })
    }

    /// The feed ends with these services, whatever others do.
    pub fn end_with(&mut self, services: BTreeSet<ServiceName>) {
        self.awaited = services;
    }

    fn awaits(&self, service: &ServiceName) -> bool {
        self.awaited.is_empty() || self.awaited.contains(service)
    }

    /// Whether nothing is read that the feed does not end without.
    fn is_idle(&self) -> bool {
        let mut read = self.sources.iter().enumerate().filter(|(key, _)| self.merge.has(*key));
        self.exits.is_empty() && !self.more && !read.any(|(_, source)| self.awaits(&source.service))
    }

    /// Reads the logs of these containers; gives their short names.
    pub async fn open(&mut self, containers: &[Container]) -> Result<Vec<String>, Error> {
        let logs =
            try_join_all(containers.iter().map(|container| self.engine.logs(&container.id, &self.request))).await?;
        for (container, log) in containers.iter().zip(logs) {
            let key = self.key(container);
            self.merge.add(key, log.into_stream().boxed());
        }
        Ok(self.sources.iter().map(|source| source.name.clone()).collect())
    }

    /// Whether containers are to start that are not there yet: the feed does not end before them.
    pub fn expect_more(&mut self, more: bool) {
        self.more = more;
    }

    /// Reads those of these containers that are not read yet, and takes over names that have changed.
    pub async fn catch_up(&mut self, containers: &[Container]) -> Result<(), Error> {
        for container in containers {
            match self.sources.iter_mut().find(|source| source.id == container.id) {
                Some(source) => short_name(self.project, &container.name).clone_into(&mut source.name),
                None => self.resume(container).await?,
            }
        }
        Ok(())
    }

    /// The next thing to be told; `None` when nothing can come any more. Containers that start meanwhile are read if
    /// they are wanted. May be dropped while it waits.
    pub async fn next(&mut self, wanted: &impl Fn(&Container) -> bool) -> Result<Option<Happening>, Error> {
        loop {
            if let Some(exited) = self.told_exit() {
                return Ok(Some(Happening::Exited(exited)));
            }
            while let Some(id) = self.started.last().cloned() {
                self.look_at(&id, wanted).await?;
                self.started.pop();
            }
            while let Some(key) = self.ended.last().copied() {
                self.drain(key).await?;
                self.ended.pop();
            }
            let idle = self.events.is_some() && self.is_idle();
            let awaited = |container: &Container| wanted(container) && self.awaits(&container.service);
            if idle && !alive(self.engine, self.project, &awaited).await? {
                match self.events.as_mut().and_then(|events| events.next().now_or_never()) {
                    Some(Some(event)) => self.happened(&event?),
                    _ => return Ok(None),
                }
                continue;
            }
            let Some(events) = &mut self.events else {
                match self.merge.next().await.transpose()? {
                    Some(Item::Line(key, line)) => return Ok(Some(self.line(key, line))),
                    Some(Item::End(_)) => continue,
                    None => return Ok(None),
                }
            };
            tokio::select! {
                biased;
                item = self.merge.next(), if !self.merge.is_empty() => match item.transpose()? {
                    Some(Item::Line(key, line)) => return Ok(Some(self.line(key, line))),
                    Some(Item::End(key)) => self.log_ended(key),
                    None => {}
                },
                event = events.next() => match event {
                    Some(event) => self.happened(&event?),
                    None => self.events = None,
                },
                // The Engine tells the end of a container a moment before it lists it as ended.
                () = tokio::time::sleep(LOOK_AGAIN), if idle || self.merge.is_empty() => {}
            }
        }
    }

    /// A log that was followed ended. The Engine may end it before its last lines, so these are read once more.
    fn log_ended(&mut self, key: usize) {
        if !self.drained.remove(&key) {
            self.ended.push(key);
        } else if self.again.remove(&key) {
            self.started.push(self.sources[key].id.to_string());
        }
    }

    /// Reads what is left of a log that was followed.
    async fn drain(&mut self, key: usize) -> Result<(), Error> {
        let request = LogsRequest { follow: false, ..self.since_last(key) };
        match self.engine.logs(&self.sources[key].id, &request).await {
            Ok(log) => {
                self.drained.insert(key);
                self.merge.add(key, log.into_stream().boxed());
                Ok(())
            }
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// What is asked for to go on after the last line that was read.
    fn since_last(&self, key: usize) -> LogsRequest {
        let last = String::from_utf8_lossy(&self.sources[key].last).into_owned();
        let since = last
            .parse::<jiff::Timestamp>()
            .ok()
            .and_then(|last| last.checked_add(jiff::SignedDuration::from_nanos(1)).ok());
        let since = since.map(|since| format!("{}.{:09}", since.as_second(), since.subsec_nanosecond()));
        LogsRequest { tail: None, since: since.or_else(|| self.request.since.clone()), ..self.request.clone() }
    }

    fn line(&mut self, key: usize, line: LogLine) -> Happening {
        let source = &mut self.sources[key];
        source.last = line.timestamp.clone();
        Happening::Line { name: source.name.clone(), service: source.service.clone(), line }
    }

    /// An end whose container has nothing more to say.
    fn told_exit(&mut self) -> Option<Exited> {
        let key = self.exits.keys().copied().find(|key| !self.merge.has(*key) && !self.ended.contains(key))?;
        let code = self.exits.remove(&key)?;
        let Source { name, service, .. } = &self.sources[key];
        Some(Exited { name: name.clone(), service: service.clone(), code })
    }

    /// Only remembers, so that nothing is lost where the caller does not wait.
    fn happened(&mut self, event: &EngineEvent) {
        match event.action.as_str() {
            "die" => {
                if let Some(key) = self.sources.iter().position(|source| source.id.as_str() == event.id) {
                    let code = event.attributes.get("exitCode").and_then(|code| code.parse().ok()).unwrap_or(0);
                    self.exits.insert(key, code);
                }
            }
            "start" => self.started.push(event.id.clone()),
            _ => {}
        }
    }

    /// Reads a container that has started, if it is wanted and not read yet.
    async fn look_at(&mut self, id: &str, wanted: &impl Fn(&Container) -> bool) -> Result<(), Error> {
        let known = self.sources.iter().position(|source| source.id.as_str() == id);
        if let Some(key) = known.filter(|key| self.merge.has(*key)) {
            if self.drained.contains(&key) {
                // It is followed again when its earlier lines are read.
                self.again.insert(key);
            }
            return Ok(());
        }
        let containers = self.engine.containers(self.project).await?;
        match containers.iter().find(|container| container.id.as_str() == id) {
            Some(container) if wanted(container) => self.resume(container).await,
            _ => Ok(()),
        }
    }

    /// Reads what a container writes after its last line that was read.
    async fn resume(&mut self, container: &Container) -> Result<(), Error> {
        let key = self.key(container);
        let request = self.since_last(key);
        let log = self.engine.logs(&container.id, &request).await?;
        self.merge.add(key, log.into_stream().boxed());
        Ok(())
    }

    /// The container's place among the sources; the same one when it starts again.
    fn key(&mut self, container: &Container) -> usize {
        if let Some(key) = self.sources.iter().position(|source| source.id == container.id) {
            return key;
        }
        self.sources.push(Source {
            id: container.id.clone(),
            name: short_name(self.project, &container.name).to_owned(),
            service: container.service.clone(),
            last: Bytes::new(),
        });
        self.sources.len() - 1
    }
}

/// Whether a wanted container runs or is about to.
async fn alive(engine: &Engine, project: &ProjectName, wanted: &impl Fn(&Container) -> bool) -> Result<bool, Error> {
    let containers = engine.containers(project).await?;
    let alive = |container: &Container| container.state.is_running() || container.state == State::Restarting;
    Ok(containers.iter().any(|container| wanted(container) && alive(container)))
}

/// `web-1` for `project-web-1`; other names as they are.
pub fn short_name<'a>(project: &ProjectName, container: &'a ContainerName) -> &'a str {
    let name = container.as_str();
    name.strip_prefix(project.as_str()).and_then(|rest| rest.strip_prefix(['-', '_'])).unwrap_or(name)
}
