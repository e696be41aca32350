//! Which files are the manifest, where the project is, what it is called, and which variables it sees.

use std::path::{Path, PathBuf};

use super::environment;
use super::loader::Loader;
use super::path;
use super::request::Files;
use super::variables::{Provenance, Variables};
use crate::diagnostic::Problem;

const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// What was found.
pub(super) struct Found {
    /// Absolute paths, `-` for standard input.
    pub files: Vec<PathBuf>,
    /// Absolute.
    pub directory: PathBuf,
    pub variables: Variables,
}

/// Looks for the manifest as Docker Compose does. `None` when there is none; that is reported.
pub(super) fn discover(loader: &mut Loader) -> Option<Found> {
    let request = loader.request;
    let here = &request.working_directory;
    let absolute =
        |path: &Path| if path == Path::new("-") { path.to_path_buf() } else { path::clean(&here.join(path)) };
    let mut variables = Variables::from_shell(&request.environment);
    if variables.get("PWD").is_none() {
        variables.set("PWD", &here.to_string_lossy(), Provenance::Project);
    }
    let mut files: Vec<PathBuf> = request.files.iter().map(|path| absolute(path)).collect();
    let directory = directory(loader, &files);
    dotenv(loader, &mut variables, &directory);
    if files.is_empty() {
        files = from_variable(&variables, here);
    }
    if files.is_empty() {
        files = search(loader, &directory);
    }
    if files.is_empty() {
        let problem = Problem::new(format!("there is no manifest in {} or above it", directory.display()));
        loader.report(
            problem.help("create a `compose.yaml`, change to the project's directory, or name the file with `-f`"),
        );
        return None;
    }
    let directory = self::directory(loader, &files);
    dotenv(loader, &mut variables, &directory);
    Some(Found { files, directory, variables })
}

/// The project's directory: the given one, else the one of the first file, else the current one.
fn directory(loader: &Loader, files: &[PathBuf]) -> PathBuf {
    let request = loader.request;
    if let Some(directory) = &request.project_directory {
        return path::clean(&request.working_directory.join(directory));
    }
    let file = files.iter().find(|path| *path != Path::new("-"));
    file.and_then(|file| file.parent()).unwrap_or(&request.working_directory).to_path_buf()
}

/// `COMPOSE_FILE`: several paths with `COMPOSE_PATH_SEPARATOR` between them.
fn from_variable(variables: &Variables, here: &Path) -> Vec<PathBuf> {
    let separator = variables.get("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty()).unwrap_or(":");
    let list = variables.get("COMPOSE_FILE").filter(|list| !list.is_empty());
    list.into_iter().flat_map(|list| list.split(separator)).map(|file| path::clean(&here.join(file))).collect()
}

/// Whether a manifest with one of the usual names stands in `start` or above it.
pub fn stands_above(files: &dyn Files, start: &Path) -> bool {
    start.ancestors().any(|directory| !there(files, directory, NAMES).is_empty())
}

/// The files of a directory that have one of these names.
fn there(files: &dyn Files, directory: &Path, names: [&str; 4]) -> Vec<PathBuf> {
    let paths = names.iter().map(|name| directory.join(name));
    paths.filter(|path| files.exists(path) && !files.is_directory(path)).collect()
}

/// The usual names, here and in every directory above.
fn search(loader: &mut Loader, start: &Path) -> Vec<PathBuf> {
    for directory in start.ancestors() {
        let (found, overrides) = (there(loader.files, directory, NAMES), there(loader.files, directory, OVERRIDES));
        let Some(first) = found.first() else { continue };
        let mut warn = |paths: &[PathBuf]| {
            if paths.len() > 1 {
                let list = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
                loader.warnings.push(format!("several manifests stand here: {list}; the first one is used"));
            }
        };
        warn(&found);
        warn(&overrides);
        return std::iter::once(first.clone()).chain(overrides.first().cloned()).collect();
    }
    Vec::new()
}

/// Adds the variables of the `--env-file`s, of `COMPOSE_ENV_FILES`, or of `.env` in the project's directory.
fn dotenv(loader: &mut Loader, variables: &mut Variables, directory: &Path) {
    let request = loader.request;
    let named: Vec<PathBuf> = if request.env_files.is_empty() {
        let list = request.environment.get("COMPOSE_ENV_FILES").filter(|list| !list.is_empty());
        list.into_iter().flat_map(|list| list.split(',')).map(PathBuf::from).collect()
    } else {
        request.env_files.clone()
    };
    let mut files: Vec<PathBuf> = named.iter().map(|file| path::clean(&request.working_directory.join(file))).collect();
    if files.is_empty() {
        let disabled = request.environment.get("COMPOSE_DISABLE_ENV_FILE");
        if disabled.is_some_and(|text| super::cast::truth(text) == Some(true)) {
            return;
        }
        let usual = directory.join(".env");
        if loader.files.exists(&usual) && !loader.files.is_directory(&usual) {
            files.push(usual);
        }
    }
    let files: Vec<_> = files.into_iter().map(|file| (file, None)).collect();
    environment::add(loader, &files, variables);
}

/// The name as Docker Compose makes it out of any text: lowercase letters, digits, `-` and `_`.
pub fn normalized(text: &str) -> String {
    let lower = text.to_lowercase();
    let kept: String =
        lower.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-')).collect();
    kept.trim_start_matches(['_', '-']).to_owned()
}
