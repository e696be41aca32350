//! Databases that commands make for themselves and remove again. One that was interrupted leaves them; their names say
//! which database they belong to.

use sha2::{Digest, Sha256};

use super::random;
use super::{DatabaseName, Error};
use crate::project::hash::hexadecimal;
use crate::settings::DatabaseEngine;

const RESTORE: &str = "ado_restore_";
const OLD: &str = "ado_old_";
const SETUP: &str = "ado_setup_";
const TEST: &str = "ado_test_";
const TEMPLATE: &str = "ado_template_";
/// Hexadecimal digits that make a name unique.
const DIGITS: usize = 8;

/// What an interrupted command left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leftover {
    /// A backup that was being restored.
    Restore,
    /// What a restored one has replaced.
    Old,
    /// The mark of a set-up that has not ended.
    Setup,
    /// The database of a test run.
    Test,
    /// What databases of test runs are copied from; it can be made again.
    Template,
}

impl Leftover {
    /// Whether a restore that was interrupted has left it.
    pub fn is_of_a_restore(self) -> bool {
        matches!(self, Self::Restore | Self::Old)
    }

    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restore => "of an interrupted restore",
            Self::Old => "replaced by a restore that was interrupted",
            Self::Setup => "the mark of a set-up that has not ended",
            Self::Test => "of a test run",
            Self::Template => "the template of test runs",
        }
    }
}

/// Whether a name is one of these.
pub fn of(name: &str) -> Option<Leftover> {
    let is = |prefix: &str| {
        name.strip_prefix(prefix)
            .and_then(|rest| rest.as_bytes().get(..DIGITS))
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let kinds = [
        (RESTORE, Leftover::Restore),
        (OLD, Leftover::Old),
        (SETUP, Leftover::Setup),
        (TEST, Leftover::Test),
        (TEMPLATE, Leftover::Template),
    ];
    kinds.into_iter().find_map(|(prefix, kind)| is(prefix).then_some(kind))
}

/// A name for the database that a backup is read into.
pub fn restore(name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    unique(RESTORE, name, engine)
}

/// A name for the database that is replaced.
pub fn old(name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    unique(OLD, name, engine)
}

/// The mark that a set-up of this database has begun: always the same one.
pub fn setup(name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    always_same(SETUP, name.as_str(), name, engine)
}

/// A name for the database of one test run.
pub fn test(name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    unique(TEST, name, engine)
}

/// What databases of test runs are copied from: the same one as long as it is made of the same.
pub fn template(name: &DatabaseName, made_of: &str, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    always_same(TEMPLATE, &format!("{}\0{made_of}", name.as_str()), name, engine)
}

/// A name that tells `key` apart and is the same at every call.
fn always_same(prefix: &str, key: &str, name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    let digest = Sha256::digest(key);
    assembled(prefix, &hexadecimal(&digest[..DIGITS / 2]), name, engine)
}

/// Whether `other` was the template of the same database, made of something else.
pub fn is_outdated(other: &str, template: &DatabaseName) -> bool {
    let about = |name: &str| name.get(TEMPLATE.len() + DIGITS..).map(str::to_owned);
    of(other) == Some(Leftover::Template) && other != template.as_str() && about(other) == about(template.as_str())
}

fn unique(prefix: &str, name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    let digits = random::word(DIGITS / 2).map_err(|source| Error::Stream { what: "/dev/urandom", source })?;
    assembled(prefix, &digits, name, engine)
}

/// As much of the name as the server's limit leaves room for, in characters that are no trouble for anybody.
fn assembled(prefix: &str, digits: &str, name: &DatabaseName, engine: DatabaseEngine) -> Result<DatabaseName, Error> {
    const LIMIT: usize = 63;
    let mut text = format!("{prefix}{digits}_");
    for character in name.as_str().chars() {
        if text.len() + character.len_utf8() > LIMIT {
            break;
        }
        text.push(if character.is_ascii_alphanumeric() || character == '-' { character } else { '_' });
    }
    Ok(DatabaseName::new(&text, engine)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGINE: DatabaseEngine = DatabaseEngine::Postgres;

    #[test]
    fn the_name_says_what_it_belongs_to_and_fits() {
        let long = DatabaseName::new(&"ü".repeat(31), ENGINE).expect("it is as the test made it");
        let name = restore(&long, ENGINE).expect("it is as the test made it");
        assert!(name.as_str().len() <= 63);
        assert_eq!(of(name.as_str()), Some(Leftover::Restore));
        assert_ne!(name, restore(&long, ENGINE).expect("it is as the test made it"));
        assert_eq!(test(&long, ENGINE).map(|name| of(name.as_str())).ok().flatten(), Some(Leftover::Test));
        assert_eq!(
            setup(&long, ENGINE).expect("it is as the test made it"),
            setup(&long, ENGINE).expect("it is as the test made it")
        );
    }

    #[test]
    fn a_template_that_is_made_of_something_else_has_another_name() {
        let [c3s, other] = ["c3s", "c3s2"].map(|name| DatabaseName::new(name, ENGINE).expect("a name"));
        let name = |database, made_of| template(database, made_of, ENGINE).expect("a name");
        let now = name(&c3s, "b");
        assert_eq!(of(now.as_str()), Some(Leftover::Template));
        assert_eq!(now, name(&c3s, "b"));
        assert!(is_outdated(name(&c3s, "a").as_str(), &now));
        assert!(!is_outdated(now.as_str(), &now));
        assert!(!is_outdated(name(&other, "a").as_str(), &now));
        assert!(!is_outdated("ado_test_0a1b2c3d_c3s", &now));
    }

    #[test]
    fn other_names_are_not_taken_for_leftovers() {
        for name in ["c3s", "ado_restore_", "ado_restore_notes", "my_ado_old_0a1b2c3d_x"] {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
