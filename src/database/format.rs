//! The formats of a backup, recognised by their first bytes.

use super::Error;
use crate::settings::DatabaseEngine;

/// What a backup holds, compression aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// SQL text.
    Plain,
    /// The archive of `pg_dump --format=custom`.
    Custom,
    /// A tar of the directory that `pg_dump --format=directory` makes; `pg_dump --format=tar` makes the same.
    Directory,
}

impl Format {
    /// As options and messages have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Custom => "custom",
            Self::Directory => "directory",
        }
    }
}

/// How many first bytes are needed to recognise every format, and to see where a plain one would go.
pub const HEAD: usize = 64 * 1024;

/// Of a zstd frame (RFC 8878, section 3.1.1).
pub(super) const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Of a gzip member (RFC 1952, section 2.3.1).
pub(super) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Recognises an uncompressed backup by its first bytes, at most [`HEAD`] of them.
///
/// # Errors
/// Nothing, a backup of another kind of server, something that is no backup, and SQL that chooses its database by itself.
pub fn recognise(head: &[u8], engine: DatabaseEngine) -> Result<Format, Error> {
    if head.is_empty() {
        return Err(Error::EmptyBackup);
    }
    let postgres = matches!(engine, DatabaseEngine::Postgres);
    let text = String::from_utf8_lossy(head);
    let format = if head.starts_with(b"PGDMP") {
        Format::Custom
    } else if head.get(257..262) == Some(b"ustar") {
        Format::Directory
    } else if head.contains(&0) || !looks_like_sql(&text) {
        return Err(Error::NoBackup);
    } else {
        Format::Plain
    };
    let of_mysql = text.starts_with("-- MySQL dump") || text.starts_with("-- MariaDB dump") || text.starts_with("/*M!");
    let of_postgres = format != Format::Plain || text.contains("-- PostgreSQL database");
    if (postgres && of_mysql) || (!postgres && of_postgres) {
        let found = if of_mysql { "MySQL or MariaDB" } else { "PostgreSQL" };
        return Err(Error::OtherServer { found, wanted: engine.as_str() });
    }
    if format == Format::Plain
        && let Some(line) = chooses_database(&text)
    {
        return Err(Error::ChoosesDatabase { line: line.trim().chars().take(80).collect() });
    }
    Ok(format)
}

fn looks_like_sql(text: &str) -> bool {
    const STATEMENTS: [&str; 14] = [
        "--", "/*", "\\", "set", "select", "create", "drop", "begin", "insert", "start", "alter", "use", "copy", "lock",
    ];
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty()).unwrap_or_default();
    STATEMENTS.iter().any(|word| first.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// A line that leaves the database which the backup is read into: what follows would hit another one. It stands before
/// the first data; what the data say does not count.
fn chooses_database(text: &str) -> Option<&str> {
    let starts = |line: &str, word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let mut before_data = text.lines().take_while(|line| !starts(line, "copy ") && !starts(line, "insert into "));
    before_data.find(|line| {
        let start = |word: &str| starts(line, word);
        start("\\connect ") || start("\\c ") || start("create database ") || start("use `") || start("drop database ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const POSTGRES: DatabaseEngine = DatabaseEngine::Postgres;

    #[test]
    fn each_format_is_known_by_its_first_bytes() {
        assert_eq!(recognise(b"PGDMP\x01\x0e\0", POSTGRES).expect("it is as the test made it"), Format::Custom);
        assert_eq!(
            recognise(b"--\n-- PostgreSQL database dump\n", POSTGRES).expect("it is as the test made it"),
            Format::Plain
        );
        assert_eq!(
            recognise(b"-- MariaDB dump 10.19\n", DatabaseEngine::Mysql).expect("it is as the test made it"),
            Format::Plain
        );
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        assert_eq!(recognise(&tar, POSTGRES).expect("it is as the test made it"), Format::Directory);
    }

    #[test]
    fn what_is_no_backup_of_this_server_is_refused() {
        assert!(matches!(recognise(b"", POSTGRES), Err(Error::EmptyBackup)));
        assert!(matches!(recognise(b"\x89PNG\r\n", POSTGRES), Err(Error::NoBackup)));
        assert!(matches!(recognise(b"Error: no such container", POSTGRES), Err(Error::NoBackup)));
        assert!(matches!(recognise(b"-- MySQL dump 10.13", POSTGRES), Err(Error::OtherServer { .. })));
        assert!(matches!(recognise(b"PGDMP", DatabaseEngine::Mariadb), Err(Error::OtherServer { .. })));
    }

    #[test]
    fn sql_that_chooses_its_database_is_refused() {
        let text = b"-- PostgreSQL database dump\nCREATE DATABASE c3s;\n\\connect c3s\n";
        assert!(
            matches!(recognise(text, POSTGRES), Err(Error::ChoosesDatabase { line }) if line == "CREATE DATABASE c3s;")
        );
        let text = b"-- MySQL dump\nUSE `c3s`;\n";
        assert!(matches!(recognise(text, DatabaseEngine::Mysql), Err(Error::ChoosesDatabase { .. })));
    }
}
