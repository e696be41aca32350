//! What a command works with: its streams, working directory, environment, the manifest and the Engine.

mod completion;
mod disk;
mod error;
mod interrupt;
mod options;
mod programs;
mod settings;

pub use completion::service_names;
pub use disk::Disk;
pub use error::Error;
pub use interrupt::Interrupts;
pub use options::GlobalOptions;
pub use settings::Configured;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::{Endpoint, Engine};
use crate::manifest::{self, Loaded, Request, Skip};
use crate::names::ProjectName;
use crate::project::{self, Project, TaskSource};
use crate::ui::{Settings, Ui};

/// Everything around one call of the program.
pub struct Context {
    /// Options that every verb has.
    pub options: GlobalOptions,
    /// Whether the program was called through a link named `docker-compose`, so that scripts expect that one.
    pub called_as_compose: bool,
    /// Where the program was called, absolute; empty where that cannot be found out.
    pub directory: PathBuf,
    /// The environment as it was at the start; variables that are not UTF-8 are left out.
    pub environment: BTreeMap<String, String>,
    /// The only way to print.
    pub ui: Ui,
    loaded: OnceCell<Loaded>,
    engine: OnceCell<Engine>,
    interrupts: OnceCell<Interrupts>,
}

impl Context {
    /// Takes a snapshot of the process's surroundings.
    pub fn new(options: GlobalOptions, called_as_compose: bool) -> Self {
        let environment = environment();
        let directory = std::env::current_dir().unwrap_or_default();
        let settings = Settings {
            progress: options.progress,
            ansi: options.ansi,
            dry_run: options.dry_run,
            builds_are_results: called_as_compose,
        };
        let ui = Ui::new(settings, &environment);
        let (loaded, engine, interrupts) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { options, called_as_compose, directory, environment, ui, loaded, engine, interrupts }
    }

    /// What the loader is asked for.
    pub fn request(&self) -> Result<Request, Error> {
        let standard_input = if self.options.file.iter().any(|file| file.as_os_str() == "-") {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(Error::Input)?;
            Some(Arc::from(text))
        } else {
            None
        };
        Ok(Request {
            files: self.options.file.clone(),
            project_name: self.options.project_name.clone(),
            project_directory: self.options.project_directory.clone(),
            env_files: self.options.env_file.clone(),
            profiles: self.options.profile.clone(),
            working_directory: self.directory.clone(),
            environment: self.environment.clone(),
            standard_input,
            skip: Skip { pruning: self.options.all_resources, ..Skip::default() },
        })
    }

    /// The manifest, read once; its warnings are shown then.
    pub fn loaded(&self) -> Result<&Loaded, Error> {
        if let Some(loaded) = self.loaded.get() {
            return Ok(loaded);
        }
        let loaded = manifest::load(&self.request()?, &Disk)?;
        for warning in &loaded.warnings {
            self.ui.warn(warning)?;
        }
        Ok(self.loaded.get_or_init(|| loaded))
    }

    /// Whether a variable of the environment is set to something that means yes; where the manifest was read, its `.env`
    /// counts too.
    pub fn is_set(&self, name: &str) -> bool {
        self.project_environment()
            .get(name)
            .is_some_and(|value| matches!(value.to_lowercase().as_str(), "1" | "true" | "yes"))
    }

    /// The environment; where the manifest was read, with its `.env`.
    fn project_environment(&self) -> &BTreeMap<String, String> {
        self.loaded.get().map_or(&self.environment, |loaded| &loaded.environment)
    }

    /// The project of the manifest.
    pub fn project(&self) -> Result<Project, Error> {
        let mut project = project::resolve(self.loaded()?)?;
        if self.options.compatibility || self.is_set("COMPOSE_COMPATIBILITY") {
            project.join_with_underscores()?;
        }
        if project.services.values().chain(project.disabled.values()).any(project::does_tasks) {
            let configured = self.settings()?;
            let nothing = crate::settings::Settings::default();
            let source = match &configured {
                Some(configured) => TaskSource { settings: &configured.settings, text: &configured.text },
                None => TaskSource { settings: &nothing, text: "" },
            };
            project.equip(source, &self.programs());
        }
        Ok(project)
    }

    /// The project's name where one is given and no manifest is there that could say more.
    pub fn name_without_manifest(&self) -> Result<Option<ProjectName>, Error> {
        let variable = |name: &str| self.environment.get(name).filter(|value| !value.is_empty());
        let Some(name) = self.options.project_name.as_ref().or_else(|| variable("COMPOSE_PROJECT_NAME")) else {
            return Ok(None);
        };
        let named = !self.options.file.is_empty() || variable("COMPOSE_FILE").is_some();
        let start = self.options.project_directory.as_ref().unwrap_or(&self.directory);
        if named || manifest::stands_above(&Disk, start) { Ok(None) } else { Ok(Some(ProjectName::new(name)?)) }
    }

    /// The Engine that the options and the environment name; the first request connects to it.
    pub fn engine(&self) -> Result<&Engine, Error> {
        if let Some(engine) = self.engine.get() {
            return Ok(engine);
        }
        // As in Docker Compose, `.env` says for which platform is built, and not where the Engine is.
        let variable = |name: &str| {
            let environment =
                if name == "DOCKER_DEFAULT_PLATFORM" { self.project_environment() } else { &self.environment };
            environment.get(name).cloned()
        };
        let endpoint = Endpoint::resolve(&variable, self.options.host.as_deref(), self.options.context.as_deref())?;
        let engine = Engine::connect(&endpoint)?;
        Ok(self.engine.get_or_init(|| engine))
    }

    /// Listens to Ctrl-C and SIGTERM from the first call on; before it they end the process.
    pub fn interrupts(&self) -> Result<&Interrupts, Error> {
        if let Some(interrupts) = self.interrupts.get() {
            return Ok(interrupts);
        }
        let interrupts = Interrupts::listen().map_err(Error::Signals)?;
        Ok(self.interrupts.get_or_init(|| interrupts))
    }
}

/// The environment of the process; variables that are not UTF-8 are left out.
pub(crate) fn environment() -> BTreeMap<String, String> {
    std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))).collect()
}
