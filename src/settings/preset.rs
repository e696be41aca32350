//! A first `config.toml` for stacks that people have: what kind of project it is, and the tasks that such projects need.

use std::collections::BTreeMap;

use super::DatabaseEngine;

/// What is known of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceClue {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Whether it is built from the project.
    pub built: bool,
    /// Its variables that are no secrets by their name, and the names of all with an empty value otherwise.
    pub environment: BTreeMap<String, String>,
}

/// What is known of a project.
pub struct Clues<'a> {
    /// The text of a file below its directory.
    pub read: &'a dyn Fn(&str) -> Option<String>,
    /// Directories directly below its own, by name.
    pub directories: Vec<String>,
    /// Services of its manifest.
    pub services: Vec<ServiceClue>,
}

/// The kinds of projects that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Django, by `manage.py`.
    Django,
    /// Odoo, by an image or `__manifest__.py` of an addon.
    Odoo,
    /// Tryton, by an image or `tryton.cfg` of a module.
    Tryton,
    /// Ruby on Rails, by `bin/rails`.
    Rails,
    /// Laravel, by `artisan`.
    Laravel,
    /// A database server and nothing that is known.
    Postgres,
}

/// A first `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What the project is.
    pub preset: Preset,
    /// The service whose containers do the tasks.
    pub service: String,
    /// The whole text.
    pub text: String,
}

/// The server that the databases are on.
struct Server<'a> {
    clue: &'a ServiceClue,
    engine: DatabaseEngine,
}

impl Preset {
    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Django => "Django",
            Self::Odoo => "Odoo",
            Self::Tryton => "Tryton",
            Self::Rails => "Rails",
            Self::Laravel => "Laravel",
            Self::Postgres => "PostgreSQL",
        }
    }

    fn tasks(self) -> &'static str {
        match self {
            Self::Django => include_str!("preset/django.toml"),
            Self::Odoo => include_str!("preset/odoo.toml"),
            Self::Tryton => include_str!("preset/tryton.toml"),
            Self::Rails => include_str!("preset/rails.toml"),
            Self::Laravel => include_str!("preset/laravel.toml"),
            Self::Postgres => include_str!("preset/postgres.toml"),
        }
    }

    /// The task that `db-update` runs.
    fn update(self) -> Option<&'static str> {
        match self {
            Self::Django | Self::Laravel => Some("migrate"),
            Self::Odoo | Self::Tryton => Some("update"),
            Self::Rails => Some("prepare"),
            Self::Postgres => None,
        }
    }
}

/// What the project is, and the `config.toml` for it; `None` where nothing is recognised.
pub fn suggest(clues: &Clues<'_>) -> Option<Suggestion> {
    let server = server(clues);
    let manage = manage(clues);
    let preset = recognise(clues, manage.as_deref(), server.as_ref())?;
    let service = application(clues, preset, server.as_ref());
    let text = text(preset, &service, server.as_ref(), manage.as_deref().unwrap_or("manage.py"));
    Some(Suggestion { preset, service, text })
}

fn recognise(clues: &Clues<'_>, manage: Option<&str>, server: Option<&Server<'_>>) -> Option<Preset> {
    let there = |path: &str| (clues.read)(path).is_some();
    let image = |word: &str| clues.services.iter().any(|service| image_name(service).contains(word));
    let below = |file: &str| clues.directories.iter().any(|directory| there(&format!("{directory}/{file}")));
    if manage.is_some() {
        Some(Preset::Django)
    } else if there("artisan") {
        Some(Preset::Laravel)
    } else if there("bin/rails") {
        Some(Preset::Rails)
    } else if image("tryton") || there("tryton.cfg") || below("tryton.cfg") {
        Some(Preset::Tryton)
    } else if image("odoo") || there("__manifest__.py") || below("__manifest__.py") {
        Some(Preset::Odoo)
    } else {
        server.filter(|server| server.engine == DatabaseEngine::Postgres).map(|_| Preset::Postgres)
    }
}

/// Where `manage.py` of Django is: in the project, or in a directory of it.
fn manage(clues: &Clues<'_>) -> Option<String> {
    let below = clues.directories.iter().map(|directory| format!("{directory}/manage.py"));
    let mut places = std::iter::once("manage.py".to_owned()).chain(below);
    places.find(|place| (clues.read)(place).is_some_and(|text| text.to_lowercase().contains("django")))
}

