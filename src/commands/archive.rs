//! Tar archives that are made and read while they are sent.

use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::sync::mpsc::{self, Receiver};

use crate::commands::Error;
use crate::engine::{self, pieces};

/// Pieces that wait.
const WAITING: usize = 4;

/// Where an archive is unpacked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Into this folder, under the names it has.
    Into(PathBuf),
    /// Its one entry, which has this name, becomes `target`.
    As {
        /// Its name in the archive.
        name: String,
        /// What it becomes; not there yet, or a file.
        target: PathBuf,
    },
}

/// An archive of a file or folder, which has `name` in it.
pub fn pack(source: PathBuf, name: PathBuf) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    pieces::stream(move |pipe| {
        let mut builder = tar::Builder::new(pipe);
        builder.follow_symlinks(false);
        if source.is_dir() && !source.is_symlink() {
            builder.append_dir_all(name, &source)?;
        } else {
            builder.append_path_with_name(&source, name)?;
        }
        builder.into_inner()?.flush()
    })
}

/// An archive of files, each under the name beside it; those that are gone meanwhile are left out.
pub fn pack_files(files: Vec<(PathBuf, PathBuf)>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    pieces::stream(move |pipe| {
        let mut builder = tar::Builder::new(pipe);
        builder.follow_symlinks(false);
        for (source, name) in files {
            match builder.append_path_with_name(&source, &name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        builder.into_inner()?.flush()
    })
}

/// An archive that comes from standard input.
pub fn standard_input() -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    pieces::stream(|mut pipe| io::copy(&mut io::stdin().lock(), &mut pipe).and_then(|_| pipe.flush()))
}

/// Unpacks an archive that is still arriving.
pub async fn unpack(
    mut chunks: Pin<Box<impl Stream<Item = Result<Bytes, engine::Error>>>>,
    place: Place,
) -> Result<(), Error> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let unpacked = tokio::task::spawn_blocking(move || write_out(Source { receiver, chunk: Bytes::new() }, place));
    let mut failure = None;
    while let Some(chunk) = chunks.next().await {
        match chunk {
            Ok(chunk) => {
                if sender.send(chunk).await.is_err() {
                    break;
                }
            }
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    drop(sender);
    let result = unpacked.await.map_err(|error| Error::Runtime(io::Error::other(error)))?;
    match failure {
        Some(error) => Err(error.into()),
        None => result,
    }
}

fn write_out(source: Source, place: Place) -> Result<(), Error> {
    let mut archive = tar::Archive::new(source);
    match place {
        Place::Into(folder) => unpack_into(&mut archive, &folder),
        Place::As { name, target } => {
            let file = |source| Error::File { path: target.clone(), source: system_error(source) };
            // Unpacked beside its place first, so that nothing half done ever bears the name.
            let folder = target.parent().unwrap_or(Path::new("/"));
            let beside = tempfile::tempdir_in(folder).map_err(file)?;
            archive.unpack(beside.path()).map_err(file)?;
            std::fs::rename(beside.path().join(name), &target).map_err(file)
        }
    }
}

/// The tar library says which file it was at, which is known; what the system said is below that.
fn system_error(error: io::Error) -> io::Error {
    let causes = std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |cause| cause.source());
    let code = causes.filter_map(|cause| cause.downcast_ref::<io::Error>()?.raw_os_error()).last();
    code.map_or(error, io::Error::from_raw_os_error)
}

/// Unpacks into a folder in which other files may be. A file that cannot be written to its end is taken away again.
fn unpack_into(archive: &mut tar::Archive<Source>, folder: &Path) -> Result<(), Error> {
    let failed = |path: &Path| {
        let path = folder.join(path);
        move |source| Error::File { path, source: system_error(source) }
    };
    // Folders get their own permissions last, because these may forbid to write into them.
    let mut folders = Vec::new();
    for entry in archive.entries().map_err(failed(Path::new("")))? {
        let mut entry = entry.map_err(failed(Path::new("")))?;
        let path = entry.path().map_err(failed(Path::new("")))?.into_owned();
        if entry.header().entry_type().is_dir() {
            folders.push(entry);
            continue;
        }
        if let Err(error) = entry.unpack_in(folder) {
            let half = folder.join(&path);
            let inside = path.components().all(|part| matches!(part, Component::CurDir | Component::Normal(_)));
            if inside && half.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
                // What cannot be removed either is told by the error of writing it.
                let _ = std::fs::remove_file(&half);
            }
            return Err(failed(&path)(error));
        }
    }
    for mut entry in folders.into_iter().rev() {
        let path = entry.path().map_err(failed(Path::new("")))?.into_owned();
        entry.unpack_in(folder).map_err(failed(&path))?;
    }
    Ok(())
}

/// Reads what arrives.
struct Source {
    receiver: Receiver<Bytes>,
    chunk: Bytes,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        buffer[..count].copy_from_slice(&self.chunk.split_to(count));
        Ok(count)
    }
}
