//! The part of a project that a command works on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Project, graph};
use crate::diagnostic::Invalid;
use crate::manifest::{self, ContainerName};
use crate::names::{ImageRef, InvalidName, ProfileName, ProjectName, ServiceName};

/// Whether the services that named ones wait for are part of the selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependencies {
    /// They are.
    Include,
    /// They are not (`--no-deps`).
    Exclude,
}

/// Why a selection cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// The project has no such service.
    #[error("no such service: {name}{}", nearest.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// As it was given.
        name: ServiceName,
        /// The defined name that is most like it.
        nearest: Option<ServiceName>,
    },
    /// A service waits for one whose profiles are not active.
    #[error("service `{service}` needs `{needs}`, which no active profile has")]
    Inactive {
        /// Who waits.
        service: ServiceName,
        /// For whom.
        needs: ServiceName,
    },
    /// Services wait for each other.
    #[error("services wait for each other: {}", names(services))]
    Cycle {
        /// In a circle.
        services: Vec<ServiceName>,
    },
}

fn names(services: &[ServiceName]) -> String {
    services.iter().map(ServiceName::as_str).collect::<Vec<_>>().join(" → ")
}

impl Project {
    /// A project of which only the name is known; plans take it for everything that bears this name.
    pub fn named(name: ProjectName) -> Self {
        Self {
            name,
            directory: PathBuf::new(),
            files: Vec::new(),
            services: IndexMap::new(),
            disabled: IndexMap::new(),
            networks: IndexMap::new(),
            volumes: IndexMap::new(),
            seeds: IndexMap::new(),
            configs: IndexMap::new(),
            secrets: IndexMap::new(),
            separator: '-',
            sources: Arc::default(),
        }
    }

    /// The project narrowed to these services; none means all. A named service of an inactive profile becomes active,
    /// with the others of its profiles. What is left out stands in `disabled`, so that its containers are no orphans.
    ///
    /// # Errors
    /// Unknown names, and dependencies that are not active.
    pub fn select(&self, names: &[ServiceName], dependencies: Dependencies) -> Result<Project, SelectError> {
        let mut project = self.clone();
        if names.is_empty() {
            return Ok(project);
        }
        project.activate(names)?;
        let roots: BTreeSet<ServiceName> = names.iter().cloned().collect();
        let selected = match dependencies {
            Dependencies::Include => graph::with_dependencies(&project.services, &roots),
            Dependencies::Exclude => roots,
        };
        let (services, others): (Vec<_>, Vec<_>) =
            project.services.into_iter().partition(|(name, _)| selected.contains(name));
        project.services = services.into_iter().collect();
        project.disabled.extend(others);
        for service in project.services.values_mut() {
            if dependencies == Dependencies::Exclude {
                service.depends_on.retain(|name, _| selected.contains(name));
            }
            let missing =
                service.depends_on.iter().find(|(name, dependency)| dependency.required && !selected.contains(*name));
            if let Some((needs, _)) = missing {
                return Err(SelectError::Inactive { service: service.name.clone(), needs: needs.clone() });
            }
        }
        project.services =
            graph::order(&project.services).map_err(|cycle| SelectError::Cycle { services: cycle.services })?;
        Ok(project)
    }

    /// Gives containers and built images the names that Compose v1 gave them (`--compatibility`).
    ///
    /// # Errors
    /// A name that no image can have.
    pub fn join_with_underscores(&mut self) -> Result<(), InvalidName> {
        self.separator = '_';
        for service in self.services.values_mut().chain(self.disabled.values_mut()) {
            if service.build.is_some() && !service.image_named {
                service.image = ImageRef::new(&format!("{}_{}", self.name, service.name))?;
            }
        }
        Ok(())
    }

    /// Whether every container that the active services ask for by its name can be made.
    ///
    /// # Errors
    /// Two services with the same `container_name`, both places of it.
    pub fn ensure_distinct_container_names(&self) -> Result<(), Invalid> {
        let named = self.services.values().filter_map(|service| {
            let span = service.spans.get("container_name").copied().unwrap_or(service.span);
            let name = service.container_name.as_ref()?.as_str();
            Some(ContainerName { service: service.name.as_str(), name, span, key: service.span })
        });
        Invalid::if_any(manifest::same_container_names(named), &self.sources)
    }

    /// A service, active or not.
    pub fn service(&self, name: &ServiceName) -> Option<&super::Service> {
        self.services.get(name).or_else(|| self.disabled.get(name))
    }

    fn activate(&mut self, names: &[ServiceName]) -> Result<(), SelectError> {
        let mut profiles: BTreeSet<ProfileName> = BTreeSet::new();
        for name in names {
            if self.services.contains_key(name) {
                continue;
            }
            let Some(service) = self.disabled.get(name) else {
                return Err(SelectError::Unknown { name: name.clone(), nearest: self.nearest(name) });
            };
            profiles.extend(service.profiles.iter().cloned());
        }
        let wanted =
            |service: &super::Service| names.contains(&service.name) || !service.profiles.is_disjoint(&profiles);
        let disabled = std::mem::take(&mut self.disabled);
        for (name, service) in disabled {
            if wanted(&service) {
                self.services.insert(name, service);
            } else {
                self.disabled.insert(name, service);
            }
        }
        Ok(())
    }

    fn nearest(&self, name: &ServiceName) -> Option<ServiceName> {
        let known = self.services.keys().chain(self.disabled.keys());
        let scored = known.map(|known| (distance(known.as_str(), name.as_str()), known));
        scored.filter(|(distance, _)| *distance <= 2).min().map(|(_, known)| known.clone())
    }
}

/// How many letters have to be changed, added or taken out to make one word of the other (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
