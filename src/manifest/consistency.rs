//! Whether everything that a manifest refers to is there, and nothing contradicts.

mod cycles;
mod services;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::node::{Mapping, Node};
use super::profiles;
use crate::diagnostic::{Problem, Span, nearest};

/// A canonical manifest as it is checked.
pub struct Manifest<'m> {
    /// The active services.
    pub services: &'m Mapping,
    /// The other ones.
    pub disabled: &'m Mapping,
    /// The whole tree, resources that nobody uses included.
    pub root: &'m Mapping,
    /// Section and name of what was reported already.
    pub broken: &'m HashSet<(String, String)>,
}

/// Finds everything that does not fit together.
pub fn check(manifest: &Manifest) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, service) in manifest.services.iter() {
        let is_broken = manifest.broken.contains(&("services".to_owned(), key.name.to_string()));
        services::check(key, service, (manifest, is_broken), &mut problems);
        resources(&key.name, service, manifest, &mut problems);
    }
    problems.extend(cycles::check(manifest.services));
    secrets(manifest, &mut problems);
    problems
}

fn section<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m Mapping> {
    manifest.root.get(name).and_then(Node::as_mapping)
}

/// Networks, volumes, secrets, configs and models that a service uses.
fn resources(name: &str, service: &Node, manifest: &Manifest, problems: &mut Vec<Problem>) {
    profiles::references(service, |kind, reference, span| {
        let known = section(manifest, kind);
        let is_known = known.is_some_and(|known| known.contains(reference));
        if is_known || manifest.broken.contains(&(kind.to_owned(), reference.to_owned())) {
            return;
        }
        let singular = kind.trim_end_matches('s');
        let problem =
            Problem::at(span, format!("service `{name}` uses the {singular} `{reference}`, which is not defined"))
                .label(format!("no such {singular}"));
        let guess = known.and_then(|known| nearest(reference, known.iter().map(|(key, _)| &*key.name)));
        problems.push(match (guess, kind) {
            (Some(guess), _) => problem.help(format!("did you mean `{guess}`?")),
            (None, "volumes") if reference.contains('/') => {
                problem.help(format!("write `./{reference}` for a directory beside the manifest"))
            }
            (None, _) => problem.help(format!("add `{reference}:` under `{kind}:` at the end of the manifest")),
        });
    });
}

fn secrets(manifest: &Manifest, problems: &mut Vec<Problem>) {
    let mut used = HashSet::new();
    for (_, service) in manifest.services.iter() {
        profiles::references(service, |kind, name, _| {
            if kind == "secrets" {
                used.insert(name);
            }
        });
    }
    for (key, secret) in section(manifest, "secrets").into_iter().flat_map(Mapping::iter) {
        let has = |name: &str| secret.get(name).is_some();
        if has("driver") && !has("file") && !has("environment") && !has("external") {
            problems.push(
                Problem::at(key.span, format!("the secret `{}` has neither `file` nor `environment`", key.name))
                    .help("secrets with a driver need a cluster; write `file: PATH` or `environment: VARIABLE`"),
            );
        }
    }
}

/// What a service wants to call its container.
#[derive(Debug, Clone, Copy)]
pub struct ContainerName<'n> {
    /// The service.
    pub service: &'n str,
    /// The name.
    pub name: &'n str,
    /// Where the name is written; services that inherit it (`extends`) share this place.
    pub span: Span,
    /// Where the service itself is written.
    pub key: Span,
}

/// Services that want the same name for their containers. That two of them are in a manifest is no mistake: it is one
/// where both come up together (`CheckContainerNameUnicity` of compose-go, whose words these are).
pub fn same_container_names<'n>(services: impl IntoIterator<Item = ContainerName<'n>>) -> Vec<Problem> {
    let mut names: HashMap<&str, ContainerName> = HashMap::new();
    let mut problems = Vec::new();
    for wanted in services {
        let ContainerName { service, name, span, key } = wanted;
        let first = match names.entry(name) {
            Entry::Vacant(free) => {
                free.insert(wanted);
                continue;
            }
            Entry::Occupied(taken) => *taken.get(),
        };
        let other = first.service;
        // Two labels on one text would say nothing about where the services are.
        let (at, also) = if span == first.span {
            (key, format!("written here, for service `{other}` too"))
        } else {
            (span, format!("service `{other}`"))
        };
        let message = format!("services.{service}: container name \"{name}\" is already in use by service {other}");
        problems.push(
            Problem::at(at, message)
                .label(format!("service `{service}`"))
                .also(first.span, also)
                .help("remove `container_name`, or give each its own"),
        );
    }
    problems
}
