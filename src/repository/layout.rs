//! Directories that must be there, and example files that are copied where the target is missing.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Error, place};
use crate::settings::{Directory, ExampleFile, Settings};

/// What happened to one directory or file.
#[derive(Debug)]
pub struct LaidOut {
    /// Below the project's directory.
    pub path: PathBuf,
    /// "directory" or "file".
    pub kind: &'static str,
    /// Whether it was made now.
    pub result: Result<bool, Error>,
}

/// Makes what is missing. Nothing that is there is changed.
pub fn lay_out(directory: &Path, settings: &Settings) -> Vec<LaidOut> {
    let directories = settings.directories.iter().map(|wanted| LaidOut {
        path: wanted.path.clone(),
        kind: "directory",
        result: make_directory(directory, wanted),
    });
    let files = settings.files.iter().map(|wanted| LaidOut {
        path: wanted.target.clone(),
        kind: "file",
        result: copy_example(directory, wanted),
    });
    directories.chain(files).collect()
}

fn make_directory(directory: &Path, wanted: &Directory) -> Result<bool, Error> {
    let path = place::below(directory, &wanted.path)?;
    if path.is_dir() {
        return Ok(false);
    }
    place::make_directory(&path)?;
    if let Some(mode) = wanted.mode {
        let failed = |source| Error::Io { path: path.clone(), source };
        fs::set_permissions(&path, Permissions::from_mode(mode)).map_err(failed)?;
    }
    Ok(true)
}

/// Copies to a temporary neighbour, which then gets the name only if nobody has it: half a file never appears, and
/// nothing is ever overwritten.
fn copy_example(directory: &Path, wanted: &ExampleFile) -> Result<bool, Error> {
    let target = place::below(directory, &wanted.target)?;
    match fs::symlink_metadata(&target) {
        Ok(found) if found.is_file() => return Ok(false),
        Ok(_) => return Err(Error::Taken { path: wanted.target.clone(), wanted: "file" }),
        Err(_) => {}
    }
    let source = directory.join(&wanted.source);
    let inside = source.canonicalize().ok().zip(directory.canonicalize().ok());
    match inside {
        None => return Err(Error::NoExample { path: wanted.source.clone() }),
        Some((real, directory)) if !real.starts_with(&directory) => {
            return Err(Error::Outside { path: wanted.source.clone(), through: source });
        }
        Some((real, _)) if !real.is_file() => return Err(Error::Taken { path: wanted.source.clone(), wanted: "file" }),
        Some(_) => {}
    }
    let parent = target.parent().unwrap_or(directory);
    place::make_directory(parent)?;
    let failed = |source| Error::Io { path: wanted.target.clone(), source };
    let temporary = tempfile::Builder::new().prefix(".ado-").tempfile_in(parent).map_err(failed)?;
    fs::copy(&source, temporary.path()).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    match temporary.persist_noclobber(&target) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error.error)),
    }
}
