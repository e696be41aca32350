//! What came of loading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::node::{Mapping, Node};
use super::profiles;
use super::variables::Use;
use crate::diagnostic::Sources;
use crate::names::ProjectName;
use crate::secret::Secret;

/// A manifest that was read and merged, but whose variables are not filled in: what `docker compose config
/// --no-interpolate` prints. Short forms of ports, mounts and the like are written out; all else is as it is written.
/// No project can be made of it, for its values have no types yet.
#[derive(Debug, Clone)]
pub struct Model {
    /// The keys of all mappings are sorted, as Docker Compose prints them. Services of all profiles and unused resources
    /// are in it.
    pub tree: Node,
    /// Things that are accepted but should be changed, for people.
    pub warnings: Vec<String>,
}

/// A manifest that was read, interpolated, merged and made canonical: the tree has the shape of the JSON that
/// `docker compose config --format json` prints (every short form is written out), services of inactive profiles aside.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The project's name.
    pub name: ProjectName,
    /// Absolute; relative paths of the manifest start here.
    pub directory: PathBuf,
    /// Absolute paths of the files named by the user or found, in the order of merging.
    pub files: Vec<PathBuf>,
    /// The canonical tree: `name`, `services`, `networks`, `volumes`, `configs`, `secrets`, `models`, `x-…`. Extensions
    /// stay where they were written. Networks, volumes and so on that no active service uses are not in it.
    pub tree: Node,
    /// Canonical services whose profiles are not active, by name, so that they can be named on the command line.
    pub disabled: Mapping,
    /// All canonical `networks`, `volumes`, `configs`, `secrets` and `models`, those that nobody uses included.
    pub resources: Mapping,
    /// The active profiles.
    pub profiles: Vec<String>,
    /// Process environment and `.env` files, as interpolation saw them.
    pub environment: BTreeMap<String, String>,
    /// What configs and secrets with `environment` hold, by section, key and variable: for those of an included file, as
    /// that file sees its variables.
    pub contents: BTreeMap<(&'static str, String, String), Secret<String>>,
    /// The variables that the manifest asks for, with value, origin and places.
    pub variables: BTreeMap<String, Use>,
    /// Service and variable of each value of `environment` that came out of an `env_file`: such values are secret.
    pub from_env_files: BTreeSet<(String, String)>,
    /// Services of the 2014 format: their `links` ask for variables such as `DB_1_PORT`.
    pub legacy: BTreeSet<String>,
    /// Things that are accepted but should be changed, for people.
    pub warnings: Vec<String>,
    /// Every file that was read.
    pub sources: Arc<Sources>,
}

impl Loaded {
    /// The networks, volumes and so on of the tree, and those that services of inactive profiles use: such services can be
    /// named on the command line.
    pub fn reachable_resources(&self) -> Mapping {
        let used = profiles::used(&self.disabled);
        let mut reachable = self.resources.clone();
        for section in profiles::SECTIONS {
            let in_tree = self.tree.get(section).and_then(Node::as_mapping);
            let Some(entries) = reachable.get_mut(section).and_then(Node::as_mapping_mut) else { continue };
            entries.retain(|key, _| {
                in_tree.is_some_and(|entries| entries.contains(&key.name))
                    || used.contains(&(section, key.name.to_string()))
            });
        }
        reachable
    }
}
