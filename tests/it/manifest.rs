//! Loading manifests: what is wrong is shown where it stands.

mod compatibility;
mod config;
mod invalid;
mod limits;
mod model;
mod values;
mod yaml;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ado::context::Disk;
use ado::diagnostic::Invalid;
use ado::manifest::{Loaded, Request, load};

/// Loads the manifest of a folder of `tests/data`, as if called there with these words and an empty environment.
fn load_in(directory: &Path, arguments: &str) -> Result<Loaded, Invalid> {
    let mut request = Request {
        working_directory: directory.to_path_buf(),
        environment: BTreeMap::from([("HOME".to_owned(), "/home/someone".to_owned())]),
        ..Request::default()
    };
    let mut words = arguments.split_whitespace();
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match option {
            "-f" => request.files.push(PathBuf::from(value)),
            "-p" => request.project_name = Some(value.to_owned()),
            _ => panic!("unknown option {option}"),
        }
    }
    load(&request, &Disk)
}

/// A folder of `tests/data`.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}
