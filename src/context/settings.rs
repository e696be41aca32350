//! Finding and reading `config.toml`.

use std::path::{Path, PathBuf};

use super::{Context, Error};
use crate::settings::{self, Settings};

/// The name of the repository manifest.
const FILE: &str = "config.toml";

/// `config.toml` and where it stands.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Absolute; paths in the file start here.
    pub directory: PathBuf,
    /// What it says.
    pub settings: Settings,
    /// The text itself, which containers get their tasks from.
    pub text: String,
}

impl Context {
    /// Reads `config.toml` of the project: beside the first `-f` file, in `--project-directory`, else in the working
    /// directory or the nearest one above it. `None` where there is none.
    ///
    /// # Errors
    /// Where it cannot be read, or says something wrong.
    pub fn settings(&self) -> Result<Option<Configured>, Error> {
        let Some(path) = self.settings_path() else { return Ok(None) };
        let text = std::fs::read_to_string(&path).map_err(|source| Error::Settings { path: path.clone(), source })?;
        let shown = path.strip_prefix(&self.directory).unwrap_or(&path);
        let settings = settings::parse(shown, &text)?;
        let directory = path.parent().unwrap_or(&self.directory).to_owned();
        Ok(Some(Configured { directory, settings, text }))
    }

    fn settings_path(&self) -> Option<PathBuf> {
        let beside_manifest = || self.options.file.first().filter(|file| file.as_os_str() != "-")?.parent();
        let named = self.options.project_directory.as_deref().or_else(beside_manifest);
        if let Some(named) = named {
            return Some(self.directory.join(named).join(FILE)).filter(|path| path.is_file());
        }
        self.directory.ancestors().map(|directory: &Path| directory.join(FILE)).find(|path| path.is_file())
    }
}
