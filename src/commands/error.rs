//! How a verb ends: its exit code, or the error that stopped it.

use std::io;
use std::path::PathBuf;

use super::cp::CopyError;
use super::database::DatabaseUsage;
use super::malformed::Malformed;
use super::ports::Conflict;
use crate::context;
use crate::database;
use crate::diagnostic::Invalid;
use crate::engine;
use crate::execute::LockError;
use crate::names::{ContainerName, InvalidName, ProjectName, ServiceName};
use crate::plan;
use crate::project::SelectError;
use crate::task;
use crate::ui::{TemplateError, Ui, usage};

/// The exit code of the program: 0 done, 1 failed, 2 bad usage or manifest, 130 interrupted; `exec` and `run` pass on
/// the process's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(pub u8);

impl Exit {
    /// Everything was done.
    pub const DONE: Self = Self(0);
    /// The work failed, and that was shown.
    pub const FAILED: Self = Self(1);
    /// `plan --exit-code`: something would change.
    pub const WOULD_CHANGE: Self = Self(100);
    /// A signal ended the work.
    pub const INTERRUPTED: Self = Self(130);

    /// The exit code of a process in a container, as it is.
    pub fn of_process(code: i64) -> Self {
        Self(u8::try_from(code.rem_euclid(256)).unwrap_or(1))
    }
}

