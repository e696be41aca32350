//! `ado init`: a first `config.toml`.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use clap::Args;

use super::{Error, Exit};
use crate::context::Context;
use crate::project::Project;
use crate::settings::preset::{Clues, ServiceClue, Suggestion, suggest};

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Print it instead of writing it
    #[arg(long)]
    print: bool,
}

/// Variables whose values matter and are no secrets.
const TELLING: [&str; 6] = [
    "POSTGRES_USER",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD_FILE",
    "MARIADB_DATABASE",
    "MYSQL_DATABASE",
    "MARIADB_ROOT_PASSWORD_FILE",
];

/// Looks at the project and writes `config.toml`, which must not be there yet.
pub fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let manifest = context.project().ok();
    let directory = manifest.as_ref().map_or(&context.directory, |project| &project.directory);
    let services = manifest.as_ref().map(clues).unwrap_or_default();
    let read = |path: &str| fs::read_to_string(directory.join(path)).ok();
    let found = suggest(&Clues { read: &read, directories: directories(directory), services });
    let Some(suggestion) = found else {
        return Err(Error::NotRecognised { directory: directory.clone() });
    };
    if arguments.print {
        context.ui.bytes(suggestion.text.as_bytes())?;
        return Ok(Exit::DONE);
    }
    write(&directory.join("config.toml"), &suggestion.text)?;
    tell(context, &suggestion)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let opened = OpenOptions::new().write(true).create_new(true).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => Error::SettingsExist { path: path.to_owned() },
        _ => Error::File { path: path.to_owned(), source },
    })
}

fn tell(context: &Context, suggestion: &Suggestion) -> Result<Exit, Error> {
    let Suggestion { preset, service, .. } = suggestion;
    context.ui.note(format!("config.toml: tasks for {}, done in service `{service}`", preset.name()))?;
    context.ui.note(format!(
        "Now give the service its tasks in the manifest:\n\n  {service}:\n    x-ado: {{tasks: true}}\n"
    ))?;
    context.ui.note("and see them with `ado do`.")?;
    Ok(Exit::DONE)
}

fn clues(project: &Project) -> Vec<ServiceClue> {
    let of_service = |service: &crate::project::Service| ServiceClue {
        name: service.name.to_string(),
        image: service.image.to_string(),
        built: service.build.is_some(),
        environment: service
            .environment
            .iter()
            .map(|(name, value)| {
                let shown = value.as_ref().filter(|_| TELLING.contains(&name.as_str()));
                (name.clone(), shown.map(|value| value.reveal().clone()).unwrap_or_default())
            })
            .collect(),
    };
    project.services.values().map(of_service).collect()
}

/// Directories directly below, those aside that are hidden; sorted.
fn directories(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let directories = entries.filter(|entry| entry.path().is_dir());
    let names = directories.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}
