//! One container as the Engine describes it.

use serde_json::Value;

use super::Engine;

/// What the Engine answered to an inspection.
#[derive(Clone)]
pub struct Container {
    pub detail: Value,
}

impl Container {
    /// Inspects a container; `None` when there is no such container.
    pub fn inspect(engine: &Engine, id: &str) -> Option<Self> {
        engine.get(&format!("/containers/{id}/json")).map(|detail| Self { detail })
    }

    /// A value by its JSON pointer, such as `/HostConfig/Init`.
    pub fn at(&self, pointer: &str) -> &Value {
        self.detail.pointer(pointer).unwrap_or(&Value::Null)
    }

    /// A text by its JSON pointer; empty when it is not there.
    pub fn text(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_default()
    }

    /// A number by its JSON pointer.
    pub fn number(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_else(|| panic!("no number at {pointer}: {}", self.at(pointer)))
    }

    pub fn id(&self) -> &str {
        self.text("/Id")
    }

    pub fn name(&self) -> &str {
        self.text("/Name").trim_start_matches('/')
    }

    /// `created`, `running`, `paused`, `exited` …
    pub fn status(&self) -> &str {
        self.text("/State/Status")
    }

    pub fn is_running(&self) -> bool {
        self.status() == "running"
    }

    pub fn started_at(&self) -> &str {
        self.text("/State/StartedAt")
    }

    pub fn finished_at(&self) -> &str {
        self.text("/State/FinishedAt")
    }

    pub fn exit_code(&self) -> i64 {
        self.number("/State/ExitCode")
    }

    pub fn label(&self, name: &str) -> Option<&str> {
        self.at("/Config/Labels").get(name).and_then(Value::as_str)
    }

    /// The value of an environment variable.
    pub fn environment(&self, name: &str) -> Option<&str> {
        let all = self.at("/Config/Env").as_array()?;
        all.iter().filter_map(Value::as_str).find_map(|entry| entry.strip_prefix(name)?.strip_prefix('='))
    }

    /// The container's place in its service, 1 for the first.
    pub fn replica(&self) -> u32 {
        self.label("com.docker.compose.container-number").and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    /// The host port that leads to a port inside, such as `80/tcp`.
    pub fn published(&self, inside: &str) -> Option<u16> {
        let bindings = self.at("/NetworkSettings/Ports").get(inside)?.as_array()?;
        // The Engine may choose another number for IPv6.
        let first = bindings.iter().find(|binding| binding["HostIp"] != "::").or(bindings.first())?;
        first.get("HostPort")?.as_str()?.parse().ok()
    }

    /// The names of the networks it is on, sorted.
    pub fn networks(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .at("/NetworkSettings/Networks")
            .as_object()
            .map(|all| all.keys().cloned().collect())
            .unwrap_or_default();
        names.sort();
        names
    }

    /// Its settings on one network.
    pub fn network(&self, name: &str) -> &Value {
        self.at("/NetworkSettings/Networks").get(name).unwrap_or(&Value::Null)
    }

    /// The mount at a path inside.
    pub fn mount(&self, inside: &str) -> Option<&Value> {
        self.at("/Mounts").as_array()?.iter().find(|mount| mount["Destination"] == inside)
    }

    /// The name of the volume mounted at a path inside.
    pub fn volume(&self, inside: &str) -> Option<&str> {
        self.mount(inside)?["Name"].as_str()
    }
}
