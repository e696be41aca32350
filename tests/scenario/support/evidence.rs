//! What a failed scenario leaves behind for its reader.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::{Container, Engine};

/// Every command of a scenario with its output, in order.
#[derive(Clone, Default)]
pub struct Transcript {
    text: Arc<Mutex<String>>,
}

impl Transcript {
    pub fn say(&self, paragraph: &str) {
        let mut text = self.text.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        text.push_str(paragraph);
        text.push('\n');
    }

    fn text(&self) -> String {
        self.text.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

/// Writes the transcript, the project's containers and their logs under `target/scenario-failures/NAME/`.
pub fn keep(name: &str, transcript: &Transcript, engine: &Engine, containers: &[Container]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let folder = target.join("scenario-failures").join(name.replace("::", "."));
    let written = fs::create_dir_all(&folder)
        .and_then(|()| fs::write(folder.join("transcript.txt"), transcript.text()))
        .and_then(|()| {
            containers.iter().try_for_each(|container| {
                let file = folder.join(container.name());
                fs::write(file.with_added_extension("json"), format!("{:#}", container.detail))?;
                fs::write(file.with_added_extension("log"), engine.logs(container.id()))
            })
        });
    // Losing the evidence must not hide the failure itself.
    drop(written);
}
