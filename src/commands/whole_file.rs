//! Files for the user that have their name only when they are whole.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Error;

/// A file that is being written. Dropped without [`WholeFile::keep`], it leaves nothing, and what had its name before stays.
pub struct WholeFile {
    path: PathBuf,
    place: Place,
}

enum Place {
    /// Beside the file, under another name.
    Beside(NamedTempFile),
    /// A pipe, a terminal or `/dev/stdout`: what is written is gone at once.
    Stream(File),
}

impl WholeFile {
    /// Begins a file.
    ///
    /// # Errors
    /// Where the folder is not there or may not be written to.
    pub fn begin(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        // A link stays one, and what it leads to is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.exists() && !target.is_file() {
            let stream = File::options().write(true).open(&target).map_err(failed)?;
            return Ok(Self { path: target, place: Place::Stream(stream) });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mode = target.metadata().map_or(0o666, |metadata| metadata.permissions().mode() & 0o777);
        let mut builder = Builder::new();
        builder.prefix(".ado-").suffix(".partial").permissions(std::fs::Permissions::from_mode(mode));
        let beside = builder.tempfile_in(folder).map_err(failed)?;
        Ok(Self { path: target, place: Place::Beside(beside) })
    }

    /// Adds to it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = match &mut self.place {
            Place::Beside(file) => file.write_all(bytes),
            Place::Stream(file) => file.write_all(bytes),
        };
        written.map_err(|source| self.failed(source))
    }

    /// Gives it its name.
    pub fn keep(self) -> Result<(), Error> {
        let Self { path, place } = self;
        let failed = |source| Error::File { path: path.clone(), source };
        match place {
            Place::Beside(mut file) => {
                file.flush().map_err(failed)?;
                file.persist(&path).map_err(|error| failed(error.error)).map(drop)
            }
            Place::Stream(mut file) => file.flush().map_err(failed),
        }
    }

    fn failed(&self, source: io::Error) -> Error {
        Error::File { path: self.path.clone(), source }
    }
}

/// Writes a whole file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = WholeFile::begin(path)?;
    file.write(bytes)?;
    file.keep()
}
