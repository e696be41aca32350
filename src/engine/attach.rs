//! The streams of a container's own process.

use crate::names::ContainerId;

use super::container;
use super::error::Error;
use super::handle::Engine;
use super::query::Query;
use super::session::{Session, post};

/// What of a container's streams is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttachRequest {
    /// Its input as well.
    pub stdin: bool,
    /// What it wrote before, too.
    pub logs: bool,
    /// Whether the container has a terminal; `None`: the Engine is asked.
    pub tty: Option<bool>,
    /// Keys that detach (`ctrl-p,ctrl-q`), where they are not the Engine's.
    pub detach_keys: Option<String>,
}

impl Engine {
    /// Attaches to a container. Done before it is started, nothing of its output is missed.
    pub async fn attach(&self, id: &ContainerId, request: &AttachRequest) -> Result<Session, Error> {
        let AttachRequest { stdin, logs, tty, detach_keys } = request;
        let tty = match tty {
            Some(tty) => *tty,
            None => self.inspect_state(id).await?.tty,
        };
        let query = Query::default()
            .with("stream", "true")
            .with("stdout", "true")
            .with("stderr", "true")
            .flag("stdin", *stdin)
            .flag("logs", *logs)
            .maybe("detachKeys", detach_keys.as_ref());
        let object = container::object(id);
        let call = post(container::path(id, "/attach"), &object).query(query);
        self.hijack(call, tty, (container::path(id, "/resize"), object)).await
    }
}
