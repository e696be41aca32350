//! `ado man`: manual pages out of the same definition as the command line.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_mangen::Man;

use super::{Error, Exit, whole_file};
use crate::context::Context;

/// Where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Write `ado.1` and a page for each verb here, instead of printing `ado.1`
    #[arg(value_hint = clap::ValueHint::DirPath)]
    directory: Option<PathBuf>,
}

/// Prints or writes the pages of `command`.
pub fn run(context: &Context, arguments: &Arguments, command: clap::Command) -> Result<Exit, Error> {
    let Some(directory) = &arguments.directory else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        context.ui.bytes(&page)?;
        return Ok(Exit::DONE);
    };
    let directory = context.directory.join(directory);
    std::fs::create_dir_all(&directory).map_err(|source| Error::File { path: directory.clone(), source })?;
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        let name = format!("ado-{}", verb.get_name());
        write(&directory.join(format!("{name}.1")), verb.clone().display_name(&name))?;
    }
    write(&directory.join("ado.1"), command)?;
    Ok(Exit::DONE)
}

fn write(path: &Path, command: clap::Command) -> Result<(), Error> {
    let file = |source| Error::File { path: path.to_owned(), source };
    let mut page = Vec::new();
    Man::new(command).render(&mut page).map_err(file)?;
    whole_file::write(path, &page)
}
