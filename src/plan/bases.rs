//! Which images a build starts from, so that a service whose image is `FROM` another service's is built after it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::names::ServiceName;
use crate::project::{Build, Project};

/// Image references that the Dockerfile of each built service names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bases(BTreeMap<ServiceName, BTreeSet<String>>);

impl Bases {
    /// Reads the Dockerfile of every built service; `read` gives the text of a file, or `None` where there is none.
    pub fn read(project: &Project, read: &dyn Fn(&Path) -> Option<String>) -> Self {
        let services = project.services.values().chain(project.disabled.values());
        let built = services.filter_map(|service| Some((service.name.clone(), service.build.as_ref()?)));
        Self(built.map(|(name, build)| (name, of_build(build, read))).collect())
    }

    /// The images that the build of a service starts from.
    pub fn of(&self, service: &ServiceName) -> impl Iterator<Item = &str> {
        self.0.get(service).into_iter().flatten().map(String::as_str)
    }
}

fn of_build(build: &Build, read: &dyn Fn(&Path) -> Option<String>) -> BTreeSet<String> {
    let path = PathBuf::from(&build.context).join(&build.dockerfile);
    let text = build.dockerfile_inline.clone().or_else(|| read(&path)).unwrap_or_default();
    named_images(&text, &build.args)
}

/// Images in `FROM` and `COPY --from=`, variables filled in, the Dockerfile's own stages aside.
fn named_images(dockerfile: &str, arguments: &IndexMap<String, Option<String>>) -> BTreeSet<String> {
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut stages: BTreeSet<String> = BTreeSet::new();
    let mut images = BTreeSet::new();
    for line in instructions(dockerfile) {
        let mut words = line.split_whitespace();
        match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("ARG") => {
                let Some((name, default)) = words.next().map(|word| word.split_once('=').unwrap_or((word, ""))) else {
                    continue;
                };
                let given = arguments.get(name).cloned().flatten();
                variables.insert(name.to_owned(), given.unwrap_or_else(|| default.trim_matches('"').to_owned()));
            }
            Some("FROM") => {
                let mut words = words.filter(|word| !word.starts_with("--"));
                let Some(image) = words.next() else { continue };
                images.extend(Some(filled_in(image, &variables)).filter(|image| !stages.contains(image)));
                if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                    stages.extend(words.next().map(str::to_owned));
                }
            }
            Some("COPY") => {
                let from =
                    words.find_map(|word| word.strip_prefix("--from=")).map(|image| filled_in(image, &variables));
                images.extend(from.filter(|image| !stages.contains(image) && image.parse::<u32>().is_err()));
            }
            _ => {}
        }
    }
    images
}

/// Lines with their continuations, comments left out.
fn instructions(dockerfile: &str) -> Vec<String> {
    let mut instructions: Vec<String> = Vec::new();
    let mut continued = false;
    for line in dockerfile.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (text, goes_on) = line.strip_suffix('\\').map_or((line, false), |text| (text, true));
        match instructions.last_mut().filter(|_| continued) {
            Some(last) => last.push_str(text),
            None => instructions.push(text.to_owned()),
        }
        continued = goes_on;
    }
    instructions
}

/// `$NAME`, `${NAME}` and `${NAME:-default}`.
fn filled_in(text: &str, variables: &BTreeMap<String, String>) -> String {
    let Some((before, rest)) = text.split_once('$') else { return text.to_owned() };
    let (name, rest) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some(found) => found,
        None => rest.split_at(rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())),
    };
    let (name, default) = name.split_once(":-").unwrap_or((name, ""));
    let value = variables.get(name).map(String::as_str).filter(|value| !value.is_empty()).unwrap_or(default);
    format!("{before}{value}{}", filled_in(rest, variables))
}

/// Whether two references name the same image: `app` is `app:latest` is `docker.io/library/app:latest`.
pub(super) fn same_image(left: &str, right: &str) -> bool {
    full(left) == full(right)
}

/// Whether a reference names the image that is called `latest`, said or implied.
pub(super) fn is_latest(reference: &str) -> bool {
    full(reference).ends_with(":latest")
}

fn full(reference: &str) -> String {
    let short = reference.strip_prefix("docker.io/").unwrap_or(reference);
    let short = short.strip_prefix("library/").unwrap_or(short);
    let name = short.rsplit('/').next().unwrap_or(short);
    if name.contains(':') || name.contains('@') { short.to_owned() } else { format!("{short}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_with_variables_filled_in_and_stages_left_out() {
        let dockerfile = r"
            # syntax=docker/dockerfile:1
            ARG BASE=debian:bookworm
            ARG TAG
            FROM --platform=linux/amd64 ${BASE} AS build
            FROM registry:5000/app:${TAG:-latest} \
                as app
            FROM build
            COPY --from=build /a /a
            COPY --chown=1 --from=tools:$TAG /b /b
            COPY --from=0 /c /c
        ";
        let arguments = IndexMap::from([("TAG".to_owned(), Some("2".to_owned()))]);
        let images: Vec<_> = named_images(dockerfile, &arguments).into_iter().collect();
        assert_eq!(images, ["debian:bookworm", "registry:5000/app:2", "tools:2"]);
    }

    #[test]
    fn the_tag_latest_and_the_central_registry_are_implied() {
        assert!(same_image("app", "docker.io/library/app:latest"));
        assert!(!same_image("app:1", "app"));
        assert!(!same_image("registry:5000/app", "app"));
    }
}
