//! The way of a task from outside: which tasks come before it in other services, and how `ado-do` is called.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use super::{Error, Renderer, Value, find, inside, parse};
use crate::names::ServiceName;
use crate::project::{Project, Service, TASK_HOME, TASK_PROGRAM, does_tasks};
use crate::settings::{Settings, Task, TaskName};

/// One call of `ado-do` in a container of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Where.
    pub service: ServiceName,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// As whom; `None`: the container's user.
    pub user: Option<String>,
    /// Variables for the process, `NAME=value`.
    pub environment: Vec<String>,
}

/// The calls that do a task, in their order: needed tasks of other services, then the task itself.
///
/// # Errors
/// Arguments that do not fit, templates that cannot be rendered, tasks that say no service and are given none.
pub fn route(
    settings: &Settings,
    name: &str,
    arguments: &[OsString],
    service: Option<&ServiceName>,
) -> Result<Vec<Call>, Error> {
    let task = find(settings, name)?;
    let said = said(task, arguments)?;
    let service = service.or(task.service.as_ref()).or(said.as_ref());
    let service = service.ok_or_else(|| Error::NoService { task: task.name.clone() })?;
    let mut route = Route { settings, calls: Vec::new(), elsewhere: BTreeSet::new() };
    route.needs(task, arguments, service)?;
    let words: Vec<String> = arguments.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    route.call(task, service, words);
    Ok(route.calls)
}

/// A task and all that it needs, each once.
///
/// # Errors
/// [`Error::Unknown`].
pub fn with_needed<'a>(settings: &'a Settings, name: &str) -> Result<Vec<&'a Task>, Error> {
    let mut found = vec![find(settings, name)?];
    let mut next = 0;
    while let Some(task) = found.get(next) {
        for need in &task.needs {
            let needed = find(settings, &need.task)?;
            if !found.iter().any(|task| task.name == needed.name) {
                found.push(needed);
            }
        }
        next += 1;
    }
    Ok(found)
}

/// The service that an argument of the task names.
fn said(task: &Task, arguments: &[OsString]) -> Result<Option<ServiceName>, Error> {
    let Some(from) = &task.service_from else { return Ok(None) };
    match parse(task, "ado do", arguments.iter().cloned())?.get(from) {
        Some(Value::Text(name)) => Ok(ServiceName::new(name).ok()),
        _ => Ok(None),
    }
}

struct Route<'a> {
    settings: &'a Settings,
    calls: Vec<Call>,
    elsewhere: BTreeSet<TaskName>,
}

impl Route<'_> {
    /// What `task` needs of other services than the one it runs in, needed ones of needed ones before them.
    fn needs(&mut self, task: &Task, arguments: &[OsString], here: &ServiceName) -> Result<(), Error> {
        let values = parse(task, "ado do", arguments.iter().cloned())?;
        // The container's environment is not known here.
        let renderer = Renderer::new(task, &values, &BTreeMap::new());
        for need in &task.needs {
            let needed = find(self.settings, &need.task)?;
            let there = needed.service.as_ref().unwrap_or(here);
            let words = renderer.arguments(&need.arguments)?;
            let arguments: Vec<OsString> = words.iter().map(OsString::from).collect();
            self.needs(needed, &arguments, there)?;
            if there != here && self.elsewhere.insert(needed.name.clone()) {
                self.call(needed, there, words);
            }
        }
        Ok(())
    }

    fn call(&mut self, task: &Task, service: &ServiceName, arguments: Vec<String>) {
        let mut command = vec![format!("{TASK_HOME}/{TASK_PROGRAM}"), task.name.clone()];
        command.extend(arguments);
        let mut environment = Vec::new();
        if !self.elsewhere.is_empty() {
            let done: Vec<&str> = self.elsewhere.iter().map(String::as_str).collect();
            environment.push(format!("{}={}", inside::DONE_VARIABLE, done.join(" ")));
        }
        self.calls.push(Call { service: service.clone(), command, user: task.user.clone(), environment });
    }
}

/// The service that a call goes to, if it does tasks.
///
/// # Errors
/// [`Error::NoTasks`] where it does none.
pub fn doing<'a>(project: &'a Project, name: &ServiceName) -> Result<Option<&'a Service>, Error> {
    let service = project.services.get(name).or_else(|| project.disabled.get(name));
    match service {
        Some(service) if !does_tasks(service) => Err(Error::NoTasks { service: name.to_string() }),
        found => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::settings;

    #[test]
    fn an_argument_can_say_where_a_task_runs() {
        let text = "[task.install]\nservice = \"{{ place }}\"\nrun = [\"make\"]\nargument.place = {}\n";
        let settings = settings::parse(Path::new("config.toml"), text).expect("it is right");
        let calls = route(&settings, "install", &["web".into()], None).expect("it has a way");
        assert_eq!(calls[0].service.as_str(), "web");
        assert!(settings::parse(Path::new("config.toml"), &text.replace("argument.place", "argument.other")).is_err());
    }

    #[test]
    fn what_other_services_must_do_comes_first() {
        let text = r#"
            [task.deploy]
            service = "web"
            needs = [["migrate", "{{ database }}"], "build"]
            run = ["serve"]
            argument.database = {}
            [task.migrate]
            service = "app"
            needs = ["create"]
            run = ["migrate"]
            argument.database = {}
            [task.create]
            service = "db"
            user = "postgres"
            run = ["createdb"]
            [task.build]
            run = ["make"]
        "#;
        let settings = settings::parse(Path::new("config.toml"), text).expect("it is right");
        let calls = route(&settings, "deploy", &["c3s".into()], None).expect("it has a way");
        let shown: Vec<String> =
            calls.iter().map(|call| format!("{}: {}", call.service, call.command[1..].join(" "))).collect();
        assert_eq!(shown, ["db: create", "app: migrate c3s", "web: deploy c3s"]);
        assert_eq!(calls[0].user.as_deref(), Some("postgres"));
        assert_eq!(calls[2].environment, ["ADO_DONE=create migrate"]);
        assert!(matches!(route(&settings, "build", &[], None), Err(Error::NoService { .. })));
    }
}
