//! `ado test`: the project's own tests, inside its containers, on a database of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use super::converge;
use super::database::testing;
use super::do_task::{Place, Tasks};
use super::scope::running_replica;
use super::{Error, Exit, archive};
use crate::context::Context;
use crate::database::DatabaseName;
use crate::names::ServiceName;
use crate::settings::{Settings, Task};
use crate::task::{self, Call, TEST_DATABASE_VARIABLE, TEST_REPORT_VARIABLE};

/// The task that is a project's test, and what the names of further ones begin with.
const TASK: &str = "test";
const TASKS: &str = "test-";

/// Which tests, and what stays of them.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Make the template of the test database anew; it is kept from one run to the next
    #[arg(long)]
    build: bool,
    /// Keep the test database
    #[arg(long)]
    keep: bool,
    /// Collect the reports of the tests as XML in this directory, TASK.xml for each
    #[arg(long, value_name = "DIRECTORY")]
    junit: Option<PathBuf>,
    /// Only the tests of these services
    #[arg(value_name = "SERVICE")]
    services: Vec<ServiceName>,
    /// What the test runner gets
    #[arg(last = true, value_name = "ARGUMENT")]
    runner: Vec<OsString>,
}

/// Starts what is tested, makes the database, runs the tests one after the other and removes the database.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let configured = context.settings()?;
    let settings = configured.ok_or_else(|| Error::NoSettings { directory: context.directory.clone() })?.settings;
    let tests = chosen(&settings, &arguments.services)?;
    let mut services: Vec<_> = tests.iter().filter_map(|task| task.service.clone()).collect();
    services.extend(settings.databases.get("default").map(|database| database.service.clone()));
    converge::bring_up(context, "test", &context.project()?, &services).await?;
    let database = testing::begin(context, arguments.build).await?;
    let result = all(context, arguments, &settings, (&tests, database.as_ref())).await;
    if let Some(name) = &database {
        if arguments.keep {
            context.ui.note(format!("database {name} stays"))?;
        } else {
            testing::end(context, name).await?;
        }
    }
    result
}

/// The tasks that are tests, in the order of `config.toml`.
fn chosen<'a>(settings: &'a Settings, services: &[ServiceName]) -> Result<Vec<&'a Task>, Error> {
    let tests = settings.tasks.values().filter(|task| task.name == TASK || task.name.starts_with(TASKS));
    let tests: Vec<_> = tests.filter(|task| task.service.is_some()).collect();
    for service in services {
        if !tests.iter().any(|task| task.service.as_ref() == Some(service)) {
            return Err(Error::NoTests { of: format!("service `{service}`") });
        }
    }
    if tests.is_empty() {
        return Err(Error::NoTests { of: "any service".to_owned() });
    }
    let wanted = |task: &&Task| services.is_empty() || task.service.as_ref().is_some_and(|one| services.contains(one));
    Ok(tests.into_iter().filter(wanted).collect())
}

/// Every task, even where one before it has failed; the exit code is that of the first that failed.
async fn all(
    context: &Context,
    arguments: &Arguments,
    settings: &Settings,
    (tests, database): (&[&Task], Option<&DatabaseName>),
) -> Result<Exit, Error> {
    let mut exit = Exit::DONE;
    for task in tests {
        let code = one(context, arguments, settings, (task, database)).await?;
        if exit == Exit::DONE {
            exit = Exit::of_process(code);
        }
    }
    Ok(exit)
}

async fn one(
    context: &Context,
    arguments: &Arguments,
    settings: &Settings,
    (task, database): (&Task, Option<&DatabaseName>),
) -> Result<i64, Error> {
    let mut words = arguments.runner.clone();
    if !words.is_empty() {
        words.insert(0, "--".into());
    }
    // Another name for each run, so that a report which stayed in the container is never taken for this one's.
    let run = database.map_or_else(|| std::process::id().to_string(), ToString::to_string);
    let report = format!("/tmp/{}-{run}.xml", task.name);
    let mut calls = task::route(settings, &task.name, &words, None)?;
    for call in &mut calls {
        call.environment.push(format!("{TEST_REPORT_VARIABLE}={report}"));
        call.environment.extend(database.map(|name| format!("{TEST_DATABASE_VARIABLE}={}", name.as_str())));
    }
    let tasks = Tasks::of(context, calls.iter().map(|call| &call.service))?;
    let place = Place { exec_only: true, run_only: false, index: None, tty: false, collect: false };
    let mut code = 0;
    for call in &calls {
        code = tasks.call(call, place).await?.exit_code;
        if code != 0 {
            break;
        }
    }
    if let (Some(directory), Some(call)) = (&arguments.junit, calls.last()) {
        collect(context, call, &report, &context.directory.join(directory).join(format!("{}.xml", task.name))).await?;
    }
    Ok(code)
}

/// Brings a report out of the container; a runner that ended early may have written none.
async fn collect(context: &Context, call: &Call, report: &str, target: &Path) -> Result<(), Error> {
    let engine = context.engine()?;
    let container = running_replica(engine, &context.project()?.name, &call.service, None).await?;
    let (stat, chunks) = match engine.archive_get(&container.id, report).await {
        Err(error) if error.is_not_found() => {
            return Ok(context.ui.note(format!(
                "{} left no report: the task gets its place in {TEST_REPORT_VARIABLE}",
                call.service
            ))?);
        }
        found => found?,
    };
    let directory = target.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory).map_err(|source| Error::File { path: directory.to_owned(), source })?;
    archive::unpack(Box::pin(chunks), archive::Place::As { name: stat.name, target: target.to_owned() }).await
}
