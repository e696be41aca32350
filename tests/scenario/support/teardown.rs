//! Removing what a project left on the Engine.

use super::{Engine, Scenario};

/// Removes everything that carries the project's label or name: containers, networks, volumes, images.
pub fn remove(engine: &Engine, project: &str) {
    let label = format!("com.docker.compose.project={project}");
    for container in engine.labelled("/containers/json?all=1&", &label) {
        engine.delete(&format!("/containers/{}?force=1&v=1", text(&container["Id"])));
    }
    for network in engine.labelled("/networks?", &label) {
        engine.delete(&format!("/networks/{}", text(&network["Id"])));
    }
    for volume in engine.labelled("/volumes?", &label) {
        engine.delete(&format!("/volumes/{}?force=1", text(&volume["Name"])));
    }
    for image in engine.get("/images/json").iter().filter_map(serde_json::Value::as_array).flatten() {
        for reference in image["RepoTags"].as_array().into_iter().flatten() {
            let reference = text(reference);
            if reference.starts_with(&format!("{project}-")) {
                engine.delete(&format!("/images/{reference}?force=1"));
            }
        }
    }
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Drop for Scenario {
    fn drop(&mut self) {
        let failed = std::thread::panicking();
        if failed {
            super::evidence::keep(self.name(), self.transcript(), self.engine(), &self.everything());
        }
        let keep = failed && std::env::var_os("ADO_KEEP_FAILED").is_some_and(|value| value == "1");
        if !keep {
            remove(self.engine(), self.project());
            for other in self.other_projects() {
                remove(self.engine(), &other);
            }
        }
    }
}
