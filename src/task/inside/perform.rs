//! The order of things: services, lock, condition, needed tasks, commands; then the lock is free, and the task becomes
//! the service it stands for.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;

use nix::fcntl::Flock;

use super::super::definitions::{DEFINITIONS_VARIABLE, home};
use super::super::{
    Definitions, Error, Renderer, TEST_DATABASE_VARIABLE, TEST_REPORT_VARIABLE, Values, find, parse, script_values,
};
use super::process::Program;
use super::signals::Signals;
use super::stale::STAMP_VARIABLE;
use super::{lock, ready, user};
use crate::project::{SERVICE_VARIABLE, with_program};
use crate::settings::{Run, Task};

/// Names of the locks that a caller up the process tree holds already, separated by spaces.
const LOCKS_VARIABLE: &str = "ADO_LOCKS";
/// Tasks that were done in other containers before this one was called, separated by spaces.
pub const DONE_VARIABLE: &str = "ADO_DONE";

/// Tells people what is waited for.
pub type Notes<'a> = &'a dyn Fn(&str);

/// One call of `ado-do` in a container.
pub struct Inside<'a> {
    definitions: Definitions,
    environment: BTreeMap<String, String>,
    home: PathBuf,
    signals: Signals,
    locks: BTreeSet<String>,
    done: HashSet<(String, Vec<String>)>,
    elsewhere: BTreeSet<String>,
    notes: Notes<'a>,
}

/// What the first task leaves to be done at its end.
enum Ending {
    Code(u8),
    Become(Program),
}

impl<'a> Inside<'a> {
    /// Reads what this container knows, and takes over the signals of the process.
    ///
    /// # Errors
    /// [`Error::NoDefinitions`], and what the kernel refuses.
    pub fn new(mut environment: BTreeMap<String, String>, notes: Notes<'a>) -> Result<Self, Error> {
        let definitions = Definitions::read(&environment)?;
        let home = home(&environment).to_owned();
        let words = |environment: &BTreeMap<String, String>, name: &str| -> BTreeSet<String> {
            environment.get(name).map(|text| text.split(' ').map(str::to_owned).collect()).unwrap_or_default()
        };
        let locks = words(&environment, LOCKS_VARIABLE);
        let elsewhere = words(&environment, DONE_VARIABLE);
        environment.remove(DONE_VARIABLE);
        environment.remove(STAMP_VARIABLE);
        environment.remove(DEFINITIONS_VARIABLE);
        let signals = Signals::listen().map_err(|source| Error::Io { what: "handling signals", source })?;
        Ok(Self { definitions, environment, home, signals, locks, done: HashSet::new(), elsewhere, notes })
    }

    /// What this container knows.
    pub fn definitions(&self) -> &Definitions {
        &self.definitions
    }

    /// Does a task and gives the exit code; comes back only where the task becomes no other process.
    ///
    /// # Errors
    /// Everything that keeps the task from being done.
    pub async fn perform(mut self, name: &str, arguments: Vec<OsString>) -> Result<u8, Error> {
        let task = find(&self.definitions.settings, name)?.clone();
        let values = parse(&task, "ado-do", arguments)?;
        self.require_test_surroundings(&task)?;
        match self.task(&task, &values, true).await? {
            Ending::Code(code) => Ok(code),
            Ending::Become(program) => Err(program.become_it()),
        }
    }

    /// A test that is not called by `ado test` would meet an unset variable half way, or a database it must not touch.
    fn require_test_surroundings(&self, task: &Task) -> Result<(), Error> {
        let texts = task.texts();
        let missing = [TEST_DATABASE_VARIABLE, TEST_REPORT_VARIABLE].into_iter().find(|variable| {
            !self.environment.contains_key(*variable) && texts.iter().any(|text| text.contains(variable))
        });
        let Some(variable) = missing else { return Ok(()) };
        let service = task.service.as_ref().map(ToString::to_string);
        Err(Error::OnlyForTests { task: task.name.clone(), variable, service })
    }

    async fn task(&mut self, task: &Task, values: &Values, first: bool) -> Result<Ending, Error> {
        self.wait_for_services(task).await?;
        let held = self.lock(task).await?;
        let locked = held.is_some();
        let ended = self.work(task, values, first && !locked).await;
        if let (Some(_), Some(name)) = (&held, &task.lock) {
            self.locks.remove(name);
        }
        drop(held);
        match ended? {
            Ending::Code(0) => {}
            ended => return Ok(ended),
        }
        match &task.exec {
            Some(vector) if first => {
                let renderer = Renderer::new(task, values, &self.environment);
                Ok(Ending::Become(self.program(task, values, renderer.vector(vector)?)?))
            }
            _ => Ok(Ending::Code(0)),
        }
    }

