//! `PostgreSQL`: `psql`, `pg_dump` and `pg_restore`.

mod moving;
mod restore;

pub(super) use moving::{copy, rename, swap};

use super::backup::BackupOptions;
use super::dialect::{Connection, Dialect};
use super::format::Format;
use super::quote::{
    postgres_connection as connection_string, postgres_identifier as identifier, postgres_literal as literal,
};
use super::restore::RestoreOptions;
use super::{DatabaseName, Error, Invocation, Traffic};

/// The database that statements are sent to which concern none in particular.
const MAINTENANCE: &str = "postgres";

/// Waits in the directory of the archive, which a tar then carries out.
const DUMP_DIRECTORY: &str = include_str!("postgres/dump_directory.sh");

/// The dialect.
pub struct Postgres;

/// A libpq program in a database.
pub(super) fn program(
    programs: &'static [&'static str],
    connection: Connection<'_>,
    database: Option<&DatabaseName>,
) -> Invocation {
    let database = connection_string(database.map_or(MAINTENANCE, DatabaseName::as_str));
    let call = Invocation::new(programs).variable("PGAPPNAME", "ado").variable("PGCLIENTENCODING", "UTF8");
    with_connection(call, connection).argument(format!("--dbname={database}"))
}

/// Adds the user and the host.
pub(super) fn with_connection(mut call: Invocation, connection: Connection<'_>) -> Invocation {
    call = call.argument(format!("--username={}", connection.user)).argument("--no-password");
    match connection.host {
        Some(host) => call.argument(format!("--host={host}")),
        None => call,
    }
}

impl Dialect for Postgres {
    fn client(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation {
        program(&["psql"], connection, database).arguments(&[
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--field-separator-zero",
            "--record-separator-zero",
            "--set=ON_ERROR_STOP=1",
        ])
    }

    fn rows(&self, answer: &[u8], columns: usize) -> Result<Vec<Vec<String>>, Error> {
        let Some(answer) = answer.strip_suffix(b"\0").or_else(|| answer.is_empty().then_some(answer)) else {
            return Err(Error::Answer { reason: "it is cut off" });
        };
        if answer.is_empty() {
            return Ok(Vec::new());
        }
        let values: Vec<_> =
            answer.split(|byte| *byte == 0).map(|value| String::from_utf8_lossy(value).into_owned()).collect();
        if values.len() % columns != 0 {
            return Err(Error::Answer { reason: "a row has another number of columns" });
        }
        Ok(values.chunks(columns).map(<[String]>::to_vec).collect())
    }

    fn shell(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation {
        program(&["psql"], connection, database)
    }

    fn exists(&self, name: &DatabaseName) -> String {
        format!("SELECT datname FROM pg_database WHERE datname = {};\n", literal(name.as_str()))
    }

    fn list(&self) -> String {
        include_str!("postgres/list.sql").to_owned()
    }

    fn create(&self, name: &DatabaseName, template: Option<&DatabaseName>) -> String {
        match template {
            None => format!("CREATE DATABASE {};\n", identifier(name.as_str())),
            Some(template) => copy(template, name),
        }
    }

    fn delete(&self, name: &DatabaseName) -> String {
        format!("{}DROP DATABASE IF EXISTS {};\n", moving::disconnect(name), identifier(name.as_str()))
    }

    fn create_alike(&self, name: &DatabaseName, like: &DatabaseName) -> String {
        restore::create_alike(name, like)
    }

    fn note_backup(&self, name: &DatabaseName) -> String {
        format!(
            "SELECT format('ALTER DATABASE %I SET ado.last_backup = %L', {}::text,\n\
             to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) \\gexec\n",
            literal(name.as_str())
        )
    }

    fn lock(&self, key: u64) -> String {
        format!("SELECT 'locked' FROM pg_advisory_lock({});\n", key.cast_signed())
    }

    fn dump(
        &self,
        connection: Connection<'_>,
        name: &DatabaseName,
        options: BackupOptions,
        _events: bool,
    ) -> Result<Invocation, Error> {
        // An own compression of the archive would only be in the way of zstd.
        let level = if options.zstd { "--compress=0" } else { "--compress=1" };
        let call = match options.format {
            Format::Plain => program(&["pg_dump"], connection, Some(name)).argument("--format=plain"),
            Format::Custom => program(&["pg_dump"], connection, Some(name)).arguments(&["--format=custom", level]),
            Format::Directory => {
                let script = Invocation::script(DUMP_DIRECTORY, "pg_dump").argument(level);
                let script = script.argument(format!("--jobs={}", options.jobs));
                let script = with_connection(script, connection).variable("PGCLIENTENCODING", "UTF8");
                script.argument(format!("--dbname={}", connection_string(name.as_str())))
            }
        };
        Ok(call.traffic(Traffic::BulkOutput))
    }

    fn load(
        &self,
        connection: Connection<'_>,
        name: &DatabaseName,
        format: Format,
        options: RestoreOptions,
    ) -> Invocation {
        restore::load(connection, name, format, options)
    }

    fn end_mark(&self) -> &'static str {
        "-- PostgreSQL database dump complete"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DatabaseEngine;

    fn name(text: &str) -> DatabaseName {
        DatabaseName::new(text, DatabaseEngine::Postgres).expect("it is as the test made it")
    }

    const CONNECTION: Connection<'_> = Connection { user: "postgres", host: None };

    #[test]
    fn no_name_becomes_an_option_or_a_connection_string() {
        for hostile in ["--help", "host=evil", "postgres://evil/x", "a'b"] {
            let call = Postgres.client(CONNECTION, Some(&name(hostile)));
            let about_name: Vec<_> = call.arguments.iter().filter(|argument| argument.contains("dbname")).collect();
            assert_eq!(about_name.len(), 1);
            assert!(about_name[0].starts_with("--dbname=dbname='"), "{about_name:?}");
            assert!(!call.arguments.iter().any(|argument| argument == hostile));
        }
    }

    #[test]
    fn rows_may_hold_line_breaks_and_tabs() {
        let rows = Postgres.rows(b"a\nb\x001\0c\td\x002\0", 2).expect("it is as the test made it");
        assert_eq!(rows, [["a\nb", "1"], ["c\td", "2"]]);
        assert!(Postgres.rows(b"a\0b\0c\0", 2).is_err());
        assert!(Postgres.rows(b"", 2).expect("it is as the test made it").is_empty());
    }

    #[test]
    fn sql_holds_names_only_quoted() {
        let hostile = name("x\"; DROP DATABASE c3s; --");
        assert_eq!(Postgres.create(&hostile, None), "CREATE DATABASE \"x\"\"; DROP DATABASE c3s; --\";\n");
        assert!(Postgres.exists(&name("it's")).contains("'it''s'"));
    }
}
