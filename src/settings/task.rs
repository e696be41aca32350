//! `[task.NAME]`: a named command that runs inside a service's container.

use indexmap::IndexMap;

use super::fields::{Fields, Item, Located, Reader};
use super::parameter::{Parameter, arguments, options};
use super::template::{self, Template};
use super::{Settings, TaskName, rules};
use crate::diagnostic::{Problem, Span, nearest};
use crate::names::ServiceName;

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What stands after `ado do`.
    pub name: TaskName,
    /// Where it runs; `None`: in whichever container calls it as `ado-do NAME`.
    pub service: Option<ServiceName>,
    /// The argument or option that says where it runs: `service = "{{ NAME }}"`.
    pub service_from: Option<String>,
    /// For `--help`.
    pub help: Option<String>,
    /// Positional, in order.
    pub arguments: Vec<Parameter>,
    /// Options.
    pub options: Vec<Parameter>,
    /// Tasks that run before it.
    pub needs: Vec<Need>,
    /// Services that must be ready before it begins.
    pub services: Vec<ServiceName>,
    /// Among all containers of the project, only one task with this lock runs at a time.
    pub lock: Option<String>,
    /// A command that decides: `run` is done only where it ends with 0.
    pub when: Option<Vec<Template>>,
    /// Variables.
    pub env: IndexMap<String, Template>,
    /// Directory in the container.
    pub workdir: Option<Template>,
    /// User in the container.
    pub user: Option<String>,
    /// What it does.
    pub run: Run,
    /// What it becomes when all is done and the lock is free: a service.
    pub exec: Option<Vec<Template>>,
    /// Where it stands.
    pub span: Span,
}

/// A task that another one needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which.
    pub task: TaskName,
    /// Its arguments.
    pub arguments: Vec<Template>,
    /// Where it stands.
    pub span: Span,
}

/// What a task does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// These commands, one after the other; the first that fails ends the task.
    Commands(Vec<Vec<Template>>),
    /// A script. It is no template: the arguments are `$1`, `$2` … and each argument and option is a variable of its name.
    Script {
        /// The interpreter, which takes the text as its last argument; `sh -eu -c`.
        shell: Vec<String>,
        /// The text.
        text: String,
    },
}

impl Task {
    /// Every text that it is made of: what needed tasks get, condition, variables, directory, commands.
    pub fn texts(&self) -> Vec<&str> {
        let Self { needs, when, env, workdir, run, exec, .. } = self;
        let mut templates: Vec<&Template> = needs.iter().flat_map(|need| &need.arguments).collect();
        templates.extend(when.iter().chain(exec).flatten().chain(env.values()).chain(workdir));
        let script = match run {
            Run::Commands(commands) => {
                templates.extend(commands.iter().flatten());
                None
            }
            Run::Script { text, .. } => Some(text.as_str()),
        };
        templates.into_iter().map(Template::source).chain(script).collect()
    }
}

const SHELL: [&str; 3] = ["sh", "-eu", "-c"];
const PROJECT_LOCK: &str = "project";

pub(super) fn tasks(top: &Fields<'_, '_>) -> IndexMap<TaskName, Task> {
    let mut found = IndexMap::new();
    let Some(fields) = top.get("task").and_then(|item| item.fields("[task]")) else { return found };
    for (name, item) in fields.entries() {
        let valid = item.reader.allow("name of a task", &name, rules::word(&name.value));
        if let Some(task) = task(&name, item).filter(|_| valid) {
            found.insert(name.value, task);
        }
    }
    found
}

fn task(name: &Located<String>, item: Item<'_, '_>) -> Option<Task> {
    let title = format!("[task.{}]", name.value);
    let fields = item.fields(&title)?;
    let arguments = arguments(&fields);
    let options = options(&fields, &arguments);
    let mut names: Vec<String> = arguments.iter().chain(&options).map(|parameter| parameter.name.clone()).collect();
    names.extend(["env", "service"].map(str::to_owned));
    let reader = fields.reader();
    let template = |text| template::check(reader, text, &names);
    let vector = |item: Item<'_, '_>| Some(item.texts()?.into_iter().filter_map(template).collect::<Vec<_>>());

    let place = fields.text("service");
    let from = place.as_ref().filter(|text| text.value.starts_with("{{")).cloned().and_then(template);
    let fixed = place.filter(|text| !text.value.starts_with("{{"));

    let (needs, services) = fields.get("needs").map(|item| needs(item, &names)).unwrap_or_default();
    let task = Task {
        name: name.value.clone(),
        service: fixed.and_then(|text| service(reader, &text)),
        service_from: from.and_then(|template| template.expression().map(str::to_owned)),
        help: fields.text("help").map(|help| help.value),
        needs,
        services,
        lock: fields.get("lock").and_then(lock),
        when: fields.get("when").and_then(vector),
        env: fields.get("env").map(|item| variables(item, &names)).unwrap_or_default(),
        workdir: fields.text("workdir").and_then(template),
        user: fields.text("user").map(|user| user.value),
        run: run(&fields, &names),
        exec: fields.get("exec").and_then(vector),
        arguments,
        options,
        span: name.span,
    };
    if task.needs.is_empty() && task.exec.is_none() && matches!(&task.run, Run::Commands(list) if list.is_empty()) {
        let problem = Problem::at(name.span, format!("{title} does nothing"));
        reader.report(problem.help("give it `run`, `exec` or `needs`"));
    }
    fields.finish();
    Some(task)
}

fn service(reader: &Reader<'_>, text: &Located<String>) -> Option<ServiceName> {
    ServiceName::new(&text.value).map_err(|error| reader.report(Problem::at(text.span, error.to_string()))).ok()
}

