//! Services that do tasks: they get a volume with `ado-do` and what it must know, on any image, without rebuilding it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Mount, MountKind, Project, Seed, SeedContent, SeedFile, Service, Volume};
use crate::diagnostic::Span;
use crate::names::{ServiceName, VolumeName};
use crate::secret::Secret;
use crate::settings::{self, Settings};

/// Where the volume is mounted.
pub const TASK_HOME: &str = "/opt/ado";
/// The program, in the volume.
pub const TASK_PROGRAM: &str = "bin/ado-do";
/// The definitions, in the volume.
pub const TASK_DEFINITIONS: &str = "definitions.json";
/// Directory of the locks, in the volume: a directory for each.
pub const TASK_LOCKS: &str = "locks";
/// The service that a container belongs to.
pub const SERVICE_VARIABLE: &str = "ADO_SERVICE";

/// The key of the volume among the project's.
const VOLUME: &str = "ado";
/// As people write it in `command`.
const COMMAND: &str = "ado-do";

/// `ado-do` for each architecture that there is one for on this machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Programs {
    /// By architecture as Docker calls it.
    pub by_architecture: BTreeMap<String, PathBuf>,
    /// Another text whenever one of them is another file.
    pub identity: String,
}

/// The definitions as they travel into containers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definitions {
    /// The tables `task` and `database` of `config.toml`; nothing else of it concerns a container.
    pub settings: String,
    /// Where the project's services listen, by name.
    pub services: BTreeMap<String, Listening>,
}

/// Where a service listens inside the project's networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    /// TCP ports, as `expose`, `ports` and the settings of its database say; empty: nothing is known.
    pub ports: Vec<u16>,
    /// Whether it is a database server, and of which kind.
    pub database: Option<String>,
}

/// What `config.toml` says to containers.
#[derive(Debug, Clone, Copy)]
pub struct TaskSource<'a> {
    /// Typed.
    pub settings: &'a Settings,
    /// As text.
    pub text: &'a str,
}

/// Whether a service does tasks: it says `x-ado: {tasks: true}`, or its command begins with `ado-do`.
pub fn does_tasks(service: &Service) -> bool {
    let asked = service.extensions.get("x-ado").and_then(|own| own.get("tasks")).and_then(serde_json::Value::as_bool);
    let program = program();
    let begins = |vector: &Option<Vec<String>>| {
        vector.as_ref().and_then(|words| words.first()).is_some_and(|word| word == COMMAND || *word == program)
    };
    asked.unwrap_or_else(|| begins(&service.command) || begins(&service.entrypoint))
}

/// The program's place in a container that has it.
fn program() -> String {
    format!("{TASK_HOME}/{TASK_PROGRAM}")
}

/// A command as it can be started in a container that does tasks: `ado-do` by its place, because no image has it in its
/// `PATH`.
pub fn with_program(mut words: Vec<String>) -> Vec<String> {
    if words.first().is_some_and(|word| word == COMMAND) {
        words[0] = program();
    }
    words
}

impl Project {
    /// Gives every service that does tasks what it needs for that.
    pub fn equip(&mut self, source: TaskSource<'_>, programs: &Programs) {
        let Some(span) =
            self.services.values().chain(self.disabled.values()).find(|one| does_tasks(one)).map(|s| s.span)
        else {
            return;
        };
        let key = match VolumeName::new(VOLUME) {
            Ok(key) if !self.volumes.contains_key(&key) => key,
            // A volume of the user's has that key: theirs stays what it is.
            _ => match VolumeName::new("ado-do") {
                Ok(key) => key,
                Err(_) => return,
            },
        };
        let definitions = self.definitions(source);
        self.seeds.insert(key.clone(), seed(source.settings, &definitions, programs));
        self.volumes.insert(key.clone(), volume(self, &key, span));
        for service in self.services.values_mut().chain(self.disabled.values_mut()).filter(|one| does_tasks(one)) {
            equip(service, &key);
        }
    }

    /// What the containers are told, as text.
    pub fn definitions(&self, source: TaskSource<'_>) -> String {
        let services = listening(&self.services, source.settings);
        let definitions = Definitions { settings: settings::for_containers(source.text), services };
        serde_json::to_string(&definitions).unwrap_or_default()
    }
}

fn equip(service: &mut Service, key: &VolumeName) {
    let kind = MountKind::Volume { source: key.clone(), no_copy: true, subpath: None, labels: IndexMap::new() };
    let target = TASK_HOME.to_owned();
    service.volumes.push(Mount { target, read_only: true, consistency: None, kind, span: service.span });
    let name = Some(Secret::new(service.name.to_string()));
    service.environment.entry(SERVICE_VARIABLE.to_owned()).or_insert(name);
    service.command = service.command.take().map(with_program);
    service.entrypoint = service.entrypoint.take().map(with_program);
}

