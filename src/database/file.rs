//! A file that has its name only when it is whole.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Error;

/// A file under a temporary name beside the final one. Dropped without [`NewFile::keep`], it is removed.
pub struct NewFile {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file. It is readable for its owner alone, as the data of a database should be.
    ///
    /// # Errors
    /// If the directory is not there or may not be written to.
    pub fn begin(path: &Path) -> Result<Self, Error> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut builder = Builder::new();
        let prefix = format!(".{name}.");
        builder.prefix(&prefix).suffix(".partial");
        let temporary = builder.tempfile_in(folder(path)).map_err(|source| failed(path, source))?;
        Ok(Self { temporary, path: path.to_owned() })
    }

    /// Where to write.
    ///
    /// # Errors
    /// If the system cannot hand out another handle.
    pub fn writer(&self) -> Result<File, Error> {
        self.temporary.as_file().try_clone().map_err(|source| failed(&self.path, source))
    }

    /// Gives the file its name once its content has reached the disk.
    ///
    /// # Errors
    /// If it does not get there.
    pub fn keep(mut self) -> Result<(), Error> {
        let written = self.temporary.flush().and_then(|()| self.temporary.as_file().sync_all());
        written.map_err(|source| failed(&self.path, source))?;
        self.temporary.persist(&self.path).map_err(|error| failed(&self.path, error.error))?;
        // The name itself must survive a crash as well.
        let folder = File::open(folder(&self.path)).and_then(|folder| folder.sync_all());
        folder.map_err(|source| failed(&self.path, source))
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn failed(path: &Path, source: io::Error) -> Error {
    Error::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_appears_with_the_whole_file_only() {
        let folder = tempfile::tempdir().expect("it is as the test made it");
        let path = folder.path().join("c3s.sql");
        let file = NewFile::begin(&path).expect("it is as the test made it");
        file.writer().expect("it is as the test made it").write_all(b"half").expect("it is as the test made it");
        assert!(!path.exists());
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).expect("it is as the test made it").count(), 0, "nothing is left");

        let file = NewFile::begin(&path).expect("it is as the test made it");
        file.writer().expect("it is as the test made it").write_all(b"whole").expect("it is as the test made it");
        file.keep().expect("it is as the test made it");
        assert_eq!(std::fs::read(&path).expect("it is as the test made it"), b"whole");
    }
}
