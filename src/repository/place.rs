//! Places below the project's directory, reached without following symbolic links out of it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Error;

/// The absolute path of a place, after looking at every part of the way that exists already.
///
/// Settings allow only paths below the project; this refuses a symbolic link on the way, the last part included,
/// because what is written through it could land anywhere.
pub(super) fn below(directory: &Path, relative: &Path) -> Result<PathBuf, Error> {
    let mut place = directory.to_owned();
    for part in relative.components() {
        place.push(part);
        match fs::symlink_metadata(&place) {
            Ok(found) if found.file_type().is_symlink() => {
                return Err(Error::Outside { path: relative.to_owned(), through: place });
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => break,
            Err(source) => return Err(Error::Io { path: place, source }),
        }
    }
    Ok(directory.join(relative))
}

/// Makes a directory and those above it.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    match fs::create_dir_all(path) {
        Err(_) if path.exists() && !path.is_dir() => Err(Error::Taken { path: path.to_owned(), wanted: "directory" }),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
        Ok(()) => Ok(()),
    }
}
