//! What projects have left on the Engine, for cleaning up. What is quick to list is asked for by itself; only sizes of volumes
//! and the build cache need the Engine's measurement of its disk, which may take seconds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::client::{Call, Patience};
use super::error::Error;
use super::handle::Engine;
use super::labels;
use super::query::Query;
use super::summary::nullable;
use super::version::ApiVersion;
use crate::names::ProjectName;

/// The first version that counts how much of an image others have too, and measures only what is asked for (Engine 23.0).
const MEASURES_PARTS: ApiVersion = ApiVersion(42);

/// How `BuildKit` describes a directory that was sent to it.
const SENT: &str = "local source for ";

/// One of `GET /images/json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageUsage {
    /// Its id.
    pub id: String,
    /// Its names; empty or `<none>:<none>` for one that lost them.
    #[serde(default, deserialize_with = "nullable")]
    pub repo_tags: BTreeSet<String>,
    /// In bytes.
    #[serde(default)]
    pub size: i64,
    /// Bytes that other images have too; -1: not counted.
    #[serde(default)]
    pub shared_size: i64,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

/// One of `GET /containers/json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerUsage {
    /// Its id.
    pub id: String,
    /// Its names, each with a slash before it.
    #[serde(default, deserialize_with = "nullable")]
    pub names: Vec<String>,
    /// The image it was made from.
    #[serde(rename = "ImageID", default)]
    pub image_id: String,
    /// The Engine's word for its state.
    #[serde(default)]
    pub state: String,
    /// What it wrote into its own layer, in bytes, where that was asked for.
    #[serde(default)]
    pub size_rw: i64,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

/// A network or a volume, by what is listed of both.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Labelled {
    /// Its name.
    pub name: String,
    /// Its id; volumes have none.
    #[serde(default)]
    pub id: String,
    /// Its labels.
    #[serde(default, deserialize_with = "nullable")]
    pub labels: BTreeMap<String, String>,
}

/// One thing that builds keep.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CacheUsage {
    /// Its id.
    #[serde(rename = "ID")]
    pub id: String,
    /// In bytes.
    #[serde(default)]
    pub size: i64,
    /// A build needs it right now.
    #[serde(default)]
    pub in_use: bool,
    /// An image has it too, so that removing it frees nothing.
    #[serde(default)]
    pub shared: bool,
    /// What it comes from.
    #[serde(default)]
    pub description: String,
}

impl CacheUsage {
    /// The project whose directory this is a copy of. Nothing else that builds keep says for whom it was made, because any
    /// project may use it.
    pub fn project(&self) -> Option<ProjectName> {
        let name = self.description.strip_prefix(SENT)?;
        let (_, project) = name.split_once("-of-")?;
        ProjectName::new(project.split_once('/').map_or(project, |(project, _)| project)).ok()
    }
}

/// What the builder calls a directory that it gets for a project: the copy that it keeps is described by this name.
pub fn local_name(kind: &str, project: &ProjectName) -> String {
    format!("{kind}-of-{project}")
}

