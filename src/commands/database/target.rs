//! What a verb works on: the server, and the way to it from where the program runs.

use std::collections::BTreeMap;

use super::super::scope::{Scope, running_replica};
use super::{DatabaseUsage, Error, Which};
use crate::context::{Context, Interrupts};
use crate::database::place::{Here, Inside, PasswordSource, Place};
use crate::database::{DatabaseName, Server};
use crate::secret::Secret;
use crate::settings::{Database, DatabaseEngine, Password, Settings};
use crate::task::Definitions;
use crate::ui::{Answer, Ui};

/// Where the program runs.
pub enum Surroundings<'a> {
    /// Beside the project, with the Engine at hand.
    Outside(&'a Context),
    /// In a container of the project.
    Inside {
        /// The only way to print.
        ui: &'a Ui,
        /// The container's environment.
        environment: &'a BTreeMap<String, String>,
    },
}

impl Surroundings<'_> {
    /// The only way to print.
    pub fn ui(&self) -> &Ui {
        match self {
            Self::Outside(context) => &context.ui,
            Self::Inside { ui, .. } => ui,
        }
    }

    /// What `config.toml` says of databases.
    pub fn settings(&self) -> Result<Settings, Error> {
        match self {
            Self::Outside(context) => match context.settings()? {
                Some(configured) => Ok(configured.settings),
                None => Err(Error::NoSettings { directory: context.directory.clone() }),
            },
            Self::Inside { environment, .. } => Ok(Definitions::read(environment)?.settings),
        }
    }

    /// Ctrl-C from now on.
    pub fn interrupts(&self) -> Result<Interrupts, Error> {
        match self {
            Self::Outside(context) => Ok(context.interrupts()?.clone()),
            Self::Inside { .. } => Interrupts::listen().map_err(|error| crate::context::Error::Signals(error).into()),
        }
    }

    /// Asks before data is lost.
    ///
    /// # Errors
    /// Where nobody can be asked and `--yes` was not given.
    pub fn consent(&self, yes: bool, question: &str) -> Result<bool, Error> {
        if yes {
            return Ok(true);
        }
        match self.ui().confirm(question)? {
            Answer::Yes => Ok(true),
            Answer::No => Ok(false),
            Answer::Nobody => Err(Error::NobodyToAsk { question: question.to_owned() }),
        }
    }
}

/// A server and what surrounds it.
pub struct Target<'a> {
    /// Where the program runs.
    pub surroundings: &'a Surroundings<'a>,
    /// The server.
    pub server: Server,
    /// What `config.toml` says of it.
    pub database: Database,
}

impl<'a> Target<'a> {
    /// Finds the server that is meant and the way to it.
    pub async fn find(surroundings: &'a Surroundings<'a>, which: Which) -> Result<Self, Error> {
        let database = chosen(&surroundings.settings()?, which)?;
        let place = match surroundings {
            Surroundings::Outside(context) => Place::Inside(outside(context, &database).await?),
            Surroundings::Inside { environment, .. } => Place::Here(here(environment, &database)),
        };
        let engine = database.engine;
        let template = database.template.as_deref().map(|name| DatabaseName::new(name, engine)).transpose();
        let template = template.map_err(crate::database::Error::from)?;
        let server = Server { engine, user: database.user.clone(), template, place };
        Ok(Self { surroundings, server, database })
    }

    /// The only way to print.
    pub fn ui(&self) -> &Ui {
        self.surroundings.ui()
    }

    /// The database that was named, or the one of `config.toml`.
    pub fn name(&self, given: Option<&String>) -> Result<DatabaseName, Error> {
        let name = given.or(self.database.name.as_ref()).ok_or(DatabaseUsage::NoDatabaseName)?;
        Ok(self.server.name(name)?)
    }

    /// The same, for one that is to be changed or removed.
    pub fn own_name(&self, given: Option<&String>) -> Result<DatabaseName, Error> {
        let name = given.or(self.database.name.as_ref()).ok_or(DatabaseUsage::NoDatabaseName)?;
        Ok(self.server.own_name(name)?)
    }
}

/// The server that was named, or the only one.
pub fn chosen(settings: &Settings, which: Which) -> Result<Database, Error> {
    let databases = &settings.databases;
    let found = match which.server {
        Some(name) => databases.get(&name).ok_or_else(|| DatabaseUsage::NoServer { name, known: known(settings) })?,
        None => match databases.get("default").or_else(|| databases.values().next().filter(|_| databases.len() == 1)) {
            Some(database) => database,
            None if databases.is_empty() => return Err(DatabaseUsage::NoDatabases.into()),
            None => return Err(DatabaseUsage::WhichServer { known: known(settings) }.into()),
        },
    };
    Ok(found.clone())
}

fn known(settings: &Settings) -> String {
    settings.databases.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The variable that client programs take the password from.
fn variable(engine: DatabaseEngine) -> &'static str {
    match engine {
        DatabaseEngine::Postgres => "PGPASSWORD",
        DatabaseEngine::Mysql | DatabaseEngine::Mariadb => "MYSQL_PWD",
    }
}

async fn outside(context: &Context, database: &Database) -> Result<Inside, Error> {
    let scope = Scope::of(context)?;
    let engine = context.engine()?;
    let container = running_replica(engine, scope.name(), &database.service, None).await?;
    let variable = variable(database.engine);
    let source = match &database.password {
        None => context.environment.get(variable).map(|given| PasswordSource::Value(Secret::new(given.clone()))),
        Some(Password::File(path)) => {
            let directory = context.settings()?.map(|configured| configured.directory).unwrap_or_default();
            let path = directory.join(path);
            let text = std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
            let text = text.strip_suffix('\n').unwrap_or(&text);
            Some(PasswordSource::Value(Secret::new(text.strip_suffix('\r').unwrap_or(text).to_owned())))
        }
        Some(Password::ContainerFile(path)) => Some(PasswordSource::File(path.clone())),
        Some(Password::Environment(name)) => Some(PasswordSource::Variable(name.clone())),
    };
    Ok(Inside {
        engine: engine.clone(),
        id: container.id.clone(),
        name: container.name.to_string(),
        password: source.map(|source| (variable, source)),
    })
}

/// A password that the container has already in the form that client programs know wins over the settings', which may
/// name files and variables of the server's container.
fn here(environment: &BTreeMap<String, String>, database: &Database) -> Here {
    let variable = variable(database.engine);
    let password = match &database.password {
        _ if environment.contains_key(variable) => None,
        None | Some(Password::File(_)) => None,
        Some(Password::ContainerFile(path)) => in_file(path),
        Some(Password::Environment(name)) => {
            environment.get(name).cloned().or_else(|| in_file(environment.get(&format!("{name}_FILE"))?))
        }
    };
    let host = match database.engine {
        DatabaseEngine::Postgres if environment.contains_key("PGHOST") => None,
        DatabaseEngine::Postgres => Some(database.service.to_string()),
        DatabaseEngine::Mysql | DatabaseEngine::Mariadb => {
            Some(environment.get("MYSQL_HOST").cloned().unwrap_or_else(|| database.service.to_string()))
        }
    };
    Here { host, password: password.map(|text| (variable, Secret::new(text))), environment: environment.clone() }
}

fn in_file(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok().map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
}
