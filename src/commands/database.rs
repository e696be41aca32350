//! `ado db-…`: the databases of the project. The same verbs work outside, in the server's running replica, and inside a
//! container as `ado-do db-…`, over the network.

mod backup;
mod change;
mod error;
mod ingredients;
mod list;
mod progress;
mod reset;
mod restore;
mod setup;
mod shell;
mod target;
mod tasks;
pub(super) mod testing;

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use super::{Error, Exit};
use crate::context::Context;
use crate::ui::Ui;
use target::{Surroundings, Target};

pub use error::DatabaseUsage;

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make an empty database, or a copy of the template of config.toml
    DbCreate(change::Create),
    /// Remove databases; whoever is connected is disconnected
    DbDelete(change::Delete),
    /// List databases with their size, connections and last backup
    DbList(list::Arguments),
    /// Copy a database
    DbCopy(change::Move),
    /// Give a database another name
    DbRename(change::Move),
    /// Open the server's own client; SQL on standard input is executed
    #[command(visible_alias = "db-psql")]
    DbShell(shell::Arguments),
    /// Write a backup of a database to standard output or a file
    DbBackup(backup::Arguments),
    /// Replace a database by a backup
    DbRestore(restore::Arguments),
    /// Run the update task of the application on a database
    DbUpdate(setup::Update),
    /// Make a database with demo data, unless it exists
    DbDemoSetup(setup::Name),
    /// Remove a database and set it up again
    DbRebuild(setup::Confirmed),
    /// Remove the whole data volume of the server, start it again and set the database up
    DbReset(reset::Arguments),
}

/// Which server.
#[derive(Debug, Clone, Default, Args)]
pub struct Which {
    /// The server, where config.toml has several: NAME of `[database.NAME]`
    #[arg(long, value_name = "NAME")]
    server: Option<String>,
}

/// The verbs as `ado-do` has them.
#[derive(Debug, Parser)]
#[command(name = "ado-do", disable_version_flag = true, max_term_width = 110)]
struct Inside {
    #[command(subcommand)]
    verb: Verb,
}

/// Whether a word after `ado-do` names one of the verbs.
pub fn is_verb(word: &str) -> bool {
    let verbs = Verb::augment_subcommands(clap::Command::new("ado-do"));
    verbs.get_subcommands().any(|verb| verb.get_name() == word || verb.get_all_aliases().any(|alias| alias == word))
}

/// Does the work outside.
pub async fn run(context: &Context, verb: Verb) -> Result<Exit, Error> {
    Box::pin(perform(&Surroundings::Outside(context), verb)).await
}

/// Does the work of `ado-do db-…`, and gives the exit code.
pub fn inside(ui: &Ui, environment: &BTreeMap<String, String>, words: Vec<OsString>) -> u8 {
    let parsed = Inside::try_parse_from(std::iter::once(OsString::from("ado-do")).chain(words));
    let verb = match parsed {
        Ok(inside) => inside.verb,
        Err(error) => return crate::ui::usage(&error),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Error::Runtime(error).report(ui),
    };
    let result = runtime.block_on(perform(&Surroundings::Inside { ui, environment }, verb));
    // Threads that still read standard input must not keep the process.
    runtime.shutdown_background();
    result.map_or_else(|error| error.report(ui), |exit| exit.0)
}

async fn perform(surroundings: &Surroundings<'_>, verb: Verb) -> Result<Exit, Error> {
    let target = |which: &Which| Target::find(surroundings, which.clone());
    match verb {
        Verb::DbCreate(arguments) => change::create(&target(&arguments.which).await?, &arguments).await,
        Verb::DbDelete(arguments) => change::delete(&target(&arguments.which).await?, &arguments).await,
        Verb::DbList(arguments) => list::run(&target(&arguments.which).await?, &arguments).await,
        Verb::DbCopy(arguments) => change::copy(&target(&arguments.which).await?, &arguments).await,
        Verb::DbRename(arguments) => change::rename(&target(&arguments.which).await?, &arguments).await,
        Verb::DbShell(arguments) => shell::run(&target(&arguments.which).await?, &arguments).await,
        Verb::DbBackup(arguments) => backup::run(&target(&arguments.which).await?, &arguments).await,
        Verb::DbRestore(arguments) => restore::run(&target(&arguments.which).await?, &arguments).await,
        Verb::DbUpdate(arguments) => Box::pin(setup::update(&target(&arguments.which).await?, &arguments)).await,
        Verb::DbDemoSetup(arguments) => Box::pin(setup::demo(&target(&arguments.which).await?, &arguments)).await,
        Verb::DbReset(arguments) => Box::pin(reset::run(surroundings, &arguments)).await,
        Verb::DbRebuild(arguments) => Box::pin(setup::rebuild(&target(&arguments.which).await?, &arguments)).await,
    }
}
