//! Files into and out of containers, as tar archives that stream.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, Method};
use serde::Deserialize;

use crate::names::ContainerId;

use super::body::Chunks;
use super::client::{Call, Patience};
use super::container;
use super::error::Error;
use super::handle::Engine;
use super::query::Query;

/// What a path in a container is (Engine API, header `X-Docker-Container-Path-Stat`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PathStat {
    /// The last part of the path.
    pub name: String,
    /// In bytes.
    pub size: i64,
    /// Go's `fs.FileMode`; see [`PathStat::is_directory`].
    pub mode: u32,
    /// Where a symbolic link leads to; empty for everything else.
    #[serde(rename = "linkTarget", default)]
    pub link_target: String,
}

impl PathStat {
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.mode & (1 << 31) != 0
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.mode & (1 << 27) != 0
    }
}

impl Engine {
    /// Looks at a path in a container, running or not.
    pub async fn archive_stat(&self, id: &ContainerId, path: &str) -> Result<PathStat, Error> {
        let response = self.client.open(archive(Method::HEAD, id, path)).await.map_err(|error| missing(error, path))?;
        stat(response.headers(), path)
    }

    /// Copies a file or directory out of a container: what it is, and the archive.
    pub async fn archive_get(
        &self,
        id: &ContainerId,
        path: &str,
    ) -> Result<(PathStat, impl Stream<Item = Result<Bytes, Error>> + Send + use<>), Error> {
        let response = self.client.open(archive(Method::GET, id, path)).await.map_err(|error| missing(error, path))?;
        let stat = stat(response.headers(), path)?;
        Ok((stat, Chunks::new(response.into_body(), container::object(id)).into_stream()))
    }

    /// Unpacks an archive into a directory of a container. `keep_owner`: files have the owners that the archive says,
    /// not root.
    pub async fn archive_put(
        &self,
        id: &ContainerId,
        directory: &str,
        keep_owner: bool,
        tar: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static,
    ) -> Result<(), Error> {
        let query = Query::default()
            .with("path", directory)
            .with("noOverwriteDirNonDir", "true")
            .flag("copyUIDGID", keep_owner);
        let call = Call::new(Method::PUT, container::path(id, "/archive"), container::object(id))
            .query(query)
            .tar(tar)
            .patience(Patience::Endless);
        self.client.done(call).await
    }
}

fn archive(method: Method, id: &ContainerId, path: &str) -> Call {
    Call::new(method, container::path(id, "/archive"), format!("{}, {path}", container::object(id)))
        .query(Query::default().with("path", path))
}

/// The answer to `HEAD` has no words.
fn missing(error: Error, path: &str) -> Error {
    match error {
        Error::NotFound { object, message } if message.is_empty() => {
            Error::NotFound { object, message: format!("there is no {path} in it") }
        }
        other => other,
    }
}

fn stat(headers: &HeaderMap, path: &str) -> Result<PathStat, Error> {
    let not_understood = |reason: &str| Error::Answer { object: path.to_owned(), reason: reason.to_owned() };
    let header = headers
        .get("x-docker-container-path-stat")
        .ok_or_else(|| not_understood("it does not say what the path is"))?;
    let json = BASE64_STANDARD.decode(header.as_bytes()).map_err(|error| not_understood(&error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| not_understood(&error.to_string()))
}
