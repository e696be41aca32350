//! What the Engine has of a project, in a few requests at once and none for each container.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join_all, try_join_all};
use futures_util::try_join;
use http::Method;
use serde::Deserialize;

use crate::names::{ImageRef, ProjectName, ServiceName};
use crate::observed::{Container, Image, Observed, Volume};
use crate::project::Project;

use super::client::Call;
use super::error::Error;
use super::handle::Engine;
use super::labels;
use super::network_list::{self, ListedNetwork};
use super::query::{Query, encode_path};
use super::summary::{ContainerSummary, nullable};

/// A project as `ls` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectSummary {
    /// Its name.
    pub name: ProjectName,
    /// How many containers are in which state, by the Engine's word for it.
    pub states: BTreeMap<String, usize>,
    /// Its manifest files, as the containers' label has them.
    pub files: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct VolumeAnswer {
    name: String,
    #[serde(default, deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct VolumesAnswer {
    #[serde(rename = "Volumes", default, deserialize_with = "nullable")]
    volumes: Vec<VolumeAnswer>,
}

impl Engine {
    /// Everything of a project: its containers, its networks and volumes, also those that only bear its names, and the
    /// images that its services name.
    pub async fn observe(&self, project: &Project) -> Result<Observed, Error> {
        let images: BTreeSet<&ImageRef> = project.services.values().map(|service| &service.image).collect();
        let networks: BTreeSet<&str> = project.networks.values().map(|network| network.name.as_str()).collect();
        let volumes: BTreeSet<&str> = project.volumes.values().map(|volume| volume.name.as_str()).collect();
        let (containers, networks, volumes, images) = try_join!(
            self.containers(&project.name),
            self.list_networks(&project.name, &networks),
            self.volumes(&project.name, &volumes),
            self.images(images),
        )?;
        Ok(assemble(&project.name, containers, networks, volumes, images))
    }

    /// Everything that bears the label of a project, for commands without a manifest.
    pub async fn observe_named(&self, project: &ProjectName) -> Result<Observed, Error> {
        let none = BTreeSet::new();
        let (containers, networks, volumes) =
            try_join!(self.containers(project), self.list_networks(project, &none), self.volumes(project, &none))?;
        Ok(assemble(project, containers, networks, volumes, BTreeMap::new()))
    }

    /// The containers of a project, sorted by service and number.
    pub async fn containers(&self, project: &ProjectName) -> Result<Vec<Container>, Error> {
        let mut containers = self.containers_with(&[of_project(project)]).await?;
        containers
            .sort_by(|a, b| (&a.service, a.oneoff, a.number, &a.name).cmp(&(&b.service, b.oneoff, b.number, &b.name)));
        Ok(containers)
    }

    /// The containers of one service; `number`: only those that bear it. The Engine answers for one replica several times
    /// sooner than for a project of hundreds.
    pub async fn replicas(
        &self,
        project: &ProjectName,
        service: &ServiceName,
        number: Option<u32>,
    ) -> Result<Vec<Container>, Error> {
        let mut wanted = vec![of_project(project), format!("{}={service}", labels::SERVICE)];
        wanted.extend(number.map(|number| format!("{}={number}", labels::CONTAINER_NUMBER)));
        self.containers_with(&wanted).await
    }

    /// All projects that have containers, by name.
    pub async fn projects(&self) -> Result<Vec<ProjectSummary>, Error> {
        let mut projects: BTreeMap<ProjectName, ProjectSummary> = BTreeMap::new();
        for container in self.containers_with(&[labels::PROJECT.to_owned()]).await? {
            let label = |name: &str| container.labels.get(name);
            let Some(name) = label(labels::PROJECT).and_then(|name| ProjectName::new(name).ok()) else { continue };
            if container.oneoff {
                continue;
            }
            let files = label(labels::CONFIG_FILES).cloned();
            let project = projects.entry(name.clone()).or_insert_with(|| ProjectSummary {
                name,
                states: BTreeMap::new(),
                files: BTreeSet::new(),
            });
            *project.states.entry(word(&container)).or_default() += 1;
            project.files.extend(files);
        }
        Ok(projects.into_values().collect())
    }

