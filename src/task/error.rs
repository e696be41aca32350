//! Why a task could not be done.

use std::io;

use crate::settings::TaskName;

/// What went wrong, naming the task.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such task.
    #[error("there is no task `{name}`{}", suggestion(nearest.as_deref()))]
    Unknown {
        /// As it was called.
        name: String,
        /// The one that was probably meant.
        nearest: Option<TaskName>,
    },
    /// The arguments do not fit, or help was asked for; shown as it is.
    #[error("{0}")]
    Usage(#[from] clap::Error),
    /// A template cannot be rendered.
    #[error("task `{task}`: `{template}` cannot be rendered: {reason}")]
    Template {
        /// The task.
        task: TaskName,
        /// The template.
        template: String,
        /// Why.
        reason: String,
    },
    /// Nothing is left of a command once its templates are rendered.
    #[error("task `{task}`: a command has become empty")]
    Empty {
        /// The task.
        task: TaskName,
    },
    /// A command cannot be started.
    #[error("`{program}` cannot be started: {source}")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A lock cannot be taken.
    #[error("the lock `{lock}` cannot be taken: {source}")]
    Lock {
        /// Its name.
        lock: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A service does not answer.
    #[error("service `{service}` did not become ready within {seconds} s: {reason}")]
    NotReady {
        /// The service.
        service: String,
        /// How long it was waited for.
        seconds: u64,
        /// What the last attempt met.
        reason: String,
    },
    /// The container has no such user.
    #[error("task `{task}`: there is no user `{user}` in this container")]
    NoUser {
        /// The task.
        task: TaskName,
        /// As the settings have it.
        user: String,
    },
    /// The task needs another one that belongs to another service.
    #[error("task `{task}` needs `{need}`, which runs in service `{service}`")]
    Elsewhere {
        /// The task.
        task: TaskName,
        /// What it needs.
        need: TaskName,
        /// Where that runs.
        service: String,
    },
    /// Nobody says where the task runs.
    #[error("task `{task}` does not say in which service it runs")]
    NoService {
        /// The task.
        task: TaskName,
    },
    /// The task works on what only `ado test` makes.
    #[error("task `{task}` is a test: it works on {variable}, which only `ado test` sets")]
    OnlyForTests {
        /// The task.
        task: TaskName,
        /// What it misses.
        variable: &'static str,
        /// Where it runs, as `ado test` is called with it.
        service: Option<String>,
    },
    /// The service has no `ado-do`.
    #[error("service `{service}` does no tasks")]
    NoTasks {
        /// The service.
        service: String,
    },
    /// `ado-do` does not find what the tasks are.
    #[error("this container does not know the project's tasks: {reason}")]
    NoDefinitions {
        /// What is missing.
        reason: String,
    },
    /// A signal ended the task.
    #[error("interrupted by signal {0}")]
    Interrupted(i32),
    /// The system refused something.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// The system's reason.
        source: io::Error,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default()
}

impl Error {
    /// The next step, for people.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { .. } => Some("`ado do` lists the tasks".to_owned()),
            Self::Elsewhere { task, .. } => Some(format!("run it from outside: `ado do {task}`")),
            Self::NoService { task } => Some(format!("name one: `ado do --service SERVICE {task}`")),
            Self::OnlyForTests { service, .. } => {
                let service = service.as_deref().map(|service| format!(" {service}")).unwrap_or_default();
                Some(format!("run it from outside: `ado test{service}`; arguments of the test go after `--`"))
            }
            Self::NoTasks { .. } => Some("give it `x-ado: {tasks: true}` in the manifest".to_owned()),
            Self::NoDefinitions { .. } => {
                Some("give the service `x-ado: {tasks: true}` and bring it up again with `ado up`".to_owned())
            }
            _ => None,
        }
    }

    /// The exit code it leads to; a shell's codes for what cannot be started.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(error) => u8::from(error.use_stderr()) * 2,
            Self::Unknown { .. }
            | Self::NoDefinitions { .. }
            | Self::NoService { .. }
            | Self::OnlyForTests { .. }
            | Self::NoTasks { .. } => 2,
            Self::Start { source, .. } if source.kind() == io::ErrorKind::NotFound => 127,
            Self::Start { .. } => 126,
            Self::Interrupted(signal) => u8::try_from(128 + signal).unwrap_or(1),
            _ => 1,
        }
    }
}
