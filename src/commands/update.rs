//! `ado update`.

mod report;

use std::path::Path;

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;

use super::{Error, Exit};
use crate::context::Context;
use crate::diagnostic::nearest;
use crate::repository::{self, Git, Happening, Prompts, Updated};
use crate::settings::{Repository, Settings};
use crate::ui::Rows;

/// Options.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Only these, by path or last part of it
    #[arg(value_name = "REPOSITORY")]
    repositories: Vec<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Brings repositories, directories and example files up to date; 1 where one of them could not be.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let configured = context.settings()?;
    let configured = configured.ok_or_else(|| Error::NoSettings { directory: context.directory.clone() })?;
    let (directory, settings) = (&configured.directory, &configured.settings);
    let repositories = chosen(settings, &arguments.repositories)?;
    let interrupts = context.interrupts()?.clone();
    let updated = tokio::select! {
        updated = watched(context, directory, &repositories) => updated?,
        () = interrupts.stop.cancelled() => return Ok(Exit::INTERRUPTED),
    };
    let laid_out =
        if arguments.repositories.is_empty() { repository::lay_out(directory, settings) } else { Vec::new() };
    let lines = report::lines(&repositories, &updated, &laid_out);
    match arguments.format {
        Format::Json => context.ui.json(&lines)?,
        Format::Table => context.ui.table(&report::table(&lines))?,
    }
    report::hints(&context.ui, &updated, &laid_out)?;
    Ok(if lines.iter().any(|line| line.failed) { Exit::FAILED } else { Exit::DONE })
}

/// The repositories that were named; all where none was.
fn chosen(settings: &Settings, names: &[String]) -> Result<Vec<Repository>, Error> {
    if names.is_empty() {
        return Ok(settings.repositories.clone());
    }
    let matches = |repository: &Repository, name: &str| {
        repository.path == Path::new(name) || repository.path.file_name().is_some_and(|last| last == name)
    };
    let find = |name: &String| {
        let found: Vec<Repository> =
            settings.repositories.iter().filter(|repository| matches(repository, name)).cloned().collect();
        if found.is_empty() {
            let paths: Vec<_> = settings.repositories.iter().filter_map(|known| known.path.to_str()).collect();
            let last = paths.iter().filter_map(|path| path.rsplit('/').next());
            let nearest = nearest(name, paths.iter().copied().chain(last)).map(str::to_owned);
            return Err(Error::NoRepository { name: name.clone(), nearest });
        }
        Ok(found)
    };
    let found: Vec<Vec<Repository>> = names.iter().map(find).collect::<Result<_, _>>()?;
    let mut chosen: Vec<Repository> = Vec::new();
    for repository in found.into_iter().flatten() {
        if !chosen.contains(&repository) {
            chosen.push(repository);
        }
    }
    Ok(chosen)
}

type Results = Vec<Result<Updated, repository::Error>>;

/// Updates while a row for each repository shows what happens to it.
async fn watched(context: &Context, directory: &Path, repositories: &[Repository]) -> Result<Results, Error> {
    let git = Git::new(context.environment.clone());
    let prompts = if context.ui.input_is_terminal() { Prompts::Allowed } else { Prompts::Never };
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let on = move |index: usize, happening: Happening| {
        // Nobody listens any more only when the whole run is being dropped.
        let _ = sender.send((index, happening));
    };
    let mut rows = Rows::new(&context.ui, "update");
    let mut frames = rows.frames();
    let updating = repository::update(directory, repositories, &git, prompts, &on);
    tokio::pin!(updating);
    let results = loop {
        tokio::select! {
            biased;
            Some((index, happening)) = receiver.recv() => show(&mut rows, repositories, index, &happening)?,
            results = &mut updating => break results,
            () = frames.next() => rows.tick()?,
        }
    };
    for (repository, result) in repositories.iter().zip(&results) {
        let id = repository.path.display().to_string();
        match result {
            Ok(updated) => rows.done(&id, &report::what(updated))?,
            Err(error) => rows.failed(&id, &error.to_string())?,
        }
    }
    rows.finish()?;
    Ok(results)
}

fn show(rows: &mut Rows, repositories: &[Repository], index: usize, happening: &Happening) -> Result<(), Error> {
    let Some(repository) = repositories.get(index) else { return Ok(()) };
    let id = repository.path.display().to_string();
    match happening {
        Happening::Waiting => rows.working("Update", "Waiting for another `ado update` of this project", None)?,
        Happening::Started => rows.working(&id, "Updating", None)?,
        Happening::Progress(text) => rows.working(&id, "Updating", Some(text))?,
        Happening::Asking => rows.working(&id, "Waiting for your login", None)?,
        Happening::Finished => {}
    }
    Ok(())
}
