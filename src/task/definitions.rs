//! What a container was told of its project, so that `ado-do` works in it without the Engine.

use std::collections::BTreeMap;
use std::path::Path;

use super::Error;
use crate::project::{self, Listening, TASK_DEFINITIONS, TASK_HOME};
use crate::settings::{self, Settings};

/// Variable with another directory than [`TASK_HOME`].
pub(super) const HOME_VARIABLE: &str = "ADO_HOME";
/// Variable that holds newer definitions than the file, given by a caller from outside.
pub const DEFINITIONS_VARIABLE: &str = "ADO_DEFINITIONS";

/// What a container knows of its project.
#[derive(Debug, Clone)]
pub struct Definitions {
    /// Tasks and databases.
    pub settings: Settings,
    /// The project's services by name.
    pub services: BTreeMap<String, Listening>,
}

impl Definitions {
    /// Reads them inside a container: from the environment, else from the file of the task volume.
    ///
    /// # Errors
    /// [`Error::NoDefinitions`] where neither is there or can be understood.
    pub fn read(environment: &BTreeMap<String, String>) -> Result<Self, Error> {
        let text = if let Some(text) = environment.get(DEFINITIONS_VARIABLE) {
            text.clone()
        } else {
            let path = home(environment).join(TASK_DEFINITIONS);
            let missing = |error| Error::NoDefinitions { reason: format!("{}: {error}", path.display()) };
            std::fs::read_to_string(&path).map_err(missing)?
        };
        let definitions: project::Definitions =
            serde_json::from_str(&text).map_err(|error| Error::NoDefinitions { reason: error.to_string() })?;
        let settings = settings::parse(Path::new("config.toml"), &definitions.settings)
            .map_err(|invalid| Error::NoDefinitions { reason: invalid.to_string() })?;
        Ok(Self { settings, services: definitions.services })
    }
}

/// Where the task volume is.
pub(super) fn home(environment: &BTreeMap<String, String>) -> &Path {
    Path::new(environment.get(HOME_VARIABLE).map_or(TASK_HOME, String::as_str))
}