    async fn wait_for_services(&mut self, task: &Task) -> Result<(), Error> {
        for service in &task.services {
            let listening = self.definitions.services.get(service.as_str()).cloned().unwrap_or_default();
            let notes = self.notes;
            let waiting = || notes(&format!("waiting for service `{service}`"));
            self.signals.unless_ended(ready::wait(service.as_str(), &listening, waiting)).await?;
        }
        Ok(())
    }

    /// Takes the task's lock; `None` where it has none, or a caller holds it already.
    async fn lock(&mut self, task: &Task) -> Result<Option<Flock<File>>, Error> {
        let Some(name) = task.lock.as_ref().filter(|name| !self.locks.contains(*name)) else { return Ok(None) };
        let notes = self.notes;
        let waiting = || notes(&format!("waiting for another task that holds the lock `{name}`"));
        let held = self.signals.unless_ended(lock::take(&self.home, name, waiting)).await?;
        self.locks.insert(name.clone());
        Ok(Some(held))
    }

    /// Needed tasks and commands. With `last`, nothing comes after the last command, so the process can become it.
    async fn work(&mut self, task: &Task, values: &Values, last: bool) -> Result<Ending, Error> {
        if let Some(condition) = &task.when {
            let vector = Renderer::new(task, values, &self.environment).vector(condition)?;
            let program = self.program(task, values, vector)?;
            if !program.succeeds(&mut self.signals).await? {
                (self.notes)(&format!("`{}` has nothing to do", task.name));
                return Ok(Ending::Code(0));
            }
        }
        for need in &task.needs {
            let arguments = Renderer::new(task, values, &self.environment).arguments(&need.arguments)?;
            let code = self.need(task, &need.task, arguments).await?;
            if code != 0 {
                return Ok(Ending::Code(code));
            }
        }
        let mut vectors = self.vectors(task, values)?;
        let final_vector = if last && task.exec.is_none() { vectors.pop() } else { None };
        for vector in vectors {
            let code = self.program(task, values, vector)?.run(&mut self.signals).await?;
            if code != 0 {
                return Ok(Ending::Code(code));
            }
        }
        match final_vector {
            Some(vector) => Ok(Ending::Become(self.program(task, values, vector)?)),
            None => Ok(Ending::Code(0)),
        }
    }

    async fn need(&mut self, task: &Task, name: &str, arguments: Vec<String>) -> Result<u8, Error> {
        if self.elsewhere.contains(name) || !self.done.insert((name.to_owned(), arguments.clone())) {
            return Ok(0);
        }
        let needed = find(&self.definitions.settings, name)?.clone();
        let here = self.environment.get(SERVICE_VARIABLE);
        if let (Some(service), Some(here)) = (&needed.service, here)
            && service.as_str() != here
        {
            let (task, need, service) = (task.name.clone(), name.to_owned(), service.to_string());
            return Err(Error::Elsewhere { task, need, service });
        }
        let values = parse(&needed, "ado-do", arguments.into_iter().map(OsString::from))?;
        match Box::pin(self.task(&needed, &values, false)).await? {
            Ending::Code(code) => Ok(code),
            Ending::Become(program) => program.run(&mut self.signals).await,
        }
    }

    /// All commands of a task, rendered before the first one runs.
    fn vectors(&self, task: &Task, values: &Values) -> Result<Vec<Vec<String>>, Error> {
        match &task.run {
            Run::Commands(commands) => {
                let renderer = Renderer::new(task, values, &self.environment);
                commands.iter().map(|command| renderer.vector(command)).collect()
            }
            Run::Script { shell, text } => {
                let mut vector = shell.clone();
                vector.extend([text.clone(), task.name.clone()]);
                vector.extend(script_values(task, values).0);
                Ok(vec![vector])
            }
        }
    }

    fn program(&self, task: &Task, values: &Values, vector: Vec<String>) -> Result<Program, Error> {
        let renderer = Renderer::new(task, values, &self.environment);
        let mut environment = self.environment.clone();
        if matches!(task.run, Run::Script { .. }) {
            environment.extend(script_values(task, values).1);
        }
        environment.extend(renderer.variables(&task.env)?);
        environment.insert(LOCKS_VARIABLE.to_owned(), self.locks.iter().cloned().collect::<Vec<_>>().join(" "));
        if self.locks.is_empty() {
            environment.remove(LOCKS_VARIABLE);
        }
        let ids = match &task.user {
            None => None,
            Some(text) => {
                let unknown = || Error::NoUser { task: task.name.clone(), user: text.clone() };
                Some(user::ids(text).ok_or_else(unknown)?).filter(|ids| !user::are_mine(*ids))
            }
        };
        let workdir = task.workdir.as_ref().map(|workdir| renderer.text(workdir)).transpose()?;
        Ok(Program { vector: with_program(vector), environment, workdir, ids })
    }
}
