//! Networks as the Engine lists them. A name stands for one network, but the Engine itself does not keep to that: a run
//! that was killed and the next one can both have asked for it, and then nothing can be attached by that name.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::names::{NetworkId, NetworkName, ProjectName};
use crate::observed::{Container, DuplicateNetwork, Network};

use super::error::Error;
use super::handle::Engine;
use super::labels;
use super::query::Query;
use super::summary::nullable;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkAnswer {
    name: String,
    id: String,
    #[serde(default)]
    created: String,
    #[serde(default, deserialize_with = "nullable")]
    labels: BTreeMap<String, String>,
}

/// A network and its name.
pub(super) type ListedNetwork = (String, Network);

impl Engine {
    /// The networks that carry the project's label or one of these names, the oldest first (`GET /networks`).
    pub(super) async fn list_networks(
        &self,
        project: &ProjectName,
        named: &BTreeSet<&str>,
    ) -> Result<Vec<ListedNetwork>, Error> {
        let mut all: Vec<NetworkAnswer> = self.get("/networks", Query::default(), "the list of networks").await?;
        all.retain(|network| {
            named.contains(network.name.as_str())
                || network.labels.get(labels::PROJECT).is_some_and(|of| of == project.as_str())
        });
        all.sort_by(|a, b| (&a.created, &a.id).cmp(&(&b.created, &b.id)));
        Ok(all.into_iter().filter_map(listed).collect())
    }

    /// Leaves one network of each name of the project: the one in use, else the oldest. What cannot be removed stays,
    /// and whoever asks for something by that name is told so again.
    pub async fn remove_duplicate_networks(&self, project: &ProjectName) {
        // Containers second: one that was started meanwhile must not lose its network.
        let Ok(listed) = self.list_networks(project, &BTreeSet::new()).await else { return };
        let Ok(containers) = self.containers(project).await else { return };
        for DuplicateNetwork { id, name } in distinct(project, listed, &containers).1 {
            if let Err(error) = self.remove_network(id.as_str()).await {
                tracing::debug!(%error, network = name.as_str(), "a second network stays");
            }
        }
    }
}

fn listed(answer: NetworkAnswer) -> Option<ListedNetwork> {
    let label = |name: &str| answer.labels.get(name).cloned();
    let network = Network {
        id: NetworkId::new(&answer.id).ok()?,
        project: label(labels::PROJECT),
        key: label(labels::NETWORK),
        config_hash: label(labels::RESOURCE_HASH),
        attached: BTreeSet::new(),
    };
    Some((answer.name, network))
}

/// The one network of each name, and those of the project that bear its name as well.
pub(super) fn distinct(
    project: &ProjectName,
    mut listed: Vec<ListedNetwork>,
    containers: &[Container],
) -> (BTreeMap<String, Network>, Vec<DuplicateNetwork>) {
    let used: BTreeSet<&NetworkId> = containers.iter().flat_map(|one| one.networks.values().flatten()).collect();
    let owned = |network: &Network| network.project.as_deref() == Some(project.as_str());
    // Stable: among those that are used as much, the oldest stays the first.
    listed.sort_by_key(|(_, network)| (!used.contains(&network.id), !owned(network)));
    let (mut networks, mut duplicates) = (BTreeMap::new(), Vec::new());
    for (name, network) in listed {
        match networks.entry(name) {
            Entry::Vacant(free) => drop(free.insert(network)),
            Entry::Occupied(first) if owned(&network) => {
                let name = NetworkName::new(first.key()).ok();
                duplicates.extend(name.map(|name| DuplicateNetwork { id: network.id, name }));
            }
            Entry::Occupied(_) => {}
        }
    }
    (networks, duplicates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(id: &str, project: Option<&str>) -> ListedNetwork {
        let network = Network {
            id: NetworkId::new(id).expect("an id"),
            project: project.map(str::to_owned),
            key: None,
            config_hash: None,
            attached: BTreeSet::new(),
        };
        ("demo_default".to_owned(), network)
    }

    #[test]
    fn the_oldest_of_the_project_stays_and_a_foreign_one_is_nobodys_duplicate() {
        let project = ProjectName::new("demo").expect("a name");
        let listed = vec![network("1", None), network("2", Some("demo")), network("3", Some("demo"))];
        let (networks, duplicates) = distinct(&project, listed, &[]);
        assert_eq!(networks["demo_default"].id.as_str(), "2");
        assert_eq!(duplicates.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["3"]);
        let (networks, duplicates) = distinct(&project, vec![network("1", None), network("2", None)], &[]);
        assert_eq!((networks["demo_default"].id.as_str(), duplicates), ("1", Vec::new()));
    }
}