fn volume(project: &Project, key: &VolumeName, span: Span) -> Volume {
    let name = VolumeName::new(&format!("{}_{key}", project.name)).unwrap_or_else(|_| key.clone());
    let (driver, driver_opts, labels) = (None, IndexMap::new(), IndexMap::new());
    Volume { name, external: false, driver, driver_opts, labels, span: Some(span) }
}

fn seed(settings: &Settings, definitions: &str, programs: &Programs) -> Seed {
    let mut locks: Vec<&str> = settings.tasks.values().filter_map(|task| task.lock.as_deref()).collect();
    // The commands of databases lock each other out even where no task of the project has a lock.
    locks.push("project");
    locks.sort_unstable();
    locks.dedup();
    let mut digest = Sha256::new();
    for part in [env!("CARGO_PKG_VERSION"), &programs.identity, definitions, &locks.join(" ")] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let stamp = digest.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    let program = SeedContent::Program(programs.by_architecture.clone());
    Seed {
        stamp,
        directories: locks.into_iter().map(|lock| format!("{TASK_LOCKS}/{lock}")).collect(),
        files: vec![
            SeedFile { path: TASK_PROGRAM.to_owned(), mode: 0o755, content: program },
            SeedFile { path: TASK_DEFINITIONS.to_owned(), mode: 0o644, content: SeedContent::Text(definitions.into()) },
        ],
    }
}

fn listening(services: &IndexMap<ServiceName, Service>, settings: &Settings) -> BTreeMap<String, Listening> {
    let of = |(name, service): (&ServiceName, &Service)| {
        let mapped = service.ports.iter().filter(|port| port.protocol == "tcp").map(|port| port.target);
        let exposed = service.expose.iter().filter_map(|port| match port.split_once('/') {
            Some((number, "tcp")) => number.parse().ok(),
            Some(_) => None,
            None => port.parse().ok(),
        });
        let database = settings.databases.values().find(|database| database.service == *name);
        let mut ports: Vec<u16> = mapped.chain(exposed).chain(database.map(|one| one.engine.port())).collect();
        ports.sort_unstable();
        ports.dedup();
        (name.to_string(), Listening { ports, database: database.map(|one| one.engine.as_str().to_owned()) })
    };
    services.iter().map(of).collect()
}

impl Programs {
    /// Of candidates in the order of preference: an architecture, a file, and what tells that file from others.
    pub fn of(candidates: impl IntoIterator<Item = (String, PathBuf, String)>) -> Self {
        let mut programs = Self::default();
        for (architecture, path, identity) in candidates {
            if let std::collections::btree_map::Entry::Vacant(entry) = programs.by_architecture.entry(architecture) {
                // Writing to a text cannot fail.
                let _ = write!(programs.identity, "{}={identity};", entry.key());
                entry.insert(path);
            }
        }
        programs
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::project::testing;

    const CONFIG: &str =
        "[[repository]]\nurl = \"https://token@example.org/a.git\"\n[task.t]\nlock = \"other\"\nrun = [\"true\"]\n";

    fn equipped(services: &serde_json::Value) -> Project {
        let mut project = testing::project(&json!({ "name": "demo", "services": services }));
        let settings = settings::parse(Path::new("config.toml"), CONFIG).expect("it is right");
        project.equip(TaskSource { settings: &settings, text: CONFIG }, &Programs::default());
        project
    }

    #[test]
    fn only_services_that_ask_for_it_are_changed_and_still_do_tasks_then() {
        let project = equipped(&json!({
            "plain": { "image": "i", "command": ["sleep"] },
            "asks": { "image": "i", "x-ado": { "tasks": true } },
            "begins": { "image": "i", "command": ["ado-do", "serve"] },
        }));
        let mounts = |name: &str| project.services.get(name).expect("it is there").volumes.len();
        assert_eq!((mounts("plain"), mounts("asks"), mounts("begins")), (0, 1, 1));
        let begins = project.services.get("begins").expect("it is there");
        assert_eq!(begins.command.as_deref(), Some(&["/opt/ado/bin/ado-do".to_owned(), "serve".to_owned()][..]));
        assert!(does_tasks(begins));
        assert_eq!(project.volumes.values().map(|volume| volume.name.as_str()).collect::<Vec<_>>(), ["demo_ado"]);
    }

    #[test]
    fn a_project_without_tasks_stays_what_it_is() {
        let project = equipped(&json!({ "plain": { "image": "i" } }));
        assert!(project.seeds.is_empty() && project.volumes.is_empty());
    }

    #[test]
    fn containers_are_told_of_tasks_but_not_of_repositories() {
        let project = equipped(&json!({ "web": { "image": "i", "x-ado": { "tasks": true } } }));
        let seed = project.seeds.values().next().expect("there is one");
        assert_eq!(seed.directories, ["locks/other", "locks/project"]);
        let SeedContent::Text(text) = &seed.files[1].content else { panic!("definitions are a text") };
        assert!(text.contains("task.t") && !text.contains("token"), "{text}");
    }
}
