//! `db-backup`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::super::whole_file::WholeFile;
use super::super::{Error, Exit};
use super::progress::{Words, watched};
use super::target::Target;
use super::{DatabaseUsage, Which};
use crate::database::{self, BackupOptions, DatabaseName};

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub(super) which: Which,
    /// Write to this file, which gets its name only when the backup is whole; `.zst` at its end compresses it
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What the backup holds
    #[arg(long, value_enum, default_value_t = Format::Plain)]
    format: Format,
    /// Compress it
    #[arg(long)]
    zstd: bool,
    /// How many tables are read at once in the directory format
    #[arg(short, long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: u32,
    /// The database; without it, the one of config.toml
    name: Option<String>,
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// SQL
    Plain,
    /// The archive of `pg_dump`, which can be restored in parallel
    Custom,
    /// A tar of the directory of `pg_dump`, which can be made and restored in parallel
    Directory,
}

/// Makes a backup.
pub async fn run(target: &Target<'_>, arguments: &Arguments) -> Result<Exit, Error> {
    let name = target.name(arguments.name.as_ref())?;
    let format = match arguments.format {
        Format::Plain => database::Format::Plain,
        Format::Custom => database::Format::Custom,
        Format::Directory => database::Format::Directory,
    };
    let file = arguments.output.as_deref().filter(|path| path.as_os_str() != "-");
    let zstd = arguments.zstd || file.is_some_and(database::is_zstd_name);
    let options = BackupOptions { format, zstd, jobs: arguments.jobs };
    if file.is_none() && target.ui().output_is_terminal() && (zstd || format != database::Format::Plain) {
        return Err(DatabaseUsage::BinaryToTerminal.into());
    }
    let interrupts = target.surroundings.interrupts()?;
    let made = async {
        match file {
            Some(path) => to_file(target, &name, options, path.to_owned()).await,
            None => to_output(target, &name, options).await,
        }
    };
    tokio::select! {
        made = made => made.map(|()| Exit::DONE),
        () = interrupts.stop.cancelled() => Ok(Exit::INTERRUPTED),
    }
}

fn words(name: &DatabaseName) -> Words {
    Words { row: format!("Database {name}"), working: "Backing up", done: "Backed up" }
}

async fn to_file(target: &Target<'_>, name: &DatabaseName, options: BackupOptions, path: PathBuf) -> Result<(), Error> {
    let file = WholeFile::begin_private(&path)?;
    let writer = file.writer()?;
    let copied = Arc::default();
    let work = async {
        database::backup(&target.server, name, options, (writer, Arc::clone(&copied))).await?;
        // On the disk before it is said to be backed up.
        file.keep()
    };
    watched(target.ui(), words(name), Arc::clone(&copied), work).await
}

/// The shell has made the file already, under its final name: one that is not whole is emptied again, so that it cannot
/// be taken for a backup.
async fn to_output(target: &Target<'_>, name: &DatabaseName, options: BackupOptions) -> Result<(), Error> {
    let output = target.ui().output_file()?;
    let emptied = Emptied::unless_whole(&output)?;
    let copied = Arc::default();
    let work = database::backup(&target.server, name, options, (output, Arc::clone(&copied)));
    watched(target.ui(), words(name), Arc::clone(&copied), work).await?;
    emptied.keep();
    Ok(())
}

/// Cuts a file back to its length of before when it is dropped, interruption included.
struct Emptied(Option<(std::fs::File, u64)>);

impl Emptied {
    fn unless_whole(output: &std::fs::File) -> std::io::Result<Self> {
        use std::io::Seek;
        if !output.metadata()?.is_file() {
            return Ok(Self(None));
        }
        let mut output = output.try_clone()?;
        let start = output.stream_position()?;
        Ok(Self(Some((output, start))))
    }

    fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Emptied {
    fn drop(&mut self) {
        if let Some((output, start)) = &self.0
            && let Err(error) = output.set_len(*start)
        {
            tracing::warn!(%error, "the output holds a backup that is not whole");
        }
    }
}
