//! `MySQL` and `MariaDB`: `mariadb` or `mysql`, `mariadb-dump` or `mysqldump`.

mod moving;

pub(super) use moving::{copy, rename, swap};

use super::backup::BackupOptions;
use super::dialect::{Connection, Dialect};
use super::format::Format;
use super::quote::{mysql_identifier as identifier, mysql_literal as literal};
use super::restore::RestoreOptions;
use super::{DatabaseName, Error, Invocation, Server, Traffic};
use crate::settings::DatabaseEngine;

const CLIENT: &[&str] = &["mariadb", "mysql"];
const DUMP: &[&str] = &["mariadb-dump", "mysqldump"];

/// The dialect.
pub struct Mysql;

fn program(programs: &'static [&'static str], connection: Connection<'_>) -> Invocation {
    let call = Invocation::new(programs).argument("--default-character-set=utf8mb4");
    let call = call.argument(format!("--user={}", connection.user));
    match connection.host {
        Some(host) => call.argument(format!("--host={host}")),
        None => call,
    }
}

fn client(connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation {
    match database {
        Some(name) => program(CLIENT, connection).argument(format!("--database={name}", name = name.as_str())),
        None => program(CLIENT, connection),
    }
}

impl Dialect for Mysql {
    fn client(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation {
        client(connection, database).arguments(&["--batch", "--skip-column-names", "--unbuffered"])
    }

    /// Tabs and line breaks in values are escaped by the client, as is the backslash itself.
    fn rows(&self, answer: &[u8], columns: usize) -> Result<Vec<Vec<String>>, Error> {
        let text = String::from_utf8_lossy(answer);
        text.split_terminator('\n')
            .map(|line| {
                let values: Vec<_> = line.split('\t').map(unescape).collect();
                if values.len() == columns {
                    Ok(values)
                } else {
                    Err(Error::Answer { reason: "a row has another number of columns" })
                }
            })
            .collect()
    }

    fn shell(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation {
        client(connection, database)
    }

    fn exists(&self, name: &DatabaseName) -> String {
        format!("SELECT schema_name FROM information_schema.schemata WHERE schema_name = {};\n", literal(name.as_str()))
    }

    fn list(&self) -> String {
        include_str!("mysql/list.sql").to_owned()
    }

    fn create(&self, name: &DatabaseName, _template: Option<&DatabaseName>) -> String {
        format!("CREATE DATABASE {};\n", identifier(name.as_str()))
    }

    fn delete(&self, name: &DatabaseName) -> String {
        format!("DROP DATABASE IF EXISTS {};\n", identifier(name.as_str()))
    }

    fn create_alike(&self, name: &DatabaseName, like: &DatabaseName) -> String {
        let (quoted, like) = (literal(&identifier(name.as_str())), literal(like.as_str()));
        format!(
            "SET @sort = (SELECT CONCAT(' CHARACTER SET ', default_character_set_name, ' COLLATE ', default_collation_name)\n\
             FROM information_schema.schemata WHERE schema_name = {like});\n\
             SET @make = CONCAT('CREATE DATABASE ', {quoted}, COALESCE(@sort, ''));\nPREPARE make FROM @make;\nEXECUTE make;\n"
        )
    }

    fn note_backup(&self, name: &DatabaseName) -> String {
        format!(
            "CREATE DATABASE IF NOT EXISTS ado;\n\
             CREATE TABLE IF NOT EXISTS ado.backup (name VARBINARY(256) PRIMARY KEY, made VARCHAR(20) NOT NULL);\n\
             REPLACE INTO ado.backup VALUES ({}, DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ'));\n",
            literal(name.as_str())
        )
    }

    fn lock(&self, key: u64) -> String {
        format!("SELECT IF(GET_LOCK('ado-{key:016x}', 31536000) = 1, 'locked', 'no');\n")
    }

    fn dump(
        &self,
        connection: Connection<'_>,
        name: &DatabaseName,
        options: BackupOptions,
        events: bool,
    ) -> Result<Invocation, Error> {
        if options.format != Format::Plain {
            let engine = DatabaseEngine::Mysql.as_str();
            return Err(Error::NoSuchFormat { engine, format: options.format.as_str() });
        }
        Ok(dump(connection, name, events).traffic(Traffic::BulkOutput))
    }

    fn load(&self, connection: Connection<'_>, name: &DatabaseName, _: Format, _: RestoreOptions) -> Invocation {
        client(connection, Some(name)).argument("--batch").traffic(Traffic::BulkInput)
    }

    fn end_mark(&self) -> &'static str {
        "-- Dump completed"
    }
}

/// What the dump programs are told of events: `mariadb-dump` fails on a database whose name holds a quote if it is
/// asked for them (it escapes the name before it selects the database), so that they are asked for where there are some.
pub(super) async fn events(server: &Server, name: &DatabaseName) -> Result<bool, Error> {
    let count =
        format!("SELECT COUNT(*) FROM information_schema.events WHERE event_schema = {};\n", literal(name.as_str()));
    let rows = server.rows(None, &count, 1).await?;
    Ok(rows.iter().flatten().any(|count| count != "0"))
}

/// Everything that belongs to a database, as of one moment.
fn dump(connection: Connection<'_>, name: &DatabaseName, events: bool) -> Invocation {
    program(DUMP, connection)
        .arguments(&["--single-transaction", "--quick", "--hex-blob", "--routines", "--triggers"])
        .arguments(if events { &["--events"] } else { &[] })
        .arguments(&["--", name.as_str()])
}

/// Ends the sessions in a database.
pub(super) async fn disconnect(server: &Server, name: &DatabaseName) -> Result<(), Error> {
    let sessions = format!(
        "SELECT id FROM information_schema.processlist WHERE db = {} AND id <> CONNECTION_ID();\n",
        literal(name.as_str())
    );
    for row in server.rows(None, &sessions, 1).await? {
        for id in row.iter().filter_map(|id| id.parse::<u64>().ok()) {
            // It may have gone by itself.
            if let Err(error) = server.execute(&format!("KILL {id};\n")).await {
                tracing::debug!(%error, id, "session is gone already");
            }
        }
    }
    Ok(())
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('0') => text.push('\0'),
                Some(other) => text.push(other),
                None => {}
            },
            (other, false) => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DatabaseName {
        DatabaseName::new(text, DatabaseEngine::Mariadb).expect("it is as the test made it")
    }

    #[test]
    fn no_name_becomes_an_option() {
        let connection = Connection { user: "root", host: Some("db") };
        let call = dump(connection, &name("--help"), true);
        let end = call.arguments.iter().position(|argument| argument == "--").expect("it is as the test made it");
        assert_eq!(call.arguments[end + 1..], ["--help"]);
        let call = client(connection, Some(&name("--help")));
        assert!(call.arguments.contains(&"--database=--help".to_owned()));
        assert!(call.arguments.contains(&"--host=db".to_owned()));
    }

    #[test]
    fn rows_are_taken_out_of_the_clients_escapes() {
        let rows = Mysql.rows(b"a\\nb\\tc\\\\d\t1\nplain\t2\n", 2).expect("it is as the test made it");
        assert_eq!(rows, [["a\nb\tc\\d", "1"], ["plain", "2"]]);
        assert!(Mysql.rows(b"one\n", 2).is_err());
    }
}
