//! The seam to the application's own tasks.

use std::ffi::OsString;

use super::super::do_task::{Place, Tasks};
use super::super::{Error, Exit};
use super::target::Surroundings;
use crate::task::{self, inside::Inside};

/// Does a task of `config.toml` with these arguments.
pub async fn perform(surroundings: &Surroundings<'_>, task: &str, arguments: Vec<String>) -> Result<Exit, Error> {
    match surroundings {
        Surroundings::Inside { ui, environment } => {
            let notes = |text: &str| {
                // Notes are for people only; the work goes on where nobody can read them.
                let _ = ui.note(format!("ado-do: {text}"));
            };
            let inside = Inside::new((*environment).clone(), &notes)?;
            let code = inside.perform(task, arguments.into_iter().map(Into::into).collect()).await?;
            Ok(Exit(code))
        }
        Surroundings::Outside(context) => {
            let words: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
            let calls = task::route(&surroundings.settings()?, task, &words, None)?;
            let tasks = Tasks::of(context, calls.iter().map(|call| &call.service))?;
            let place = Place { exec_only: false, run_only: false, index: None, tty: false, collect: false };
            for call in &calls {
                let outcome = tasks.call(call, place).await?;
                if outcome.exit_code != 0 {
                    return Ok(Exit::of_process(outcome.exit_code));
                }
            }
            Ok(Exit::DONE)
        }
    }
}
