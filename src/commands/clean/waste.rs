//! What can go, out of what the Engine lists.

use std::collections::BTreeSet;

use crate::engine::{CacheUsage, ContainerUsage, ImageUsage, Labelled, labels};
use crate::names::ProjectName;
use crate::ui::{self, Table};

use super::BuildCache;

/// States in which a container has a process, or soon will have.
const ALIVE: [&str; 3] = ["running", "paused", "restarting"];

/// Descriptions of build steps are cut to so many characters: they can be whole shell scripts.
const WIDTH: usize = 60;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// Of this project only.
    pub project: Option<ProjectName>,
    /// Containers and networks of projects of which nothing runs.
    pub dead: bool,
    /// Volumes of projects that have no container.
    pub volumes: bool,
    /// What builds keep.
    pub build_cache: Option<BuildCache>,
}

/// What the Engine lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// Images that bear a project's label.
    pub images: Vec<ImageUsage>,
    /// All containers.
    pub containers: Vec<ContainerUsage>,
    /// Networks that bear a project's label.
    pub networks: Vec<Labelled>,
    /// Volumes that bear a project's label.
    pub volumes: Vec<Labelled>,
    /// All that builds keep.
    pub cache: Vec<CacheUsage>,
}

/// One thing that can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waste {
    /// What it is.
    pub kind: Kind,
    /// How the Engine calls it.
    pub id: String,
    /// How people call it.
    pub name: String,
    /// Whose it is; nobody's in the cache of the whole Engine.
    pub project: Option<ProjectName>,
    /// In bytes, where that is known.
    pub size: Option<u64>,
}

/// What can go, in the order in which it can: containers hold all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Container,
    Network,
    Image,
    Volume,
    BuildCache,
}

impl Kind {
    /// For people.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Container => "container",
            Kind::Network => "network",
            Kind::Image => "image",
            Kind::Volume => "volume",
            Kind::BuildCache => "build cache",
        }
    }
}

/// What can go.
pub(super) fn find(lists: &Lists, wanted: &Wanted) -> Vec<Waste> {
    let Lists { images, containers, networks, volumes, cache } = lists;
    let alive: BTreeSet<ProjectName> = containers
        .iter()
        .filter(|one| ALIVE.contains(&one.state.as_str()))
        .filter_map(|one| owner(&one.labels))
        .collect();
    let (dead, kept): (Vec<&ContainerUsage>, Vec<&ContainerUsage>) = containers.iter().partition(|container| {
        wanted.dead && owner(&container.labels).is_some_and(|of| wanted.concerns(&of) && !alive.contains(&of))
    });
    let existing: BTreeSet<ProjectName> = kept.iter().filter_map(|container| owner(&container.labels)).collect();
    let mut waste: Vec<Waste> = dead.into_iter().map(container).collect();
    if wanted.dead {
        waste.extend(unused(networks, Kind::Network, &existing, wanted));
    }
    let used: BTreeSet<&str> = kept.iter().map(|container| container.image_id.as_str()).collect();
    for image in images.iter().filter(|image| !used.contains(image.id.as_str())) {
        if let Some(project) = owner(&image.labels).filter(|project| wanted.concerns(project)) {
            waste.extend(names(image, &project));
        }
    }
    if wanted.volumes {
        waste.extend(unused(volumes, Kind::Volume, &existing, wanted));
    }
    if let Some(which) = wanted.build_cache {
        waste
            .extend(cache.iter().filter(|one| !one.in_use && !one.shared).filter_map(|one| cached(one, which, wanted)));
    }
    waste
}

/// The sum of what is known.
pub(super) fn total(waste: &[Waste]) -> u64 {
    waste.iter().filter_map(|one| one.size).sum()
}

/// For people.
pub(super) fn table(waste: &[Waste]) -> Table {
    let mut table = Table::new(&[("KIND", 0), ("NAME", 0), ("PROJECT", 1), ("SIZE", 0)]);
    for one in waste {
        let project = one.project.as_ref().map_or_else(|| "(the whole Engine)".to_owned(), ToString::to_string);
        let size = one.size.map_or_else(String::new, |size| ui::bytes_decimal(size, 3));
        table.row([one.kind.word().to_owned(), one.name.clone(), project, size]);
    }
    table
}

impl Wanted {
    fn concerns(&self, project: &ProjectName) -> bool {
        self.project.as_ref().is_none_or(|only| only == project)
    }
}

fn owner(labels: &std::collections::BTreeMap<String, String>) -> Option<ProjectName> {
    ProjectName::new(labels.get(labels::PROJECT)?).ok()
}

fn size(bytes: i64) -> Option<u64> {
    u64::try_from(bytes).ok()
}

fn container(container: &ContainerUsage) -> Waste {
    let name = container.names.first().map_or(container.id.as_str(), |name| name.trim_start_matches('/'));
    Waste {
        kind: Kind::Container,
        id: container.id.clone(),
        name: name.to_owned(),
        project: owner(&container.labels),
        size: None,
    }
}

