//! `ado-do`, the name under which this program works inside containers.

use std::collections::BTreeMap;
use std::ffi::OsString;

use crate::task::inside::{Inside, STALE, is_stale};
use crate::task::{self, Definitions};
use crate::ui::{Ui, usage};

use super::{database, task_list};

/// Does the task that the words name, or becomes the service that it stands for; gives the exit code otherwise.
pub fn main(ui: &Ui, environment: BTreeMap<String, String>, words: impl IntoIterator<Item = OsString>) -> u8 {
    if is_stale(&environment) {
        return STALE;
    }
    let mut words = words.into_iter();
    let name = words.next().map(|name| name.to_string_lossy().into_owned());
    if let Some(verb) = name.as_deref().filter(|name| database::is_verb(name)) {
        return database::inside(ui, &environment, std::iter::once(verb.into()).chain(words).collect());
    }
    let result = match name.as_deref() {
        None | Some("--help" | "-h" | "help") => list(ui, &environment),
        Some(name) => perform(ui, environment, name, words.collect()),
    };
    match result {
        Ok(code) => code,
        Err(task::Error::Usage(error)) => usage(&error),
        Err(error) => {
            // Where even standard error is gone, the exit code has to do.
            let _ = ui.failure(&error.to_string(), &[], error.hint().as_deref());
            error.exit_code()
        }
    }
}

fn perform(
    ui: &Ui,
    environment: BTreeMap<String, String>,
    name: &str,
    arguments: Vec<OsString>,
) -> Result<u8, task::Error> {
    let io = |what| move |source| task::Error::Io { what, source };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(io("starting"))?;
    let notes = |text: &str| {
        // Notes are for people only; the work goes on where nobody can read them.
        let _ = ui.note(format!("ado-do: {text}"));
    };
    runtime.block_on(async { Inside::new(environment, &notes)?.perform(name, arguments).await })
}

fn list(ui: &Ui, environment: &BTreeMap<String, String>) -> Result<u8, task::Error> {
    let table = task_list::table(&Definitions::read(environment)?.settings);
    ui.table(&table).map_err(|source| task::Error::Io { what: "listing tasks", source })?;
    Ok(0)
}
