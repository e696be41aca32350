//! Names of databases: what the server allows, and nothing that could be taken for something else.

use std::fmt;

use crate::settings::DatabaseEngine;

/// A name that the server can have. It may hold any character that the server allows: who builds SQL, options or
/// connection strings out of it quotes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatabaseName(String);

/// Why a text is not the name of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a valid name of a {} database: {rule}", text.escape_debug(), engine.as_str())]
pub struct InvalidDatabaseName {
    /// The text that was given.
    pub text: String,
    /// Whose rule it breaks.
    pub engine: DatabaseEngine,
    /// The rule.
    pub rule: &'static str,
}

impl DatabaseName {
    /// Checks the text against the limits of the server.
    ///
    /// # Errors
    /// For a text that is empty, too long, or has characters that the server cannot store in a name.
    pub fn new(text: &str, engine: DatabaseEngine) -> Result<Self, InvalidDatabaseName> {
        match broken_rule(text, engine) {
            None => Ok(Self(text.to_owned())),
            Some(rule) => Err(InvalidDatabaseName { text: text.to_owned(), engine, rule }),
        }
    }

    /// The name as it is, unquoted.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the server needs this database for itself.
    pub fn is_reserved(&self, engine: DatabaseEngine) -> bool {
        let reserved: &[&str] = match engine {
            DatabaseEngine::Postgres => &["postgres", "template0", "template1"],
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => {
                &["mysql", "information_schema", "performance_schema", "sys"]
            }
        };
        match engine {
            DatabaseEngine::Postgres => reserved.contains(&self.as_str()),
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => {
                reserved.iter().any(|name| self.0.eq_ignore_ascii_case(name))
            }
        }
    }
}

impl fmt::Display for DatabaseName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Line breaks and the like must not be able to forge further lines of output.
        f.pad(&self.0.escape_debug().to_string().replace("\\'", "'").replace("\\\"", "\""))
    }
}

/// Postgres: NAMEDATALEN - 1 bytes (manual, section "Identifiers and Key Words"); longer ones are cut silently, so that
/// two names could become one. `MySQL`: 64 characters of the basic plane, no space at the end (manual, "Schema Object Names").
fn broken_rule(text: &str, engine: DatabaseEngine) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.contains('\0') {
        return Some("it holds a NUL character");
    }
    match engine {
        DatabaseEngine::Postgres => (text.len() > 63).then_some("it is longer than 63 bytes"),
        DatabaseEngine::Mysql | DatabaseEngine::Mariadb => {
            if text.chars().count() > 64 {
                Some("it is longer than 64 characters")
            } else if text.ends_with(' ') {
                Some("it ends with a space")
            } else if text.chars().any(|c| c > '\u{ffff}') {
                Some("it holds a character beyond U+FFFF")
            } else {
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_each_server_are_told() {
        let long = "n".repeat(255);
        let error = DatabaseName::new(&long, DatabaseEngine::Postgres).expect_err("it is too long");
        assert!(error.to_string().ends_with("is not a valid name of a postgres database: it is longer than 63 bytes"));
        assert!(DatabaseName::new(&long, DatabaseEngine::Mariadb).is_err());
        assert!(DatabaseName::new(&"ü".repeat(32), DatabaseEngine::Postgres).is_err(), "bytes count, not characters");
        assert!(DatabaseName::new(&"ü".repeat(64), DatabaseEngine::Mariadb).is_ok());
        assert!(DatabaseName::new("", DatabaseEngine::Postgres).is_err());
        assert!(DatabaseName::new("a\0b", DatabaseEngine::Mysql).is_err());
        assert!(DatabaseName::new("music 🎵", DatabaseEngine::Mysql).is_err());
    }

    #[test]
    fn hostile_characters_are_a_matter_of_quoting() {
        for name in ["--help", "a\"b", "a'b;DROP DATABASE c", "line\nbreak", "möbel", "postgres://x", "a=b", "`"] {
            assert_eq!(
                DatabaseName::new(name, DatabaseEngine::Postgres).expect("it is as the test made it").as_str(),
                name
            );
        }
    }

    #[test]
    fn a_shown_name_stays_on_its_line() {
        let name = DatabaseName::new("a\nb'c", DatabaseEngine::Postgres).expect("it is as the test made it");
        assert_eq!(name.to_string(), "a\\nb'c");
    }

    #[test]
    fn what_the_server_needs_is_reserved() {
        let name = |text, engine| DatabaseName::new(text, engine).expect("it is as the test made it");
        assert!(name("template1", DatabaseEngine::Postgres).is_reserved(DatabaseEngine::Postgres));
        assert!(name("MySQL", DatabaseEngine::Mariadb).is_reserved(DatabaseEngine::Mariadb));
        assert!(!name("c3s", DatabaseEngine::Postgres).is_reserved(DatabaseEngine::Postgres));
    }
}
