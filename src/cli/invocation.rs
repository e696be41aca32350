//! How the program was called: as `ado`, through a link named `docker-compose`, or by the docker client as its plugin.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// What the docker client asks every plugin for.
const METADATA_VERB: &str = "docker-cli-plugin-metadata";

/// Options of the docker client that stand before `compose` and take a value.
const DOCKER_OPTIONS: [&str; 8] = ["-H", "--host", "-c", "--context", "-l", "--log-level", "--config", "--tlscacert"];

/// The words of the command line, made what `ado` expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Invocation {
    pub arguments: Vec<OsString>,
}

impl Invocation {
    /// Takes out the word `compose`, which the docker client puts before the verb.
    pub fn of(words: impl Iterator<Item = OsString>) -> Self {
        let mut arguments: Vec<OsString> = words.collect();
        let name = arguments.first().map(Path::new).and_then(Path::file_name).unwrap_or(OsStr::new("ado")).to_owned();
        if let Some(position) = first_word(&arguments)
            && arguments[position] == "compose"
        {
            arguments.remove(position);
        }
        if let Some(first) = arguments.first_mut() {
            *first = name;
        }
        Self { arguments }
    }

    /// Whether the caller means Docker Compose.
    pub fn is_compose(&self) -> bool {
        self.arguments.first().is_some_and(|name| name == "docker-compose")
    }

    /// Whether this is the program inside a container.
    pub fn is_inside(&self) -> bool {
        self.arguments.first().is_some_and(|name| name == "ado-do")
    }

    pub fn asks_for_plugin_metadata(&self) -> bool {
        self.arguments.get(1).is_some_and(|verb| verb == METADATA_VERB)
    }
}

/// The first argument that is neither an option nor the value of one.
fn first_word(arguments: &[OsString]) -> Option<usize> {
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        let text = argument.to_string_lossy();
        if !text.starts_with('-') {
            return Some(index);
        }
        index += if DOCKER_OPTIONS.contains(&&*text) { 2 } else { 1 };
    }
    None
}

/// What the docker client wants to know of a plugin (docker/cli, `cli-plugins/metadata`).
pub(super) fn plugin_metadata() -> String {
    serde_json::json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "ado",
        "Version": concat!("v", env!("CARGO_PKG_VERSION")),
        "ShortDescription": "ado, speaking Docker Compose",
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &[&str]) -> Vec<String> {
        let invocation = Invocation::of(words.iter().map(OsString::from));
        invocation.arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_docker_client_puts_compose_before_the_verb() {
        assert_eq!(of(&["/plugins/docker-compose", "compose", "up"]), ["docker-compose", "up"]);
        assert_eq!(
            of(&["docker-compose", "--context", "far", "compose", "ps"]),
            ["docker-compose", "--context", "far", "ps"]
        );
    }

    #[test]
    fn a_service_named_compose_stays() {
        assert_eq!(of(&["ado", "up", "compose"]), ["ado", "up", "compose"]);
    }
}