/// Why a verb could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The work failed or was interrupted, and that was shown.
    #[error("the work was not done")]
    Shown(Exit),
    /// The surroundings are not as needed.
    #[error(transparent)]
    Context(#[from] context::Error),
    /// What was read is wrong.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The Engine refused or failed.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// Services on the command line cannot be selected.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// A service that nobody knows.
    #[error("no such service: {name}")]
    NoSuchService {
        /// As given.
        name: ServiceName,
    },
    /// The command needs a running container.
    #[error("service \"{service}\" is not running{}", index.map(|index| format!(" container #{index}")).unwrap_or_default())]
    NotRunning {
        /// Its service.
        service: ServiceName,
        /// Its number, where one was asked for.
        index: Option<u32>,
    },
    /// A port that is not published.
    #[error("no port {port} for container {container}: {published}")]
    NotPublished {
        /// `80/tcp`.
        port: String,
        /// Whose port it would be.
        container: ContainerName,
        /// The ports that it has.
        published: String,
    },
    /// A terminal was asked for where there is none.
    #[error("the input device is not a TTY")]
    NoTerminal,
    /// An archive would be written to the terminal.
    #[error("an archive is not shown on a terminal")]
    ArchiveOnTerminal,
    /// Host ports that others hold.
    #[error("{} host port(s) are taken, so nothing was done", conflicts.len())]
    PortsTaken {
        /// At least one.
        conflicts: Vec<Conflict>,
    },
    /// A question that nobody can answer.
    #[error("{question} Nobody is there to be asked, so nothing was done")]
    NobodyToAsk {
        /// The question.
        question: String,
    },
    /// No plan can be made.
    #[error(transparent)]
    Plan(#[from] plan::Error),
    /// Options of the foreground where there is none.
    #[error("{option} cannot be combined with {others}")]
    Detached {
        /// What leaves the foreground.
        option: &'static str,
        /// What needs it, in Docker Compose's words.
        others: &'static str,
    },
    /// No service has anything to be watched.
    #[error("none of the selected services is configured for watch, consider setting a `develop` section")]
    NothingToWatch,
    /// The system cannot watch files.
    #[error("files cannot be watched: {0}")]
    Watch(#[from] notify::Error),
    /// A pattern of `develop.watch` is none.
    #[error("develop.watch: {0}")]
    Pattern(#[from] globset::Error),
    /// A file that is no plan.
    #[error("{} is not a plan: {source}", path.display())]
    NotAPlan {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: serde_json::Error,
    },
    /// A plan for another project.
    #[error("the plan is for project `{planned}`, but this is `{present}`")]
    OtherProject {
        /// As the plan says.
        planned: String,
        /// As the manifest says.
        present: ProjectName,
    },
    /// A plan that is not up to date.
    #[error("the manifest or the Engine has changed since the plan was made, so nothing was done")]
    WorldMoved,
    /// There is no lock for the project.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A service without a container.
    #[error("service `{service}` has no container")]
    NeverMade {
        /// The service.
        service: ServiceName,
    },
    /// A project or services without containers.
    #[error("no containers for project \"{project}\"")]
    NoContainers {
        /// The project.
        project: ProjectName,
    },
    /// A name on the command line is none.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// `--format` is wrong.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Standard output or error broke.
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
    /// A file that the command line names.
    #[error("{}: {source}", path.display())]
    File {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A task cannot be done.
    #[error(transparent)]
    Task(#[from] task::Error),
    /// The first word of the command line is neither a verb nor a task.
    #[error("there is no verb or task `{name}`")]
    NoVerb {
        /// As given.
        name: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// The container was made before its service did tasks.
    #[error("container {container} has no ado-do")]
    NotEquipped {
        /// Its name.
        container: ContainerName,
        /// Its service.
        service: ServiceName,
    },
    /// `init` knows no tasks for what is there.
    #[error("nothing in {} looks like a project that ado has tasks for", directory.display())]
    NotRecognised {
        /// What was looked at.
        directory: PathBuf,
    },
    /// `init` overwrites nothing.
    #[error("{} is there already", path.display())]
    SettingsExist {
        /// The file.
        path: PathBuf,
    },
    /// The verb needs `config.toml`.
    #[error("there is no config.toml in {} or above it", directory.display())]
    NoSettings {
        /// Where the command was called.
        directory: PathBuf,
    },
    /// The command line names a repository that `config.toml` does not have.
    #[error("config.toml has no repository `{name}`")]
    NoRepository {
        /// As given.
        name: String,
        /// The one that was probably meant.
        nearest: Option<String>,
    },
    /// A database could not be worked on.
    #[error(transparent)]
    Database(#[from] database::Error),
    /// A `db-` verb was called in a way that cannot work.
    #[error(transparent)]
    DatabaseUsage(#[from] DatabaseUsage),
    /// A value on the command line has not the form that its option wants.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A copy that is not possible.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// No task is a test.
    #[error("config.toml has no tests for {of}")]
    NoTests {
        /// For what they are missing.
        of: String,
    },
    /// The application's update failed on the database that test databases are copied from.
    #[error("the template of the test database could not be made: task `{task}` failed")]
    TestTemplate {
        /// The update.
        task: String,
    },
    /// The kernel refused what the runtime needs.
    #[error("the program cannot start: {0}")]
    Runtime(#[source] io::Error),
}

impl Error {
    /// Whether a service was named that nobody knows.
    pub fn is_unknown_service(&self) -> bool {
        matches!(self, Self::NoSuchService { .. } | Self::Select(SelectError::Unknown { .. }))
    }

    /// The exit code it leads to.
    pub fn exit_code(&self) -> u8 {
        match self {
            Error::Shown(exit) => exit.0,
            Error::Task(error) => error.exit_code(),
            Error::Context(context::Error::Invalid(_) | context::Error::Name(_))
            | Error::Invalid(_)
            | Error::Name(_)
            | Error::Template(_)
            | Error::NoSettings { .. }
            | Error::NoRepository { .. }
            | Error::NoVerb { .. }
            | Error::NoTests { .. }
            | Error::Database(database::Error::Name(_) | database::Error::Reserved { .. })
            | Error::Pattern(_)
            | Error::NotAPlan { .. }
            | Error::OtherProject { .. }
            | Error::Detached { .. }
            | Error::NobodyToAsk { .. }
            | Error::ArchiveOnTerminal
            | Error::DatabaseUsage(_)
            | Error::Malformed(_) => 2,
            // What a process is told by SIGPIPE: the reader went away, as `head` does.
            error if error.is_broken_pipe() => 141,
            _ => 1,
        }
    }

    /// The next step for the user, where one is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Engine(error) | Error::Context(context::Error::Engine(error)) => error.hint(),
            Error::NotRunning { service, .. } => {
                Some(format!("`ado ps --all {service}` shows what became of it; `ado up -d {service}` starts it"))
            }
            Error::NotRecognised { .. } => {
                Some("known are Django, Odoo, Tryton, Rails, Laravel and PostgreSQL".to_owned())
            }
            Error::SettingsExist { .. } => Some("`ado init --print` shows what it would have been".to_owned()),
            Error::Plan(error) => error.hint(),
            Error::WorldMoved => Some("make a new one with `ado plan --format json`".to_owned()),
            Error::NobodyToAsk { .. } => Some("say --yes".to_owned()),
            Error::PortsTaken { .. } => Some("free the port, or publish another one".to_owned()),
            Error::Task(error) => error.hint(),
            Error::NotEquipped { service, .. } => Some(format!("`ado up -d {service}` makes one that has it")),
            Error::ArchiveOnTerminal => Some("write it to a file with --output, or into a pipe".to_owned()),
            Error::NeverMade { service } => Some(format!("`ado up -d {service}` makes one")),
            Error::NoSettings { .. } => Some("call ado in the project, or write one with `ado init`".to_owned()),
            Error::NoVerb { nearest: None, .. } => Some("`ado --help` lists the verbs, `ado do` the tasks".to_owned()),
            Error::NoRepository { nearest, .. } | Error::NoVerb { nearest, .. } => {
                nearest.as_ref().map(|near| format!("did you mean `{near}`?"))
            }
            Error::Database(error) => error.hint(),
            Error::DatabaseUsage(error) => error.hint(),
            Error::NoTests { .. } => Some("write a task `test` or `test-…` with `service` and `run`".to_owned()),
            _ => None,
        }
    }

    /// Lines that explain it.
    fn details(&self) -> Vec<String> {
        match self {
            Error::Engine(error) | Error::Context(context::Error::Engine(error)) => error.details().to_vec(),
            Error::PortsTaken { conflicts } => conflicts.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    /// Shows the error and gives its exit code.
    pub fn report(&self, ui: &Ui) -> u8 {
        let shown = match self {
            Error::Shown(_) => Ok(()),
            Error::Task(task::Error::Usage(error)) => return usage(error),
            error if error.is_broken_pipe() => Ok(()),
            Error::Invalid(invalid) | Error::Context(context::Error::Invalid(invalid)) => ui.invalid(invalid),
            error => ui.failure(&error.to_string(), &error.details(), error.hint().as_deref()),
        };
        // Where even standard error is gone, the exit code has to do.
        shown.map_or(1, |()| self.exit_code())
    }

    fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Output(error) | Error::Context(context::Error::Output(error))
            if error.kind() == io::ErrorKind::BrokenPipe)
    }
}
