//! What happens on the Engine.

use std::collections::BTreeMap;

use futures_util::Stream;
use http::Method;
use serde::Deserialize;

use crate::names::ProjectName;

use super::body::JsonLines;
use super::client::{Call, Patience};
use super::error::Error;
use super::handle::Engine;
use super::labels;
use super::query::Query;
use super::summary::nullable;

/// Which events are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventsRequest {
    /// Those of one project.
    pub project: Option<ProjectName>,
    /// `container`, `network`, `volume`, `image` …; empty: all.
    pub kinds: Vec<String>,
    /// From then on, in seconds since the epoch (see [`super::moment()`]); `None`: from now on.
    pub since: Option<String>,
    /// Up to then; `None`: without end.
    pub until: Option<String>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// Nanoseconds since the epoch.
    pub time: i64,
    /// `container`, `network`, `volume`, `image` …
    pub kind: String,
    /// `start`, `die`, `health_status: healthy` …
    pub action: String,
    /// The object's id or name.
    pub id: String,
    /// Labels of a container, and what belongs to the action (`exitCode`, `signal`, `name`, `image`).
    pub attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(rename = "Action")]
    action: String,
    #[serde(rename = "Actor")]
    actor: Actor,
    #[serde(rename = "timeNano")]
    time: i64,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "ID", default)]
    id: String,
    #[serde(rename = "Attributes", default, deserialize_with = "nullable")]
    attributes: BTreeMap<String, String>,
}

impl Engine {
    /// Listens to the Engine. When the answer is there, nothing that happens from now on is missed; what happened before
    /// is not told unless `since` asks for it, so list after listening.
    pub async fn events(
        &self,
        request: &EventsRequest,
    ) -> Result<impl Stream<Item = Result<EngineEvent, Error>> + Send + use<>, Error> {
        use futures_util::StreamExt;
        let EventsRequest { project, kinds, since, until } = request;
        let label = project.as_ref().map(|project| format!("{}={project}", labels::PROJECT));
        let filters: Vec<(&str, &str)> = label
            .iter()
            .map(|label| ("label", label.as_str()))
            .chain(kinds.iter().map(|kind| ("type", kind.as_str())))
            .collect();
        let mut query = Query::default().maybe("since", since.as_ref()).maybe("until", until.as_ref());
        if !filters.is_empty() {
            query = query.filters(&filters);
        }
        let object = "the events of the Engine";
        let call = Call::new(Method::GET, "/events", object).query(query).patience(Patience::Endless);
        let response = self.client.open(call).await?;
        let lines = JsonLines::<Answer>::new(response.into_body(), object.to_owned());
        Ok(lines.into_stream().map(|answer| answer.map(EngineEvent::from)))
    }
}

impl From<Answer> for EngineEvent {
    fn from(Answer { kind, action, actor: Actor { id, attributes }, time }: Answer) -> Self {
        Self { time, kind, action, id, attributes }
    }
}