/// Networks or volumes of projects that have no container.
fn unused<'a>(
    all: &'a [Labelled],
    kind: Kind,
    existing: &'a BTreeSet<ProjectName>,
    wanted: &'a Wanted,
) -> impl Iterator<Item = Waste> + 'a {
    all.iter().filter_map(move |one| {
        let project = owner(&one.labels).filter(|of| wanted.concerns(of) && !existing.contains(of))?;
        let id = if one.id.is_empty() { one.name.clone() } else { one.id.clone() };
        Some(Waste { kind, id, name: one.name.clone(), project: Some(project), size: None })
    })
}

/// Each name of an image has to go; the last one takes the image, and its size, with it.
fn names(image: &ImageUsage, project: &ProjectName) -> Vec<Waste> {
    let named: Vec<&String> = image.repo_tags.iter().filter(|name| *name != "<none>:<none>").collect();
    let waste = |id: &str, name: String, size| Waste {
        kind: Kind::Image,
        id: id.to_owned(),
        name,
        project: Some(project.clone()),
        size,
    };
    let own = size(image.size - image.shared_size.max(0));
    let Some((last, others)) = named.split_last() else {
        let short = image.id.trim_start_matches("sha256:").chars().take(12).collect();
        return vec![waste(&image.id, short, own)];
    };
    let mut all: Vec<Waste> = others.iter().map(|name| waste(name, (*name).clone(), Some(0))).collect();
    all.push(waste(last, (*last).clone(), own));
    all
}

fn cached(one: &CacheUsage, which: BuildCache, wanted: &Wanted) -> Option<Waste> {
    let project = one.project();
    let goes = match which {
        BuildCache::Projects => project.as_ref().is_some_and(|project| wanted.concerns(project)),
        BuildCache::All => true,
    };
    let mut name: String = one.description.chars().take(WIDTH).collect();
    if one.description.chars().nth(WIDTH).is_some() {
        name.push('…');
    }
    goes.then(|| Waste { kind: Kind::BuildCache, id: one.id.clone(), name, project, size: size(one.size) })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn of(project: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(labels::PROJECT.to_owned(), project.to_owned())])
    }

    fn one(project: &str, state: &str) -> ContainerUsage {
        ContainerUsage {
            id: format!("{project}-{state}"),
            names: vec![format!("/{project}-web-1")],
            image_id: format!("sha256:{project}"),
            state: state.to_owned(),
            size_rw: 0,
            labels: of(project),
        }
    }

    fn image(project: &str, names: &[&str]) -> ImageUsage {
        ImageUsage {
            id: format!("sha256:{project}"),
            repo_tags: names.iter().map(|name| (*name).to_owned()).collect(),
            size: 100,
            shared_size: 40,
            labels: of(project),
        }
    }

    fn labelled(project: &str) -> Labelled {
        Labelled { name: format!("{project}_x"), id: String::new(), labels: of(project) }
    }

    fn lists() -> Lists {
        let projects = ["runs", "frozen", "ended", "gone"];
        Lists {
            images: projects.iter().map(|name| image(name, &[&format!("{name}-web:latest")])).collect(),
            containers: vec![
                one("runs", "running"),
                one("runs", "exited"),
                one("frozen", "paused"),
                one("ended", "exited"),
            ],
            networks: projects.iter().map(|name| labelled(name)).collect(),
            volumes: projects.iter().map(|name| labelled(name)).collect(),
            cache: Vec::new(),
        }
    }

    fn shown(waste: &[Waste]) -> Vec<String> {
        waste.iter().map(|one| format!("{} {}", one.kind.word(), one.name)).collect()
    }

    #[test]
    fn only_images_without_a_container_go_unless_more_is_asked_for() {
        assert_eq!(shown(&find(&lists(), &Wanted::default())), ["image gone-web:latest"]);
    }

    #[test]
    fn what_ended_takes_its_network_image_and_volume_with_it_and_what_is_frozen_stays() {
        let wanted = Wanted { dead: true, volumes: true, ..Wanted::default() };
        let found = shown(&find(&lists(), &wanted));
        let expected = [
            "container ended-web-1",
            "network ended_x",
            "network gone_x",
            "image ended-web:latest",
            "image gone-web:latest",
            "volume ended_x",
            "volume gone_x",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_project_alone_is_cleaned() {
        let project = ProjectName::new("ended").ok();
        let wanted = Wanted { project, dead: true, volumes: true, ..Wanted::default() };
        let found = find(&lists(), &wanted);
        assert!(found.iter().all(|one| one.project == wanted.project), "{found:?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn an_image_with_two_names_counts_once() {
        let lists = Lists { images: vec![image("gone", &["a:1", "b:1"]), image("lost", &[])], ..Lists::default() };
        let found = find(&lists, &Wanted::default());
        assert_eq!(shown(&found), ["image a:1", "image b:1", "image lost"]);
        assert_eq!(total(&found), 120);
    }
}
