//! The classic builder: `POST /build` with the context as its body, one JSON object a line as its answer.

use std::collections::BTreeMap;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::engine::body::JsonLines;
use crate::engine::client::{Call, Patience};
use crate::engine::credentials::Credentials;
use crate::engine::error::Error;
use crate::engine::handle::Engine;
use crate::engine::progress::{Detail, Message};
use crate::engine::query::Query;
use crate::event::Progress;
use crate::project::Build;

use super::output::{Lines, Tail};
use super::request::{Job, Source};

/// Lines of the builder about itself, which explain no failure.
const HOUSEKEEPING: [&str; 2] = [" ---> ", "Removing intermediate container "];

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    stream: Option<String>,
    #[serde(default)]
    aux: Option<Aux>,
    #[serde(flatten)]
    message: Message,
}

#[derive(Deserialize)]
struct Aux {
    #[serde(rename = "ID", default)]
    id: Option<String>,
}

impl Engine {
    /// Builds, and gives the image's id.
    pub(super) async fn build_classic(&self, job: Job<'_>, on: &mut impl FnMut(Progress)) -> Result<String, Error> {
        refuse_what_it_lacks(&job)?;
        let image = job.image().to_owned();
        let object = format!("the build of image `{image}`");
        let credentials = Credentials::of(self.endpoint())?.all().await;
        let mut call = Call::new(Method::POST, "/build", object.as_str())
            .patience(Patience::Endless)
            .header("x-registry-config", &credentials);
        let query = query(&job);
        let failure = match job.source {
            Source::Remote(url) => {
                call = call.query(query.with("remote", url));
                None
            }
            Source::Directory(context) => {
                let (archive, failure) = context.archive();
                call = call.query(query).tar(archive);
                Some(failure)
            }
        };
        let response = match self.client.open(call).await {
            Ok(response) => response,
            // A context that could not be read breaks the connection; that is not what happened to the user.
            Err(error) => {
                let own =
                    failure.and_then(|slot| slot.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
                return Err(own.unwrap_or(error));
            }
        };
        let mut answers = JsonLines::<Answer>::new(response.into_body(), object);
        let mut log = Log { image, lines: Lines::default(), tail: Tail::default(), id: None };
        while let Some(answer) = answers.next().await {
            if let Some(failed) = log.take(answer?, on) {
                return Err(failed.into_error(log));
            }
        }
        let Log { id, image, .. } = log;
        id.ok_or_else(|| Error::Answer {
            object: format!("the build of image `{image}`"),
            reason: "it ended without an image".to_owned(),
        })
    }
}

/// What the builder has said so far.
struct Log {
    image: String,
    lines: Lines,
    tail: Tail,
    id: Option<String>,
}

struct Failed(String);

impl Failed {
    fn into_error(self, log: Log) -> Error {
        Error::Build { image: log.image, message: self.0, output: log.tail.into_lines() }
    }
}

impl Log {
    fn take(&mut self, answer: Answer, on: &mut impl FnMut(Progress)) -> Option<Failed> {
        let Answer { stream, aux, message } = answer;
        if let Some(id) = aux.and_then(|aux| aux.id) {
            self.id = Some(id);
        }
        for line in stream.map(|text| self.lines.push(&text)).unwrap_or_default() {
            // The builder paints standard error red.
            let line = line.replace("\u{1b}[91m", "").replace("\u{1b}[0m", "");
            if line.trim().is_empty() {
                continue;
            }
            if line.starts_with("Step ") {
                self.tail.begin(&line);
            } else if !HOUSEKEEPING.iter().any(|words| line.starts_with(words)) {
                self.tail.push(&line);
            }
            on(Progress::Line(line));
        }
        match message.read() {
            Detail::Part(part) => on(part),
            Detail::Failed(text) => return Some(Failed(text)),
            Detail::Nothing => {}
        }
        None
    }
}

fn query(job: &Job<'_>) -> Query {
    let Build {
        context: _,
        dockerfile: _,
        dockerfile_inline: _,
        args: _,
        target,
        tags: _,
        labels: _,
        cache_from,
        cache_to: _,
        additional_contexts: _,
        platforms: _,
        network,
        extra_hosts,
        secrets: _,
        ssh: _,
        shm_size,
        ulimits,
        isolation,
        entitlements: _,
        privileged: _,
        no_cache,
        pull,
        attestations: _,
    } = job.build;
    let mut query = Query::default()
        .with("dockerfile", &job.dockerfile)
        .with("rm", "true")
        .with("forcerm", "true")
        .with("version", "1")
        .flag("nocache", *no_cache || job.options.no_cache)
        .flag("pull", *pull || job.options.pull)
        .maybe("target", target.as_ref())
        .maybe("platform", job.platform.as_ref())
        .maybe("networkmode", network.as_ref())
        .maybe("shmsize", *shm_size)
        .maybe("isolation", isolation.as_ref())
        .maybe(
            "buildargs",
            (!job.arguments.is_empty()).then(|| json!(job.arguments.iter().collect::<BTreeMap<_, _>>())),
        )
        .with("labels", json!(job.labels))
        .maybe("cachefrom", (!cache_from.is_empty()).then(|| json!(cache_from)));
    for name in &job.names {
        query = query.with("t", name);
    }
    for host in extra_hosts {
        query = query.with("extrahosts", host);
    }
    if !ulimits.is_empty() {
        let limits: Vec<_> =
            ulimits.iter().map(|(name, limit)| json!({"Name": name, "Soft": limit.soft, "Hard": limit.hard})).collect();
        query = query.with("ulimits", json!(limits));
    }
    query
}

/// What only `BuildKit` can do would be left out silently.
fn refuse_what_it_lacks(job: &Job<'_>) -> Result<(), Error> {
    let Build { secrets, ssh, additional_contexts, cache_to, entitlements, privileged, .. } = job.build;
    let lacking = [
        ("secrets", !secrets.is_empty()),
        ("SSH keys", !ssh.is_empty()),
        ("additional contexts", !additional_contexts.is_empty()),
        ("`cache_to`", !cache_to.is_empty()),
        ("entitlements", !entitlements.is_empty()),
        ("privileged mode", *privileged),
    ];
    match lacking.into_iter().find(|(_, used)| *used) {
        Some((what, _)) => Err(Error::NeedsBuildKit { image: job.image().to_owned(), what }),
        None => Ok(()),
    }
}
