//! The command line: the verbs and their dispatch.

mod invocation;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use clap_complete::CompleteEnv;

use crate::commands::{self, Error, Exit};
use crate::context::{Context, GlobalOptions};
use crate::ui;
use invocation::Invocation;

/// Gives a software team its environments, out of a Compose file and a list of repositories
#[derive(Debug, Parser)]
#[command(name = "ado", version, disable_version_flag = true, arg_required_else_help = true, max_term_width = 110)]
pub struct Cli {
    /// Options of every verb.
    #[command(flatten)]
    pub options: GlobalOptions,
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Carry out a plan that `ado plan --format json` wrote
    Apply(commands::apply::Arguments),
    /// Attach to a container's own process
    Attach(commands::attach::Arguments),
    /// Build images
    Build(commands::build::Arguments),
    /// Remove what projects left behind
    Clean(commands::clean::Arguments),
    /// Make an image of a container's changes
    Commit(commands::commit::Arguments),
    /// Print a completion script, which completes live service names
    Completion(commands::completion::Arguments),
    /// Copy files into and out of containers
    Cp(commands::cp::Arguments),
    /// Make containers without starting them
    Create(commands::create::Arguments),
    /// See whether everything is there that projects need
    Doctor(commands::doctor::Arguments),
    /// Remove containers and networks, and volumes where that is said
    Down(commands::down::Arguments),
    /// Show the manifest as it is understood: merged, filled in, written out
    Config(commands::config::Arguments),
    /// Do a task of config.toml inside a container; alone, list the tasks
    Do(commands::do_task::Arguments),
    /// The databases of the project.
    #[command(flatten)]
    Database(commands::database::Verb),
    /// Show what happens to containers
    Events(commands::events::Arguments),
    /// Run a command inside a running container
    Exec(commands::exec::Arguments),
    /// Write a container's file system as a tar archive
    Export(commands::export::Arguments),
    /// List the images of containers
    Images(commands::images::Arguments),
    /// Look at a project and write a first config.toml with its tasks
    Init(commands::init::Arguments),
    /// Send a signal to containers
    Kill(commands::kill::Arguments),
    /// Show logs, of all replicas in the order in which they were written
    Logs(commands::logs::Arguments),
    /// List projects
    Ls(commands::ls::Arguments),
    /// Print the manual page, or write one for each verb into a folder
    Man(commands::man::Arguments),
    /// Watch what each service uses, and how it is
    Monitor(commands::monitor::Arguments),
    /// Freeze containers
    Pause(commands::pause::Arguments),
    /// Show what `up` would do, and why
    Plan(commands::plan::Arguments),
    /// Print where a port of a service can be reached
    Port(commands::port::Arguments),
    /// List containers
    Ps(commands::ps::Arguments),
    /// Pull images
    Pull(commands::pull::Arguments),
    /// Push images
    Push(commands::push::Arguments),
    /// Restart containers
    Restart(commands::restart::Arguments),
    /// Remove stopped containers
    Rm(commands::rm::Arguments),
    /// Run one command in a container of its own
    Run(commands::run::Arguments),
    /// Run more replicas of a service, or fewer
    Scale(commands::scale::Arguments),
    /// Start containers that are there
    Start(commands::start::Arguments),
    /// Watch what each container uses
    Stats(commands::stats::Arguments),
    /// Stop containers without removing them
    Stop(commands::stop::Arguments),
    /// Run the project's own tests inside its containers, on a database of their own
    Test(commands::test::Arguments),
    /// List the processes inside containers
    Top(commands::top::Arguments),
    /// Let frozen containers go on
    Unpause(commands::unpause::Arguments),
    /// Make everything run as the manifest wants it, and show the logs
    Up(commands::up::Arguments),
    /// Clone and fast-forward every repository, make directories, copy example files
    Update(commands::update::Arguments),
    /// List every address that can be opened
    Urls(commands::urls::Arguments),
    /// Show the version
    Version(commands::version::Arguments),
    /// List volumes
    Volumes(commands::volumes::Arguments),
    /// Wait until containers have ended
    Wait(commands::wait::Arguments),
    /// Carry changes of source files into what runs
    Watch(commands::watch::Arguments),
    /// Tell why a service does not run as it should
    Why(commands::why::Arguments),
    /// A task whose name is no verb.
    #[command(external_subcommand)]
    Task(Vec<OsString>),
}