fn needs(item: Item<'_, '_>, names: &[String]) -> (Vec<Need>, Vec<ServiceName>) {
    if !item.is_table() {
        let needed = item.items().unwrap_or_default();
        return (needed.into_iter().filter_map(|item| need(item, names)).collect(), Vec::new());
    }
    let Some(fields) = item.fields("needs") else { return Default::default() };
    let tasks = fields.get("tasks").and_then(Item::items).unwrap_or_default();
    let tasks = tasks.into_iter().filter_map(|item| need(item, names)).collect();
    let services = fields.texts("services").iter().filter_map(|text| service(item.reader, text)).collect();
    fields.finish();
    (tasks, services)
}

/// `"name"` or `["name", "argument", …]`.
fn need(item: Item<'_, '_>, names: &[String]) -> Option<Need> {
    if let Some(task) = item.as_text() {
        return Some(Need { task: task.to_owned(), arguments: Vec::new(), span: item.span() });
    }
    let mut texts = item.texts()?.into_iter();
    let Some(task) = texts.next() else {
        item.reader.report(Problem::at(item.span(), "the name of a task is wanted here"));
        return None;
    };
    let arguments = texts.filter_map(|text| template::check(item.reader, text, names)).collect();
    Some(Need { task: task.value, arguments, span: task.span })
}

fn lock(item: Item<'_, '_>) -> Option<String> {
    if let Some(locked) = item.as_boolean() {
        return locked.then(|| PROJECT_LOCK.to_owned());
    }
    if item.as_text().is_none() {
        return item.wrong("true or the name of a lock");
    }
    let name = item.text()?;
    item.reader.allow("name of a lock", &name, rules::word(&name.value)).then_some(name.value)
}

fn variables(item: Item<'_, '_>, names: &[String]) -> IndexMap<String, Template> {
    let entries = item.fields("env").map(|fields| fields.entries()).unwrap_or_default();
    let mut variables = IndexMap::new();
    for (name, item) in entries {
        if name.value.is_empty() || name.value.contains(['=', '\0']) {
            item.reader.report(Problem::at(name.span, "the name of a variable is not empty and has no `=`"));
        } else if let Some(value) = item.scalar().and_then(|text| template::check(item.reader, text, names)) {
            variables.insert(name.value, value);
        }
    }
    variables
}

/// `run` is one vector, a list of vectors or the text of a script.
fn run(fields: &Fields<'_, '_>, names: &[String]) -> Run {
    let shell = fields.texts("shell");
    let Some(item) = fields.get("run") else { return Run::Commands(Vec::new()) };
    if let Some(text) = item.as_text() {
        let shell: Vec<String> = shell.into_iter().map(|word| word.value).collect();
        let shell = if shell.is_empty() { SHELL.map(str::to_owned).to_vec() } else { shell };
        return Run::Script { shell, text: text.to_owned() };
    }
    if let Some(word) = shell.first() {
        let problem = Problem::at(word.span, "`shell` is for a script only");
        item.reader.report(problem.help("write `run` as one text, or leave `shell` out"));
    }
    let items = item.items().unwrap_or_default();
    let vector = |texts: Vec<Located<String>>| -> Vec<Template> {
        texts.into_iter().filter_map(|text| template::check(item.reader, text, names)).collect()
    };
    let commands: Vec<Vec<Template>> = if items.first().is_some_and(|first| first.as_text().is_some()) {
        vec![vector(item.texts().unwrap_or_default())]
    } else {
        items.into_iter().filter_map(|item| Some(vector(item.texts()?))).collect()
    };
    if commands.iter().any(Vec::is_empty) {
        item.reader.report(Problem::at(item.span(), "an empty command cannot be run"));
    }
    Run::Commands(commands)
}

/// What can only be checked when all tasks are known.
pub(super) fn check(reader: &Reader<'_>, settings: &Settings) {
    for task in settings.tasks.values() {
        for need in &task.needs {
            known(reader, settings, &need.task, need.span);
            if settings.tasks.get(&need.task).is_some_and(|needed| needed.exec.is_some()) {
                let message = format!("`{}` becomes a service at its end, so no other task can need it", need.task);
                reader.report(Problem::at(need.span, message).help("put what is needed into a task without `exec`"));
            }
        }
        if let Some(cycle) = cycle(settings, task) {
            let message = format!("tasks need each other in a circle: {}", cycle.join(" → "));
            reader.report(Problem::at(task.span, message));
        }
    }
    for database in settings.databases.values() {
        for name in [&database.update, &database.demo].into_iter().flatten() {
            known(reader, settings, name, database.span);
        }
    }
}

fn known(reader: &Reader<'_>, settings: &Settings, name: &str, span: Span) {
    if settings.tasks.contains_key(name) {
        return;
    }
    let problem = Problem::at(span, format!("there is no task `{}`", name.escape_debug()));
    reader.report(match nearest(name, settings.tasks.keys().map(String::as_str)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    });
}

/// The way from a task back to itself; reported at its alphabetically first member only.
fn cycle(settings: &Settings, start: &Task) -> Option<Vec<String>> {
    let mut ways = vec![vec![start.name.clone()]];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(way) = ways.pop() {
        let Some(task) = way.last().and_then(|name| settings.tasks.get(name)) else { continue };
        for need in &task.needs {
            let mut longer = way.clone();
            longer.push(need.task.clone());
            if need.task == start.name {
                return way.iter().all(|name| *name >= start.name).then_some(longer);
            }
            if seen.insert(need.task.clone()) {
                ways.push(longer);
            }
        }
    }
    None
}
