//! `db-restore`.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::super::{Error, Exit};
use super::progress::{Words, watched};
use super::target::Target;
use super::{DatabaseUsage, Which};
use crate::database::leftover::{self, Leftover};
use crate::database::{self, RestoreOptions};

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// Read this file instead of standard input
    #[arg(short, long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// How many tables and indexes are written at once, where the backup's format allows that; with more than one, and for
    /// the directory format, the backup is first copied into the server's container (`TMPDIR` there, or /tmp)
    #[arg(short, long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: u32,
    /// Give everything to the user who connects, and nobody rights (archives only)
    #[arg(long)]
    no_owner: bool,
    /// Take SQL that does not end as the dump programs end theirs
    #[arg(long)]
    unverified: bool,
    /// The database; it is made if it does not exist
    name: Option<String>,
}

/// Restores a backup.
pub async fn run(target: &Target<'_>, arguments: &Arguments) -> Result<Exit, Error> {
    let name = target.own_name(arguments.name.as_ref())?;
    let source = match &arguments.input {
        Some(path) => File::open(path).map_err(|source| Error::File { path: path.clone(), source })?,
        None if target.ui().input_is_terminal() => return Err(DatabaseUsage::NoInput.into()),
        None => target.ui().input_file()?,
    };
    let Arguments { jobs, no_owner, unverified, .. } = *arguments;
    let options = RestoreOptions { jobs, no_owner, unverified };
    let interrupts = target.surroundings.interrupts()?;
    let copied = Arc::default();
    let backup = (Box::new(source) as Box<dyn std::io::Read + Send>, Arc::clone(&copied));
    let work = database::restore(&target.server, &name, options, backup, &interrupts.stop);
    let words = Words { row: format!("Database {name}"), working: "Restoring", done: "Restored" };
    match watched(target.ui(), words, copied, work).await {
        Err(Error::Database(database::Error::Interrupted)) => return Ok(Exit::INTERRUPTED),
        result => result?,
    }
    let left = target.server.leftovers().await?;
    let interrupted = |name: &str| leftover::of(name).is_some_and(Leftover::is_of_a_restore);
    if left.iter().any(|listed| listed.connections == 0 && interrupted(&listed.name)) {
        target.ui().note("interrupted restores have left databases: `ado db-list` shows them, `ado db-delete --leftovers` removes them")?;
    }
    Ok(Exit::DONE)
}