    /// Containers that have all of these labels, each a `name` or `name=value`.
    async fn containers_with(&self, labels: &[String]) -> Result<Vec<Container>, Error> {
        let filters: Vec<(&str, &str)> = labels.iter().map(|label| ("label", label.as_str())).collect();
        let query = Query::default().with("all", "true").filters(&filters);
        let object = "the list of containers";
        let bytes = self.client.bytes(Call::new(Method::GET, "/containers/json", object).query(query)).await?;
        let list: Vec<ContainerSummary<'_>> = serde_json::from_slice(&bytes)
            .map_err(|error| Error::Answer { object: object.to_owned(), reason: error.to_string() })?;
        Ok(list.into_iter().filter_map(ContainerSummary::into_container).collect())
    }

    /// Labelled volumes in one request; those that only bear a name of the project (external ones, or not yet made) by
    /// name, because the list of all volumes of an Engine is long.
    async fn volumes(&self, project: &ProjectName, named: &BTreeSet<&str>) -> Result<BTreeMap<String, Volume>, Error> {
        let query = Query::default().filters(&[("label", &of_project(project))]);
        let labelled: VolumesAnswer = self.get("/volumes", query, "the list of volumes").await?;
        let mut volumes: BTreeMap<String, Volume> = labelled.volumes.into_iter().map(volume).collect();
        let missing: Vec<&str> = named.iter().copied().filter(|name| !volumes.contains_key(*name)).collect();
        let found = join_all(missing.into_iter().map(|name| self.volume(name))).await;
        for answer in found {
            match answer {
                Ok(answer) => volumes.extend([volume(answer)]),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(volumes)
    }

    async fn volume(&self, name: &str) -> Result<VolumeAnswer, Error> {
        self.get(&format!("/volumes/{}", encode_path(name)), Query::default(), format!("volume `{name}`")).await
    }

    async fn images(&self, images: BTreeSet<&ImageRef>) -> Result<BTreeMap<ImageRef, Image>, Error> {
        let look = |image: &ImageRef| {
            let image = image.clone();
            async move { Ok::<_, Error>(self.image(&image).await?.map(|found| (image, found))) }
        };
        Ok(try_join_all(images.into_iter().map(look)).await?.into_iter().flatten().collect())
    }
}

/// The label of everything that belongs to a project.
fn of_project(project: &ProjectName) -> String {
    format!("{}={project}", labels::PROJECT)
}

fn volume(answer: VolumeAnswer) -> (String, Volume) {
    let label = |name: &str| answer.labels.get(name).cloned();
    let volume = Volume {
        project: label(labels::PROJECT),
        key: label(labels::VOLUME),
        config_hash: label(labels::RESOURCE_HASH),
    };
    (answer.name, volume)
}

fn assemble(
    project: &ProjectName,
    containers: Vec<Container>,
    listed: Vec<ListedNetwork>,
    volumes: BTreeMap<String, Volume>,
    images: BTreeMap<ImageRef, Image>,
) -> Observed {
    let (mut networks, duplicate_networks) = network_list::distinct(project, listed, &containers);
    for container in &containers {
        for network in container.networks.keys() {
            if let Some(network) = networks.get_mut(network) {
                network.attached.insert(container.id.clone());
            }
        }
    }
    Observed { containers, networks, duplicate_networks, volumes, images }
}

fn word(container: &Container) -> String {
    use crate::observed::State;
    match container.state {
        State::Created => "created",
        State::Running(_) => "running",
        State::Paused => "paused",
        State::Restarting => "restarting",
        State::Removing => "removing",
        State::Exited(_) => "exited",
        State::Dead => "dead",
    }
    .to_owned()
}