impl Command {
    async fn run(self, context: &Context) -> Result<Exit, Error> {
        match self {
            Command::Apply(arguments) => commands::apply::run(context, &arguments).await,
            Command::Attach(arguments) => commands::attach::run(context, arguments).await,
            Command::Build(arguments) => commands::build::run(context, &arguments).await,
            Command::Clean(arguments) => commands::clean::run(context, &arguments).await,
            Command::Commit(arguments) => commands::commit::run(context, arguments).await,
            Command::Completion(arguments) => commands::completion::run(context, &arguments),
            Command::Cp(arguments) => commands::cp::run(context, &arguments).await,
            Command::Create(arguments) => commands::create::run(context, &arguments).await,
            Command::Doctor(arguments) => commands::doctor::run(context, &arguments).await,
            Command::Down(arguments) => commands::down::run(context, &arguments).await,
            Command::Config(arguments) => commands::config::run(context, arguments).await,
            Command::Do(arguments) => commands::do_task::run(context, arguments).await,
            Command::Database(verb) => commands::database::run(context, verb).await,
            Command::Events(arguments) => commands::events::run(context, &arguments).await,
            Command::Exec(arguments) => commands::exec::run(context, arguments).await,
            Command::Export(arguments) => commands::export::run(context, &arguments).await,
            Command::Images(arguments) => commands::images::run(context, &arguments).await,
            Command::Init(arguments) => commands::init::run(context, &arguments),
            Command::Kill(arguments) => commands::kill::run(context, &arguments).await,
            Command::Logs(arguments) => commands::logs::run(context, &arguments).await,
            Command::Ls(arguments) => commands::ls::run(context, &arguments).await,
            Command::Man(arguments) => commands::man::run(context, &arguments, Cli::command()),
            Command::Monitor(arguments) => commands::monitor::run(context, &arguments).await,
            Command::Pause(arguments) => commands::pause::run(context, &arguments).await,
            Command::Plan(arguments) => commands::plan::run(context, &arguments).await,
            Command::Port(arguments) => commands::port::run(context, &arguments).await,
            Command::Ps(arguments) => commands::ps::run(context, &arguments).await,
            Command::Pull(arguments) => commands::pull::run(context, &arguments).await,
            Command::Push(arguments) => commands::push::run(context, &arguments).await,
            Command::Restart(arguments) => commands::restart::run(context, &arguments).await,
            Command::Rm(arguments) => commands::rm::run(context, &arguments).await,
            Command::Run(arguments) => commands::run::run(context, arguments).await,
            Command::Scale(arguments) => commands::scale::run(context, &arguments).await,
            Command::Start(arguments) => commands::start::run(context, &arguments).await,
            Command::Stats(arguments) => commands::stats::run(context, &arguments).await,
            Command::Stop(arguments) => commands::stop::run(context, &arguments).await,
            Command::Test(arguments) => commands::test::run(context, &arguments).await,
            Command::Top(arguments) => commands::top::run(context, &arguments).await,
            Command::Unpause(arguments) => commands::unpause::run(context, &arguments).await,
            Command::Up(arguments) => commands::up::run(context, arguments).await,
            Command::Update(arguments) => commands::update::run(context, &arguments).await,
            Command::Urls(arguments) => commands::urls::run(context, &arguments).await,
            Command::Version(arguments) => commands::version::run(context, &arguments),
            Command::Volumes(arguments) => commands::volumes::run(context, &arguments).await,
            Command::Wait(arguments) => commands::wait::run(context, &arguments).await,
            Command::Watch(arguments) => commands::watch::run(context, &arguments).await,
            Command::Why(arguments) => commands::why::run(context, &arguments).await,
            Command::Task(words) => commands::do_task::run_named(context, words, &verbs()).await,
        }
    }
}

/// Everything that can stand after `ado`.
fn verbs() -> Vec<String> {
    Cli::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
}

/// Runs the program and gives its exit code.
pub fn main() -> ExitCode {
    let invocation = Invocation::of(std::env::args_os());
    if invocation.is_inside() {
        return inside(invocation);
    }
    CompleteEnv::with_factory(Cli::command).complete();
    if invocation.asks_for_plugin_metadata() {
        return ui::plain_line(&invocation::plugin_metadata()).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let cli = match Cli::try_parse_from(&invocation.arguments) {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(as_expected(ui::usage(&error), invocation.is_compose())),
    };
    ExitCode::from(run(cli, invocation.is_compose()))
}

/// Does the work of `ado-do`.
fn inside(invocation: Invocation) -> ExitCode {
    let environment = crate::context::environment();
    let settings = ui::Settings {
        progress: ui::ProgressMode::Plain,
        ansi: ui::Ansi::Auto,
        dry_run: false,
        builds_are_results: false,
    };
    let ui = ui::Ui::new(settings, &environment);
    ExitCode::from(commands::ado_do::main(&ui, environment, invocation.arguments.into_iter().skip(1)))
}

/// Runs a verb on a runtime of this one thread, shows what went wrong, and gives the exit code.
fn run(cli: Cli, called_as_compose: bool) -> u8 {
    let context = Context::new(cli.options, called_as_compose);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Error::Runtime(error).report(&context.ui),
    };
    let result = runtime.block_on(cli.command.run(&context));
    // Threads that still read standard input must not keep the process.
    runtime.shutdown_background();
    match result {
        Ok(exit) => exit.0,
        Err(error) => as_expected(error.report(&context.ui), called_as_compose),
    }
}

/// Docker Compose has one code for whatever goes wrong before anything is done.
fn as_expected(code: u8, called_as_compose: bool) -> u8 {
    if called_as_compose && code == 2 { 1 } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