fn server<'a>(clues: &'a Clues<'_>) -> Option<Server<'a>> {
    let engine = |service: &ServiceClue| {
        let text = format!("{} {}", image_name(service), service.name).to_lowercase();
        let variable = |prefix: &str| service.environment.keys().any(|name| name.starts_with(prefix));
        if text.contains("postgres") || text.contains("postgis") || variable("POSTGRES_") && !service.built {
            Some(DatabaseEngine::Postgres)
        } else if text.contains("mariadb") {
            Some(DatabaseEngine::Mariadb)
        } else if text.contains("mysql") {
            Some(DatabaseEngine::Mysql)
        } else {
            None
        }
    };
    clues.services.iter().find_map(|clue| Some(Server { engine: engine(clue)?, clue }))
}

/// The image without registry, organisation, tag and digest.
fn image_name(service: &ServiceClue) -> &str {
    let last = service.image.rsplit('/').next().unwrap_or_default();
    last.split([':', '@']).next().unwrap_or_default()
}

/// The service that the project's own code runs in.
fn application(clues: &Clues<'_>, preset: Preset, server: Option<&Server<'_>>) -> String {
    let database = server.map(|server| server.clue.name.as_str());
    if let (Preset::Postgres, Some(database)) = (preset, database) {
        return database.to_owned();
    }
    let others = || clues.services.iter().filter(|service| Some(service.name.as_str()) != database);
    let word = preset.name().to_lowercase();
    let fitting = others().find(|service| image_name(service).contains(&word) || service.name.contains(&word));
    let found = fitting.or_else(|| others().find(|service| service.built)).or_else(|| others().next());
    found.map_or_else(|| "web".to_owned(), |service| service.name.clone())
}

fn text(preset: Preset, service: &str, server: Option<&Server<'_>>, manage: &str) -> String {
    let fallback = service.replace('-', "_");
    let database = server.map(|server| Facts::of(server, &fallback));
    let name = database.as_ref().map_or(fallback.as_str(), |facts| facts.name.as_str());
    let user = database.as_ref().map_or("postgres", |facts| facts.user.as_str());
    let needed = server.map(|server| format!("\"{}\"", server.clue.name)).unwrap_or_default();
    let mut text = "# Tasks of this project: `ado do` lists them, `ado do NAME --help` explains one.\n\n".to_owned();
    if let (Some(server), Some(facts)) = (server, &database) {
        let update = preset.update().map(|task| format!("update = \"{task}\"")).unwrap_or_default();
        let section = include_str!("preset/database.toml")
            .replace("@DATABASE_SERVICE@", &server.clue.name)
            .replace("@ENGINE@", server.engine.as_str())
            .replace("@PASSWORD@", &facts.password)
            .replace("@UPDATE@", &update);
        text.push_str(&section);
        text.push('\n');
    }
    text.push_str(preset.tasks());
    let text = text
        .replace("@SERVICE@", service)
        .replace("@NEEDED@", &needed)
        .replace("@MANAGE@", manage)
        .replace("@USER@", user)
        .replace("@NAME@", name);
    without_gaps(&text)
}

/// What the manifest says of the server.
struct Facts {
    user: String,
    name: String,
    /// The line of the settings; empty where the server wants none from inside its own container.
    password: String,
}

impl Facts {
    fn of(server: &Server<'_>, fallback: &str) -> Self {
        let variables = &server.clue.environment;
        let value = |names: &[&str]| names.iter().find_map(|name| variables.get(*name)).filter(|text| !text.is_empty());
        let (users, names, passwords): (&[&str], &[&str], &[&str]) = match server.engine {
            DatabaseEngine::Postgres => (&["POSTGRES_USER"], &["POSTGRES_DB"], &["POSTGRES_PASSWORD"]),
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => {
                (&[], &["MARIADB_DATABASE", "MYSQL_DATABASE"], &["MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD"])
            }
        };
        let user = value(users).cloned().unwrap_or_else(|| server.engine.default_user().to_owned());
        let default_name = if server.engine == DatabaseEngine::Postgres && !users.is_empty() {
            value(users).cloned().unwrap_or_else(|| fallback.to_owned())
        } else {
            fallback.to_owned()
        };
        let name = value(names).cloned().unwrap_or(default_name);
        let password = passwords.iter().find_map(|variable| {
            let in_file = format!("{variable}_FILE");
            if variables.contains_key(*variable) {
                return Some(format!("password = {{ environment = \"{variable}\" }}"));
            }
            let file = variables.get(&in_file).filter(|path| !path.is_empty())?;
            Some(format!("password = {{ container_file = \"{file}\" }}"))
        });
        Self { user, name, password: password.unwrap_or_default() }
    }
}

