//! Files for the user that have their name only when they are whole.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Error;

/// A file that is being written. Dropped without [`WholeFile::keep`], it leaves nothing, and what had its name before stays.
pub struct WholeFile {
    path: PathBuf,
    place: Place,
    /// Its content reaches the disk before it has its name.
    durable: bool,
}

enum Place {
    /// Beside the file, under another name.
    Beside(NamedTempFile),
    /// A pipe, a terminal or `/dev/stdout`: what is written is gone at once.
    Stream(File),
}

impl WholeFile {
    /// Begins a file. It takes the permissions of the one that it replaces.
    ///
    /// # Errors
    /// Where the folder is not there or may not be written to.
    pub fn begin(path: &Path) -> Result<Self, Error> {
        let file = Self::with_mode(path, 0o666, false)?;
        if let (Place::Beside(beside), Ok(replaced)) = (&file.place, path.metadata()) {
            beside.as_file().set_permissions(replaced.permissions()).map_err(|source| file.failed(source))?;
        }
        Ok(file)
    }

    /// Begins a file that is for its owner alone and survives a crash of the machine, as a backup should.
    ///
    /// # Errors
    /// Where the folder is not there or may not be written to.
    pub fn begin_private(path: &Path) -> Result<Self, Error> {
        Self::with_mode(path, 0o600, true)
    }

    fn with_mode(path: &Path, mode: u32, durable: bool) -> Result<Self, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        // A link stays one, and what it leads to is replaced.
        let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if target.exists() && !target.is_file() {
            let stream = File::options().write(true).open(&target).map_err(failed)?;
            return Ok(Self { path: target, place: Place::Stream(stream), durable });
        }
        let prefix = format!(".{}.", target.file_name().unwrap_or_default().to_string_lossy());
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".partial").permissions(Permissions::from_mode(mode));
        let beside = builder.tempfile_in(folder(&target)).map_err(failed)?;
        Ok(Self { path: target, place: Place::Beside(beside), durable })
    }

    /// Another handle to write to it.
    pub fn writer(&self) -> Result<File, Error> {
        let handle = match &self.place {
            Place::Beside(file) => file.as_file().try_clone(),
            Place::Stream(file) => file.try_clone(),
        };
        handle.map_err(|source| self.failed(source))
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
        let Self { path, place, durable } = self;
        let failed = |source| Error::File { path: path.clone(), source };
        let mut file = match place {
            Place::Beside(file) => file,
            Place::Stream(mut file) => return file.flush().map_err(failed),
        };
        file.flush().map_err(failed)?;
        if durable {
            file.as_file().sync_all().map_err(failed)?;
        }
        file.persist(&path).map_err(|error| failed(error.error))?;
        if durable {
            // The name itself must survive a crash as well.
            File::open(folder(&path)).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
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

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_with_the_whole_file_only() {
        let folder = tempfile::tempdir().expect("it is as the test made it");
        let path = folder.path().join("c3s.sql");
        for begin in [WholeFile::begin, WholeFile::begin_private] {
            let mut file = begin(&path).expect("it is as the test made it");
            file.write(b"half").expect("it is as the test made it");
            assert!(!path.exists());
            drop(file);
            assert_eq!(
                std::fs::read_dir(folder.path()).expect("it is as the test made it").count(),
                0,
                "nothing is left"
            );

            let file = begin(&path).expect("it is as the test made it");
            file.writer().expect("it is as the test made it").write_all(b"whole").expect("it is as the test made it");
            file.keep().expect("it is as the test made it");
            assert_eq!(std::fs::read(&path).expect("it is as the test made it"), b"whole");
            std::fs::remove_file(&path).expect("it is as the test made it");
        }
    }

    #[test]
    fn a_file_keeps_its_permissions_and_a_private_one_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("it is as the test made it");
        let path = folder.path().join("c3s.sql");
        std::fs::write(&path, "old").expect("it is as the test made it");
        std::fs::set_permissions(&path, Permissions::from_mode(0o664)).expect("it is as the test made it");
        let mode = || path.metadata().expect("it is as the test made it").permissions().mode() & 0o777;
        WholeFile::begin(&path).and_then(WholeFile::keep).expect("it is as the test made it");
        assert_eq!(mode(), 0o664);
        WholeFile::begin_private(&path).and_then(WholeFile::keep).expect("it is as the test made it");
        assert_eq!(mode(), 0o600);
    }
}
