//! A directory as a tar archive that is made while it is sent: memory does not grow with it.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::Stream;
use tar::{EntryType, Header};

use super::ignore::Ignore;
use crate::engine::error::Error;
use crate::engine::pieces::{self, PieceWriter};

/// Why the archive could not be made, told apart from a connection that broke.
pub(in crate::engine) type Failure = Arc<Mutex<Option<Error>>>;

/// What is sent to the builder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Context {
    /// The directory.
    pub root: PathBuf,
    /// What of it is left out.
    pub ignore: Ignore,
    /// Files that are not in it: their name in the archive and their content.
    pub further: Vec<(String, Vec<u8>)>,
}

impl Context {
    /// The archive. Whatever goes wrong on this machine is put into the [`Failure`], and the stream breaks.
    pub(in crate::engine) fn archive(self) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, Failure) {
        let failure = Failure::default();
        let slot = failure.clone();
        let archive = pieces::stream(move |writer| {
            self.write(writer).map_err(|error| {
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                io::ErrorKind::InvalidData.into()
            })
        });
        (archive, failure)
    }

    fn write(&self, writer: PieceWriter) -> Result<(), Error> {
        let broken =
            |path: &Path, source: io::Error| Error::BuildContext { path: path.to_owned(), reason: source.to_string() };
        let mut archive = tar::Builder::new(writer);
        self.directory(&mut archive, &self.root, "")?;
        for (name, content) in &self.further {
            let mut header = Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o600);
            archive.append_data(&mut header, name, &content[..]).map_err(|error| broken(Path::new(name), error))?;
        }
        let finished = archive.into_inner().and_then(|mut writer| writer.flush());
        finished.map_err(|error| broken(&self.root, error))
    }

    /// Everything below one directory, sorted by name, so that the same tree gives the same archive.
    fn directory(&self, archive: &mut tar::Builder<PieceWriter>, directory: &Path, below: &str) -> Result<(), Error> {
        for (path, metadata) in entries(directory)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let relative = if below.is_empty() { name } else { format!("{below}/{name}") };
            let ignored = self.ignore.ignores(&relative);
            if !ignored {
                append(archive, &path, &relative, &metadata)
                    .map_err(|error| Error::BuildContext { path: path.clone(), reason: error.to_string() })?;
            }
            if metadata.is_dir() && !(ignored && self.ignore.ends_at(&relative)) {
                self.directory(archive, &path, &relative)?;
            }
        }
        Ok(())
    }
}

/// What is in a directory, sorted by name.
pub(in crate::engine) fn entries(directory: &Path) -> Result<Vec<(PathBuf, Metadata)>, Error> {
    let broken =
        |path: &Path, source: &io::Error| Error::BuildContext { path: path.to_owned(), reason: source.to_string() };
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| broken(directory, &error))? {
        let path = entry.map_err(|error| broken(directory, &error))?.path();
        let metadata = fs::symlink_metadata(&path).map_err(|error| broken(&path, &error))?;
        all.push((path, metadata));
    }
    all.sort_by(|(a, _), (b, _)| a.file_name().cmp(&b.file_name()));
    Ok(all)
}

/// One entry. Everything belongs to root inside, as with the `docker` command; sockets cannot be sent.
fn append(archive: &mut tar::Builder<PieceWriter>, path: &Path, name: &str, metadata: &Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    let mut header = Header::new_gnu();
    header.set_mode(metadata.permissions().mode() & 0o7777);
    header.set_mtime(u64::try_from(metadata.mtime()).unwrap_or(0));
    header.set_size(0);
    if kind.is_file() {
        header.set_size(metadata.len());
        let file = fs::File::open(path)?;
        archive.append_data(&mut header, name, Exactly { file, left: metadata.len() })
    } else if kind.is_dir() {
        header.set_entry_type(EntryType::Directory);
        archive.append_data(&mut header, format!("{name}/"), io::empty())
    } else if kind.is_symlink() {
        header.set_entry_type(EntryType::Symlink);
        archive.append_link(&mut header, name, fs::read_link(path)?)
    } else if kind.is_fifo() {
        header.set_entry_type(EntryType::Fifo);
        archive.append_data(&mut header, name, io::empty())
    } else {
        Ok(())
    }
}

/// A file of the length that its header says, whatever others do to it meanwhile.
struct Exactly {
    file: fs::File,
    left: u64,
}

impl io::Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::Error::other("it became shorter while it was read"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}