#[derive(Deserialize)]
struct Volumes {
    #[serde(rename = "Volumes", default, deserialize_with = "nullable")]
    volumes: Vec<Labelled>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Measured {
    #[serde(default, deserialize_with = "nullable")]
    volumes: Vec<VolumeSize>,
    #[serde(default, deserialize_with = "nullable")]
    build_cache: Vec<CacheUsage>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeSize {
    name: String,
    #[serde(default)]
    usage_data: Option<UsageData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UsageData {
    size: i64,
}

/// After this time a measurement that the Engine refused, because it measures for somebody else, is asked for again.
const MEASURED_AGAIN: Duration = Duration::from_millis(200);

impl Engine {
    /// Images that say for which project they were built.
    pub async fn images_of_projects(&self) -> Result<Vec<ImageUsage>, Error> {
        let counts = self.api_version().await? >= MEASURES_PARTS;
        let query = Query::default().flag("shared-size", counts).filters(&[("label", labels::PROJECT)]);
        self.get("/images/json", query, "the list of images").await
    }

    /// Every container, whoever made it: each keeps its image.
    pub async fn all_containers(&self) -> Result<Vec<ContainerUsage>, Error> {
        self.get("/containers/json", Query::default().flag("all", true), "the list of containers").await
    }

    /// The same for some containers, with their sizes, which the Engine measures for this.
    pub async fn measured_containers(&self, ids: &[&str]) -> Result<Vec<ContainerUsage>, Error> {
        let filters: Vec<(&str, &str)> = ids.iter().map(|id| ("id", *id)).collect();
        let query = Query::default().flag("all", true).flag("size", true).filters(&filters);
        self.slow("/containers/json", query, "the sizes of containers").await
    }

    /// Networks that belong to a project.
    pub async fn networks_of_projects(&self) -> Result<Vec<Labelled>, Error> {
        self.get("/networks", Query::default().filters(&[("label", labels::PROJECT)]), "the list of networks").await
    }

    /// Volumes that belong to a project.
    pub async fn volumes_of_projects(&self) -> Result<Vec<Labelled>, Error> {
        let query = Query::default().filters(&[("label", labels::PROJECT)]);
        let answer: Volumes = self.get("/volumes", query, "the list of volumes").await?;
        Ok(answer.volumes)
    }

    /// The sizes of all volumes in bytes, by name, as far as their drivers tell. May take seconds.
    pub async fn volume_sizes(&self) -> Result<BTreeMap<String, u64>, Error> {
        let Measured { volumes, .. } = self.measured("volume").await?;
        let size = |volume: VolumeSize| Some((volume.name, u64::try_from(volume.usage_data?.size).ok()?));
        Ok(volumes.into_iter().filter_map(size).collect())
    }

    /// Everything that builds keep. May take seconds.
    pub async fn build_cache(&self) -> Result<Vec<CacheUsage>, Error> {
        Ok(self.measured("build-cache").await?.build_cache)
    }

    /// Removes one thing that builds keep.
    pub async fn remove_build_cache(&self, id: &str) -> Result<(), Error> {
        let query = Query::default().flag("all", true).filters(&[("id", id)]);
        let call = Call::new(Method::POST, "/build/prune", "the build cache").query(query).patience(Patience::Change);
        self.client.json(call).await.map(|_: serde_json::Value| ())
    }

    /// `GET /system/df`. Engines before 23.0 measure everything, whatever is asked for.
    async fn measured(&self, kind: &str) -> Result<Measured, Error> {
        self.slow("/system/df", Query::default().with("type", kind), "the Engine's disk usage").await
    }

    async fn slow<T: DeserializeOwned>(&self, path: &str, query: Query, object: &str) -> Result<T, Error> {
        loop {
            let call = Call::new(Method::GET, path, object).query(query.clone()).patience(Patience::Change);
            match self.client.json(call).await {
                // Engines before 23.0 refuse to measure for two at once.
                Err(Error::Refused { message, .. }) if message.contains("already running") => {
                    tokio::time::sleep(MEASURED_AGAIN).await;
                }
                result => return result,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_directory_says_whose_it_is() {
        let cache = |description: &str| CacheUsage {
            id: "x".to_owned(),
            size: 1,
            in_use: false,
            shared: false,
            description: description.to_owned(),
        };
        let shop = ProjectName::new("shop").expect("a name");
        let sent = format!("{SENT}{}", local_name("context", &shop));
        assert_eq!(cache(&sent).project(), Some(shop.clone()));
        assert_eq!(cache(&format!("{sent}/docs")).project(), Some(shop));
        assert_eq!(cache("local source for context").project(), None);
        assert_eq!(cache("mount / from exec /bin/sh -c echo context-of-shop").project(), None);
    }
}
