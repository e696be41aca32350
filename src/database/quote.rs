//! Quoting, so that no name can become SQL, an option or part of a connection string.

use crate::project::hash::hexadecimal;

/// An identifier for Postgres (manual, "Identifiers and Key Words").
pub(super) fn postgres_identifier(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A text for Postgres. With a backslash the escape form is used, which does not depend on
/// `standard_conforming_strings` (manual, "String Constants").
pub(super) fn postgres_literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    if text.contains('\\') { format!(" E'{}'", doubled.replace('\\', "\\\\")) } else { format!("'{doubled}'") }
}

/// The parameter `dbname` of a libpq connection string: a bare name as an option would be read as a whole connection
/// string where it holds `=` or begins with `postgres://` (manual, "Connection Strings").
pub(super) fn postgres_connection(database: &str) -> String {
    format!("dbname='{}'", database.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// An identifier for `MySQL` (manual, "Schema Object Names").
pub(super) fn mysql_identifier(text: &str) -> String {
    format!("`{}`", text.replace('`', "``"))
}

/// A text for `MySQL`, as its bytes: quoted strings would depend on the mode `NO_BACKSLASH_ESCAPES`.
pub(super) fn mysql_literal(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    format!("CONVERT(0x{} USING utf8mb4)", hexadecimal(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_quotes_double_and_backslashes_escape() {
        assert_eq!(postgres_identifier("a\"; DROP DATABASE b"), "\"a\"\"; DROP DATABASE b\"");
        assert_eq!(postgres_literal("it's"), "'it''s'");
        assert_eq!(postgres_literal("\\'"), " E'\\\\'''");
        assert_eq!(postgres_connection("a' host=evil \\"), "dbname='a\\' host=evil \\\\'");
    }

    #[test]
    fn mysql_backticks_double_and_texts_are_bytes() {
        assert_eq!(mysql_identifier("a`b"), "`a``b`");
        assert_eq!(mysql_literal("a'"), "CONVERT(0x6127 USING utf8mb4)");
    }
}
