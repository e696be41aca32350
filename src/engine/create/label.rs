//! The labels of containers, networks and volumes.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::engine::labels;
use crate::names::{NetworkName, ProjectName, VolumeName};
use crate::project::{Condition, Dependency, Project, Replica};

use super::request::Creation;

/// The labels of a container: the service's, then Compose's.
pub(super) fn container_labels(creation: &Creation<'_>) -> HashMap<String, String> {
    let Creation { project, service, replica, image, .. } = creation;
    let Replica { number, oneoff, config_hash, config_fields, replaces, name, .. } = replica;
    let mut all: HashMap<String, String> =
        service.labels.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut set = |key: &str, value: String| all.insert(key.to_owned(), value);
    set(labels::PROJECT, project.name.to_string());
    set(labels::SERVICE, service.name.to_string());
    set(labels::VERSION, version());
    set(labels::MADE_BY, version());
    set(labels::CONFIG_HASH, config_hash.clone());
    set(labels::CONFIG_FIELDS, config_fields.clone());
    set(labels::CONTAINER_NUMBER, number.to_string());
    set(labels::ONEOFF, if *oneoff { "True" } else { "False" }.to_owned());
    set(labels::WORKING_DIR, project.directory.display().to_string());
    set(labels::CONFIG_FILES, config_files(project));
    set(labels::DEPENDS_ON, depends_on(&service.depends_on));
    if let Some(image) = image {
        set(labels::IMAGE, image.to_string());
    }
    if let Some(replaced) = replaces {
        set(labels::REPLACE, replaced.to_string());
    }
    if let (true, Some((_, slug))) =
        (*oneoff, name.as_str().rsplit_once("-run-").or_else(|| name.as_str().rsplit_once("_run_")))
    {
        set(labels::SLUG, slug.to_owned());
    }
    all
}

/// The labels of a network of the project.
pub(in crate::engine) fn network_labels(
    project: &ProjectName,
    key: &NetworkName,
    config_hash: &str,
    own: &IndexMap<String, String>,
) -> HashMap<String, String> {
    with_common(project, config_hash, own, (labels::NETWORK, key.as_str()))
}

/// The labels of a volume of the project.
pub(in crate::engine) fn volume_labels(
    project: &ProjectName,
    key: &VolumeName,
    config_hash: &str,
    own: &IndexMap<String, String>,
) -> HashMap<String, String> {
    with_common(project, config_hash, own, (labels::VOLUME, key.as_str()))
}

fn with_common(
    project: &ProjectName,
    config_hash: &str,
    own: &IndexMap<String, String>,
    (kind, key): (&str, &str),
) -> HashMap<String, String> {
    let mut all: HashMap<String, String> = own.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    all.insert(labels::PROJECT.to_owned(), project.to_string());
    all.insert(kind.to_owned(), key.to_owned());
    all.insert(labels::RESOURCE_HASH.to_owned(), config_hash.to_owned());
    all.insert(labels::VERSION.to_owned(), version());
    all.insert(labels::MADE_BY.to_owned(), version());
    all
}

fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn config_files(project: &Project) -> String {
    project.files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(",")
}

fn depends_on(dependencies: &IndexMap<crate::names::ServiceName, Dependency>) -> String {
    let words: Vec<String> = dependencies
        .iter()
        .map(|(service, Dependency { condition, restart, required: _, span: _ })| {
            let condition = match condition {
                Condition::Started => "service_started",
                Condition::Healthy => "service_healthy",
                Condition::Completed => "service_completed_successfully",
            };
            format!("{service}:{condition}:{restart}")
        })
        .collect();
    words.join(",")
}
