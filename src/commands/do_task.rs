//! `ado do`, and `ado NAME` for tasks whose name is no verb.

mod call;

use std::ffi::OsString;
use std::time::Instant;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{Error, Exit, task_list};
use crate::context::{Configured, Context};
use crate::diagnostic::nearest;
use crate::names::{ContainerName, ServiceName};
use crate::task::{self, Call};

pub(super) use call::{Outcome, Place, Tasks};

/// Which task, where and how.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only in a container that runs already
    #[arg(long, conflicts_with = "run")]
    exec: bool,
    /// In a container of its own, with the services it depends on started
    #[arg(long)]
    run: bool,
    /// In another service than the task says
    #[arg(long, value_name = "SERVICE")]
    service: Option<ServiceName>,
    /// Number of the replica; without it, the first that runs
    #[arg(long)]
    index: Option<u32>,
    /// Give the task no terminal; it has one where ado has one
    #[arg(short = 'T', long = "no-tty", alias = "no-TTY")]
    no_tty: bool,
    /// How the result is given: as it streams, or wrapped for tools
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The task and its arguments; none lists the tasks
    #[arg(value_name = "TASK", trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Does the task; its exit code is ours.
pub async fn run(context: &Context, arguments: Arguments) -> Result<Exit, Error> {
    let configured = context.settings()?;
    let configured = configured.ok_or_else(|| Error::NoSettings { directory: context.directory.clone() })?;
    let Some((name, words)) = arguments.words.split_first() else {
        return list(context, &configured, arguments.format);
    };
    let name = name.to_string_lossy();
    let calls = task::route(&configured.settings, &name, words, arguments.service.as_ref())?;
    let tasks = Tasks::of(context, calls.iter().map(|call| &call.service))?;
    let terminal = context.ui.input_is_terminal() && context.ui.output_is_terminal();
    let place = Place {
        exec_only: arguments.exec,
        run_only: arguments.run,
        index: arguments.index,
        tty: terminal && !arguments.no_tty && arguments.format == Format::Text,
        collect: arguments.format == Format::Json,
    };
    let begin = Instant::now();
    let mut outcomes = Vec::new();
    for call in &calls {
        let outcome = tasks.call(call, place).await?;
        let ended = outcome.exit_code != 0;
        outcomes.push((call, outcome));
        if ended {
            break;
        }
    }
    if arguments.format == Format::Json {
        context.ui.json(&wrapped(&name, &outcomes, begin.elapsed().as_secs_f64()))?;
    }
    Ok(outcomes.last().map_or(Exit::DONE, |(_, outcome)| Exit::of_process(outcome.exit_code)))
}

/// `ado NAME`: a task, where the name is one.
///
/// # Errors
/// [`task::Error::Unknown`] with the nearest verb or task otherwise.
pub async fn run_named(context: &Context, words: Vec<OsString>, verbs: &[String]) -> Result<Exit, Error> {
    let configured = context.settings()?;
    let name = words.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let tasks = configured.iter().flat_map(|configured| configured.settings.tasks.keys());
    if !tasks.clone().any(|task| *task == name) {
        let known = verbs.iter().chain(tasks).map(String::as_str);
        return Err(Error::NoVerb { nearest: nearest(&name, known).map(str::to_owned), name });
    }
    let arguments =
        Arguments { exec: false, run: false, service: None, index: None, no_tty: false, format: Format::Text, words };
    run(context, arguments).await
}

fn list(context: &Context, configured: &Configured, format: Format) -> Result<Exit, Error> {
    match format {
        Format::Text => context.ui.table(&task_list::table(&configured.settings))?,
        Format::Json => context.ui.json(&task_list::json(&configured.settings))?,
    }
    Ok(Exit::DONE)
}

fn wrapped(name: &str, outcomes: &[(&Call, Outcome)], seconds: f64) -> serde_json::Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let joined =
        |of: fn(&Outcome) -> &[u8]| text(&outcomes.iter().flat_map(|(_, one)| of(one).to_vec()).collect::<Vec<_>>());
    let last = outcomes.last();
    json!({
        "task": name,
        "service": last.map(|(call, _)| call.service.as_str()),
        "container": last.and_then(|(_, outcome)| outcome.container.as_ref()).map(ContainerName::as_str),
        "exit_code": last.map_or(0, |(_, outcome)| outcome.exit_code),
        "seconds": seconds,
        "stdout": joined(|outcome| &outcome.stdout),
        "stderr": joined(|outcome| &outcome.stderr),
    })
}
