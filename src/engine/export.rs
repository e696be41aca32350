//! A container as an archive or as an image.

use bytes::Bytes;
use futures_util::Stream;
use http::Method;
use serde::Deserialize;

use crate::names::{ContainerId, ImageId, ImageRef};

use super::body::Chunks;
use super::client::Call;
use super::container;
use super::error::Error;
use super::handle::Engine;
use super::image::split_tag;
use super::query::Query;

/// How a container becomes an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommitRequest {
    /// What the image is called; `None`: nothing.
    pub name: Option<ImageRef>,
    /// Who made it.
    pub author: Option<String>,
    /// What for.
    pub message: Option<String>,
    /// Lines of a Dockerfile that are applied (`CMD …`).
    pub changes: Vec<String>,
    /// Freeze the container meanwhile.
    pub pause: bool,
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "Id")]
    id: String,
}

impl Engine {
    /// The whole file system of a container as a tar archive, volumes aside.
    pub async fn export(
        &self,
        id: &ContainerId,
    ) -> Result<impl Stream<Item = Result<Bytes, Error>> + Send + use<>, Error> {
        let call = Call::new(Method::GET, container::path(id, "/export"), container::object(id));
        let response = self.client.open(call).await?;
        Ok(Chunks::new(response.into_body(), container::object(id)).into_stream())
    }

    /// Makes an image of a container.
    pub async fn commit(&self, id: &ContainerId, request: &CommitRequest) -> Result<ImageId, Error> {
        let CommitRequest { name, author, message, changes, pause } = request;
        let (repository, tag) = name.as_ref().map(|name| split_tag(name.as_str())).unzip();
        let mut query = Query::default()
            .with("container", id)
            .maybe("repo", repository)
            .maybe("tag", tag.flatten())
            .maybe("author", author.as_ref())
            .maybe("comment", message.as_ref())
            .with("pause", pause);
        for change in changes {
            query = query.with("changes", change);
        }
        let call = Call::new(Method::POST, "/commit", container::object(id)).query(query);
        let Created { id: image } = self.client.json(call).await?;
        self.forget_images();
        ImageId::new(&image).map_err(|error| Error::Answer { object: container::object(id), reason: error.to_string() })
    }
}
