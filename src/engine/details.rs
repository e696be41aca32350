//! More about images, volumes and foreign containers than a plan needs to know: for lists that people read.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use http::Method;
use serde::Deserialize;

use crate::names::{ContainerId, ContainerName, ImageId, ProjectName};
use crate::observed::Port;

use super::client::Call;
use super::error::Error;
use super::handle::Engine;
use super::image::object;
use super::labels;
use super::query::{Query, encode_path};
use super::summary::{ContainerSummary, nullable};

/// An image (`GET /images/{name}/json`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageDetail {
    /// `sha256:…`.
    pub id: String,
    /// Its names with the digests under which registries know it, `name@sha256:…`.
    #[serde(default, deserialize_with = "nullable")]
    pub repo_digests: Vec<String>,
    /// Its names with their tags.
    #[serde(default, deserialize_with = "nullable")]
    pub repo_tags: Vec<String>,
    /// `linux` …
    #[serde(default)]
    pub os: String,
    /// `amd64` …
    #[serde(default)]
    pub architecture: String,
    /// `v8` …; empty where there is none.
    #[serde(default)]
    pub variant: String,
    /// In bytes.
    #[serde(default)]
    pub size: u64,
    /// When it was built, RFC 3339.
    #[serde(default)]
    pub created: String,
    /// What the Engine keeps about it.
    #[serde(default)]
    pub metadata: ImageMetadata,
}

/// What an Engine keeps about an image.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageMetadata {
    /// When it last got a name, RFC 3339.
    #[serde(default)]
    pub last_tag_time: String,
}

/// A volume (`GET /volumes`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VolumeDetail {
    /// Its name.
    pub name: String,
    /// `local` …
    #[serde(default)]
    pub driver: String,
    /// Where it is on the Engine's machine.
    #[serde(default)]
    pub mountpoint: String,
    /// `local` or `global`.
    #[serde(default)]
    pub scope: String,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct VolumesAnswer {
    #[serde(rename = "Volumes", default, deserialize_with = "nullable")]
    volumes: Vec<VolumeDetail>,
}

/// A running container of any project, with the ports it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// Its id.
    pub id: ContainerId,
    /// Its name.
    pub name: ContainerName,
    /// The project it belongs to, where it belongs to one.
    pub project: Option<String>,
    /// Its ports.
    pub ports: Vec<Port>,
}

impl Engine {
    /// These images; one that is gone meanwhile is left out.
    pub async fn image_details(&self, images: impl IntoIterator<Item = &ImageId>) -> Result<Vec<ImageDetail>, Error> {
        let details = images.into_iter().map(|image| async move {
            let path = format!("/images/{}/json", encode_path(image.as_str()));
            match self.get(&path, Query::default(), object(image.as_str())).await {
                Ok(detail) => Ok(Some(detail)),
                Err(Error::NotFound { .. } | Error::MissingImage { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        });
        Ok(try_join_all(details).await?.into_iter().flatten().collect())
    }

    /// The volumes that bear the label of a project, by name.
    pub async fn volume_details(&self, project: &ProjectName) -> Result<Vec<VolumeDetail>, Error> {
        let query = Query::default().filters(&[("label", &format!("{}={project}", labels::PROJECT))]);
        let mut answer: VolumesAnswer = self.get("/volumes", query, "the list of volumes").await?;
        answer.volumes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(answer.volumes)
    }

    /// How many bridge networks there are; the Engine's address pools have room for few.
    pub async fn network_count(&self) -> Result<usize, Error> {
        let query = Query::default().filters(&[("driver", "bridge")]);
        let networks: Vec<serde::de::IgnoredAny> = self.get("/networks", query, "the list of networks").await?;
        Ok(networks.len())
    }

    /// Every running container that publishes ports, of whatever project.
    pub async fn publishers(&self) -> Result<Vec<Publisher>, Error> {
        let object = "the list of containers";
        let bytes = self.client.bytes(Call::new(Method::GET, "/containers/json", object)).await?;
        let list: Vec<ContainerSummary<'_>> = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Answer { object: object.to_owned(), reason: error.to_string() })?;
        Ok(list.into_iter().filter_map(ContainerSummary::into_publisher).collect())
    }
}
