//! The whole project.

use std::collections::BTreeSet;
use std::str::FromStr;

use indexmap::IndexMap;

use super::fields::{Fields, Problems};
use super::links::add_link_variables;
use super::networks::network;
use super::service::service;
use super::volumes::{content, volume};
use crate::diagnostic::{Invalid, Problem};
use crate::manifest::{Key, Loaded, Node, Value};
use crate::names::{InvalidName, NetworkName, ServiceName, VolumeName};
use crate::project::graph::{self, Cycle};
use crate::project::{Content, Network, Project, Service, Volume};

/// What services refer to.
pub(super) struct Definitions<'a> {
    pub(super) project: &'a str,
    pub(super) networks: IndexMap<NetworkName, Network>,
    pub(super) volumes: IndexMap<VolumeName, Volume>,
    pub(super) configs: IndexMap<String, Content>,
    pub(super) secrets: IndexMap<String, Content>,
    /// Service and variable of each value that was read from an `env_file`.
    from_env_files: &'a BTreeSet<(String, String)>,
}

impl Definitions<'_> {
    /// The variables of a service that were read from an `env_file`.
    pub(super) fn hidden_variables(&self, service: &str) -> BTreeSet<String> {
        let own = self.from_env_files.iter().filter(|(of, _)| of == service);
        own.map(|(_, variable)| variable.clone()).collect()
    }
}

/// Makes the project out of what was loaded.
///
/// # Errors
/// Everything that has a wrong type or refers to something that is not defined, all at once.
pub fn resolve(loaded: &Loaded) -> Result<Project, Invalid> {
    let problems = Problems::default();
    let tree = Fields::of(&loaded.tree, "", &problems);
    let resources = Node::new(loaded.tree.span, Value::Mapping(loaded.reachable_resources()));
    let definitions = definitions(&Fields::of(&resources, "", &problems), loaded);
    let mut services = services(tree.named("services"), &definitions);
    add_link_variables(&loaded.name, &mut services);
    let disabled_tree = loaded.disabled.iter();
    let disabled =
        disabled_tree.map(|(key, node)| (key, Fields::of(node, format!("services.{}", key.name), &problems)));
    let disabled = self::services(disabled.collect(), &definitions);
    check_dependencies(&services, &disabled, &problems);
    let order = graph::order(&services);
    let services = order.unwrap_or_else(|cycle| {
        problems.add(cycle_problem(&cycle, &services));
        IndexMap::new()
    });
    let problems = problems.into_vec();
    if !problems.is_empty() {
        return Err(Invalid { problems, sources: loaded.sources.clone() });
    }
    let Definitions { project: _, networks, volumes, configs, secrets, from_env_files: _ } = definitions;
    Ok(Project {
        separator: '-',
        name: loaded.name.clone(),
        directory: loaded.directory.clone(),
        files: loaded.files.clone(),
        services,
        disabled,
        networks,
        volumes,
        configs,
        secrets,
        seeds: IndexMap::new(),
        sources: loaded.sources.clone(),
    })
}

fn definitions<'a>(resources: &Fields<'_>, loaded: &'a Loaded) -> Definitions<'a> {
    let project = loaded.name.as_str();
    Definitions {
        project,
        networks: keyed(resources, "networks", |key, fields| network(key, fields, project)),
        volumes: keyed(resources, "volumes", |key, fields| volume(key, fields, project)),
        configs: contents(resources, "configs", loaded),
        secrets: contents(resources, "secrets", loaded),
        from_env_files: &loaded.from_env_files,
    }
}

fn keyed<N, T>(tree: &Fields<'_>, section: &str, read: impl Fn(&N, &Fields<'_>) -> T) -> IndexMap<N, T>
where
    N: FromStr<Err = InvalidName> + std::hash::Hash + Eq,
{
    let entries = tree.named(section).into_iter();
    entries
        .filter_map(|(key, fields)| match N::from_str(&key.name) {
            Ok(name) => {
                let value = read(&name, &fields);
                Some((name, value))
            }
            Err(error) => {
                fields.problems().add(Problem::at(key.span, error.to_string()));
                None
            }
        })
        .collect()
}

fn contents(resources: &Fields<'_>, section: &'static str, loaded: &Loaded) -> IndexMap<String, Content> {
    let entries = resources.named(section).into_iter();
    let read = |(key, fields): (&Key, Fields<'_>)| {
        let name = key.name.to_string();
        let value = |variable: &str| loaded.contents.get(&(section, name.clone(), variable.to_owned())).cloned();
        let content = content(&key.name, &fields, loaded.name.as_str(), &value);
        (name, content)
    };
    entries.map(read).collect()
}

fn services(entries: Vec<(&Key, Fields<'_>)>, definitions: &Definitions<'_>) -> IndexMap<ServiceName, Service> {
    let services = entries.into_iter().filter_map(|(key, fields)| service(key, &fields, definitions));
    services
        .map(|mut service| {
            graph::add_implied_dependencies(&mut service);
            (service.name.clone(), service)
        })
        .collect()
}

fn check_dependencies(
    services: &IndexMap<ServiceName, Service>,
    disabled: &IndexMap<ServiceName, Service>,
    problems: &Problems,
) {
    for service in services.values() {
        let missing =
            service.depends_on.iter().filter(|(name, dependency)| dependency.required && !services.contains_key(*name));
        for (name, dependency) in missing {
            let problem = Problem::at(dependency.span, format!("service `{}` needs `{name}`", service.name));
            problems.add(if let Some(other) = disabled.get(name) {
                let profiles: Vec<_> = other.profiles.iter().map(ToString::to_string).collect();
                problem.label("not active").help(format!("activate a profile of it: {}", profiles.join(", ")))
            } else {
                problem.label("not defined").help("define this service or take the dependency out")
            });
        }
    }
}

fn cycle_problem(cycle: &Cycle, services: &IndexMap<ServiceName, Service>) -> Problem {
    let names: Vec<_> = cycle.services.iter().map(ToString::to_string).collect();
    let message = format!("services wait for each other: {}", names.join(" → "));
    match cycle.services.first().and_then(|name| services.get(name)) {
        Some(service) => Problem::at(service.span, message),
        None => Problem::new(message),
    }
}