/// Without the empty lines that placeholders without a value leave inside a table.
fn without_gaps(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut kept = String::new();
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1).copied().unwrap_or_default();
        let gap = line.is_empty() && !next.is_empty() && !next.starts_with(['[', '#']);
        let doubled = line.is_empty() && next.is_empty();
        if !gap && !doubled {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::settings::parse;

    fn service(name: &str, image: &str, built: bool, environment: &[(&str, &str)]) -> ServiceClue {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        ServiceClue {
            name: name.into(),
            image: image.into(),
            built,
            environment: environment.iter().map(pair).collect(),
        }
    }

    fn suggestion(files: &[(&str, &str)], directories: &[&str], services: Vec<ServiceClue>) -> Option<Suggestion> {
        let read = |path: &str| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_owned());
        let directories = directories.iter().map(|name| (*name).to_owned()).collect();
        suggest(&Clues { read: &read, directories, services })
    }

    fn postgres() -> ServiceClue {
        let variables = [("POSTGRES_USER", "shop"), ("POSTGRES_PASSWORD", ""), ("POSTGRES_DB", "shopdb")];
        service("db", "docker.io/library/postgres:16", false, &variables)
    }

    #[test]
    fn every_preset_is_recognised_and_its_text_is_right() {
        type Case = (Preset, &'static [(&'static str, &'static str)], &'static [&'static str], ServiceClue);
        let web = || service("web", "shop-web", true, &[]);
        let cases: [Case; 6] = [
            (Preset::Django, &[("app/manage.py", "from django.core")], &["app"], web()),
            (Preset::Laravel, &[("artisan", "<?php")], &[], web()),
            (Preset::Rails, &[("bin/rails", "#!ruby")], &[], web()),
            (Preset::Tryton, &[], &[], service("erp", "tryton/tryton:7.0", false, &[])),
            (Preset::Odoo, &[("addon/__manifest__.py", "{}")], &["addon"], service("erp", "odoo:17", false, &[])),
            (Preset::Postgres, &[], &[], service("other", "busybox", false, &[])),
        ];
        for (preset, files, directories, application) in cases {
            let name = application.name.clone();
            let found = suggestion(files, directories, vec![postgres(), application]).expect("it is recognised");
            assert_eq!(found.preset, preset);
            assert_eq!(found.service, if preset == Preset::Postgres { "db".to_owned() } else { name }, "{preset:?}");
            let settings = parse(Path::new("config.toml"), &found.text);
            let settings =
                settings.unwrap_or_else(|invalid| panic!("{preset:?}: {:?}\n{}", invalid.problems, found.text));
            let database = &settings.databases["default"];
            assert_eq!((database.user.as_str(), database.name.as_deref()), ("shop", Some("shopdb")));
            assert!(!found.text.contains('@'), "{}", found.text);
        }
    }

    #[test]
    fn it_works_without_a_database_and_recognises_nothing_in_an_empty_folder() {
        let found = suggestion(&[("manage.py", "import django")], &[], Vec::new()).expect("it is recognised");
        parse(Path::new("config.toml"), &found.text)
            .unwrap_or_else(|invalid| panic!("{:?}\n{}", invalid.problems, found.text));
        assert_eq!(found.service, "web");
        assert_eq!(suggestion(&[], &[], Vec::new()), None);
    }

    #[test]
    fn a_password_in_a_file_of_the_container_is_read_there() {
        let variables = [("MARIADB_ROOT_PASSWORD_FILE", "/run/secrets/root")];
        let maria = service("maria", "mariadb:11", false, &variables);
        let found = suggestion(&[("artisan", "")], &[], vec![maria]).expect("it is recognised");
        assert!(found.text.contains("password = { container_file = \"/run/secrets/root\" }"), "{}", found.text);
        assert!(found.text.contains("engine = \"mariadb\""), "{}", found.text);
    }
}
