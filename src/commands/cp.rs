//! `ado cp`: files into and out of containers.

mod error;

use std::path::{Path, PathBuf};

use clap::Args;
use futures_util::StreamExt;

use super::scope::{Scope, any_replica};
use super::{Error, Exit, archive};
use crate::context::Context;
use crate::engine::{Engine, PathStat};
use crate::names::ServiceName;
use crate::observed::Container;

pub use error::CopyError;

/// From where to where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Containers of `run` as well
    #[arg(long)]
    all: bool,
    /// Keep owners and groups
    #[arg(short, long)]
    archive: bool,
    /// Copy what a symbolic link leads to
    #[arg(short = 'L', long)]
    follow_link: bool,
    /// Number of the replica; without it, out of the first, into all
    #[arg(long)]
    index: Option<u32>,
    /// A path, `-` for a tar archive on standard input, or `SERVICE:PATH`
    #[arg(value_name = "SOURCE")]
    source: String,
    /// A path, `-` for a tar archive on standard output, or `SERVICE:PATH`
    #[arg(value_name = "TARGET")]
    target: String,
}

/// One end of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    Service(ServiceName, String),
    Here(String),
}

/// Copies.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let mut containers = scope.containers(engine).await?;
    containers.retain(|container| arguments.all || !container.oneoff);
    match (end(&arguments.source), end(&arguments.target)) {
        (End::Service(service, path), End::Here(target)) => {
            let container = any_replica(&containers, &service, arguments.index)?;
            copy_out(context, container, (&path, arguments.follow_link), &target).await?;
        }
        (End::Here(source), End::Service(service, path)) => {
            any_replica(&containers, &service, arguments.index)?;
            let wanted = |container: &&Container| {
                container.service == service
                    && arguments.index.is_none_or(|index| index == 0 || container.number == index)
            };
            for container in containers.iter().filter(wanted) {
                copy_in(engine, context, container, (&source, &path), arguments).await?;
                context.ui.note(format!(" {} copy {source} to {}:{path}  Copied", container.name, container.name))?;
            }
        }
        (End::Service(..), End::Service(..)) => return Err(CopyError::BetweenServices.into()),
        (End::Here(_), End::Here(_)) => return Err(CopyError::WithoutService.into()),
    }
    Ok(Exit::DONE)
}

/// `SERVICE:PATH`, unless the text is a path by its look.
fn end(text: &str) -> End {
    let here = || End::Here(text.to_owned());
    if text.starts_with('/') || text.starts_with('.') {
        return here();
    }
    match text.split_once(':').and_then(|(service, path)| Some((ServiceName::new(service).ok()?, path))) {
        Some((service, path)) => End::Service(service, path.to_owned()),
        None => here(),
    }
}

async fn copy_out(
    context: &Context,
    container: &Container,
    (path, follow): (&str, bool),
    target: &str,
) -> Result<(), Error> {
    let engine = context.engine()?;
    let path = if follow { followed(engine, container, path).await? } else { path.to_owned() };
    let (stat, chunks) = engine.archive_get(&container.id, &path).await?;
    let mut chunks = Box::pin(chunks);
    if target == "-" {
        while let Some(chunk) = chunks.next().await {
            context.ui.bytes(&chunk?)?;
        }
        return Ok(());
    }
    let target = context.directory.join(target);
    let contents = path.ends_with("/.");
    let place = if target.is_dir() {
        archive::Place::Into(target)
    } else if contents {
        std::fs::create_dir(&target).map_err(|source| Error::File { path: target.clone(), source })?;
        archive::Place::Into(target)
    } else {
        archive::Place::As { name: stat.name, target }
    };
    archive::unpack(chunks, place).await
}

async fn copy_in(
    engine: &Engine,
    context: &Context,
    container: &Container,
    (source, path): (&str, &str),
    arguments: &Arguments,
) -> Result<(), Error> {
    let path = followed(engine, container, path).await.unwrap_or_else(|_| path.to_owned());
    let stat = match engine.archive_stat(&container.id, &path).await {
        Ok(stat) => Some(stat),
        Err(error) if error.is_not_found() => None,
        Err(error) => return Err(error.into()),
    };
    if source == "-" {
        let stream = archive::standard_input();
        return Ok(engine.archive_put(&container.id, &path, arguments.archive, stream).await?);
    }
    let source_path = context.directory.join(source);
    let local = if arguments.follow_link { std::fs::canonicalize(&source_path) } else { Ok(source_path.clone()) };
    let local = local.map_err(|error| Error::File { path: source_path.clone(), source: error })?;
    let directory = local.is_dir();
    let (folder, name) = placed(&path, stat.as_ref(), (source, directory))?;
    let stream = archive::pack(local, name);
    Ok(engine.archive_put(&container.id, &folder, arguments.archive, stream).await?)
}

/// The folder of the container that the archive is unpacked in, and the name that the copy has there; as `docker cp`
/// does it.
fn placed(path: &str, stat: Option<&PathStat>, (source, directory): (&str, bool)) -> Result<(String, PathBuf), Error> {
    let own_name = || {
        let source = Path::new(source.trim_end_matches('/'));
        if directory && (source.ends_with(".") || source.as_os_str() == "." || source.as_os_str().is_empty()) {
            PathBuf::from(".")
        } else {
            source.file_name().map_or_else(|| PathBuf::from("."), PathBuf::from)
        }
    };
    // `Path` forgets a last `/.`, which stands for the contents of a folder.
    let contents = directory && (source.ends_with("/.") || source == ".");
    match stat {
        Some(stat) if stat.is_directory() => {
            Ok((path.to_owned(), if contents { PathBuf::from(".") } else { own_name() }))
        }
        Some(_) if directory => Err(CopyError::OntoFile { path: path.to_owned() }.into()),
        None if path.ends_with('/') && !directory => Err(CopyError::IntoNothing { path: path.to_owned() }.into()),
        _ => {
            let whole = Path::new(path.trim_end_matches('/'));
            let folder = whole.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("/"));
            let name = whole.file_name().map_or_else(|| PathBuf::from("."), PathBuf::from);
            Ok((folder.to_string_lossy().into_owned(), name))
        }
    }
}

/// Where a path leads to, if it is a symbolic link.
async fn followed(engine: &Engine, container: &Container, path: &str) -> Result<String, Error> {
    let stat = engine.archive_stat(&container.id, path).await?;
    if !stat.is_link() {
        return Ok(path.to_owned());
    }
    let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
    Ok(folder.join(&stat.link_target).to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_service_unless_it_looks_like_a_path() {
        assert_eq!(end("web:/a"), End::Service(ServiceName::new("web").expect("valid"), "/a".to_owned()));
        for here in ["./a:b", "/a:b", "file", "-"] {
            assert_eq!(end(here), End::Here(here.to_owned()));
        }
    }

    #[test]
    fn a_copy_to_a_path_that_is_not_there_gets_its_name() {
        let (folder, name) = placed("/srv/new", None, ("old", false)).expect("possible");
        assert_eq!((folder.as_str(), name), ("/srv", PathBuf::from("new")));
        assert!(placed("/srv/new/", None, ("old", false)).is_err());
    }
}
