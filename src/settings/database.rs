//! `[database]` and `[database.NAME]`.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::fields::{Fields, Item, Located};
use super::repository::clean;
use super::rules;
use crate::diagnostic::{Problem, Span, nearest};
use crate::names::ServiceName;

/// The name of the one that stands under `[database]` itself.
const DEFAULT: &str = "default";

/// A database server of the project, which the `db-` commands work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// The service that runs the server.
    pub service: ServiceName,
    /// What kind of server it is.
    pub engine: DatabaseEngine,
    /// The user who connects.
    pub user: String,
    /// The password; `None`: the caller's `PGPASSWORD` or `MYSQL_PWD`, or the server trusts its own container.
    pub password: Option<Password>,
    /// The database that is meant where a command names none.
    pub name: Option<String>,
    /// The database that a new one is copied from; `None`: the server's own template, or an empty one.
    pub template: Option<String>,
    /// The task that `db-update` runs, called with the name of the database.
    pub update: Option<String>,
    /// The task that `db-demo-setup` runs after creating and updating, called with the name of the database.
    pub demo: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of server that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseEngine {
    /// `PostgreSQL`.
    Postgres,
    /// `MySQL`.
    Mysql,
    /// `MariaDB`.
    Mariadb,
}

/// Where a password comes from. It never stands in `config.toml` itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Password {
    /// A file below the project's directory; a trailing line break does not count.
    File(PathBuf),
    /// A file in the server's container, for example a secret.
    ContainerFile(String),
    /// A variable of the server's container, for example `MARIADB_ROOT_PASSWORD`; where it is not set, the file that the
    /// variable of this name with `_FILE` says.
    Environment(String),
}

impl DatabaseEngine {
    const ALL: [(&'static str, Self); 4] = [
        ("postgres", Self::Postgres),
        ("postgresql", Self::Postgres),
        ("mysql", Self::Mysql),
        ("mariadb", Self::Mariadb),
    ];

    /// As `config.toml` has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    /// The administrator whom the server's images make.
    pub fn default_user(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql | Self::Mariadb => "root",
        }
    }

    /// The port it listens on.
    pub fn port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql | Self::Mariadb => 3306,
        }
    }
}

pub(super) fn databases(top: &Fields<'_, '_>) -> IndexMap<String, Database> {
    let mut found = IndexMap::new();
    let Some(fields) = top.get("database").and_then(|item| item.fields("[database]")) else { return found };
    let named_only = fields.entries().iter().all(|(_, item)| item.is_table()) && !fields.entries().is_empty();
    if named_only {
        for (name, item) in fields.entries() {
            named(&mut found, &name, item);
        }
        return found;
    }
    let (database, others) = read(&fields);
    found.extend(database.map(|database| (DEFAULT.to_owned(), database)));
    for (name, item) in others {
        named(&mut found, &name, item);
    }
    fields.finish_without_tables();
    found
}

fn named(found: &mut IndexMap<String, Database>, name: &Located<String>, item: Item<'_, '_>) {
    let reader = item.reader;
    let valid = reader.allow("name of a database", name, rules::word(&name.value));
    let Some(fields) = item.fields(&format!("[database.{}]", name.value)) else { return };
    let (database, _) = read(&fields);
    fields.finish();
    if let Some(database) = database.filter(|_| valid) {
        found.insert(name.value.clone(), database);
    }
}

type Others<'r, 'i> = Vec<(Located<String>, Item<'r, 'i>)>;

/// One database, and the tables in it that are no fields of it.
fn read<'r, 'i>(fields: &Fields<'r, 'i>) -> (Option<Database>, Others<'r, 'i>) {
    let service = fields.required("service");
    let engine = fields.required("engine");
    let user = fields.text("user").map(|user| user.value);
    let password = fields.get("password").and_then(password);
    let value = |key| fields.text(key).map(|text| text.value);
    let (name, template, update, demo) = (value("name"), value("template"), value("update"), value("demo"));
    let others = fields.unknown().into_iter().filter(|(_, item)| item.is_table()).collect();

    let reader = fields.reader();
    let service = service.and_then(|text| match ServiceName::new(&text.value) {
        Ok(service) => Some(service),
        Err(error) => {
            reader.report(Problem::at(text.span, error.to_string()));
            None
        }
    });
    let engine = engine.and_then(|text| {
        let known = DatabaseEngine::ALL.iter().find(|(name, _)| *name == text.value);
        if known.is_none() {
            let help = match nearest(&text.value, DatabaseEngine::ALL.iter().map(|(name, _)| *name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "known engines: postgres, mysql, mariadb".to_owned(),
            };
            let message = format!("`{}` is not a database engine", text.value.escape_debug());
            reader.report(Problem::at(text.span, message).help(help));
        }
        known.map(|(_, engine)| *engine)
    });
    let (Some(service), Some(engine)) = (service, engine) else { return (None, others) };
    let user = user.unwrap_or_else(|| engine.default_user().to_owned());
    let database = Database { service, engine, user, password, name, template, update, demo, span: fields.span };
    (Some(database), others)
}

fn password(item: Item<'_, '_>) -> Option<Password> {
    if item.as_text().is_some() {
        // Without the place: showing the line would show the password.
        let message = format!("line {}: a password does not stand in config.toml itself", item.span().line);
        let help = "write password = { environment = \"POSTGRES_PASSWORD\" } or { file = \"etc/password\" }";
        item.reader.report(Problem::new(message).help(help));
        return None;
    }
    let fields = item.fields("password")?;
    let file = fields.text("file");
    let container_file = fields.text("container_file");
    let environment = fields.text("environment");
    let span = fields.span;
    fields.finish();
    match (file, container_file, environment) {
        (Some(file), None, None) => {
            item.reader.allow("path", &file, rules::path(&file.value)).then(|| Password::File(clean(&file.value)))
        }
        (None, Some(path), None) => Some(Password::ContainerFile(path.value)),
        (None, None, Some(variable)) => Some(Password::Environment(variable.value)),
        _ => {
            let message = "password needs exactly one of `file`, `container_file` and `environment`";
            item.reader.report(Problem::at(span, message));
            None
        }
    }
}
