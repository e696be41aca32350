//! What differs between the kinds of server: SQL and command lines, as text and data.

use super::backup::BackupOptions;
use super::format::Format;
use super::restore::RestoreOptions;
use super::{DatabaseName, Error, Invocation, mysql, postgres};
use crate::settings::DatabaseEngine;

/// Who connects, and where to.
#[derive(Debug, Clone, Copy)]
pub struct Connection<'a> {
    /// The user.
    pub user: &'a str,
    /// The host; `None`: the socket, or what the environment says.
    pub host: Option<&'a str>,
}

/// One kind of server.
pub trait Dialect: Sync {
    /// A client that reads statements from its input, in this database or in none in particular.
    fn client(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation;
    /// Rows of an answer of [`Dialect::client`].
    fn rows(&self, answer: &[u8], columns: usize) -> Result<Vec<Vec<String>>, Error>;
    /// A client for people.
    fn shell(&self, connection: Connection<'_>, database: Option<&DatabaseName>) -> Invocation;
    /// One row of one column if the database exists.
    fn exists(&self, name: &DatabaseName) -> String;
    /// One row a database: name, size in bytes, connections, time of the last backup.
    fn list(&self) -> String;
    /// Makes a database, a copy of `template` where there is one.
    fn create(&self, name: &DatabaseName, template: Option<&DatabaseName>) -> String;
    /// Disconnects everybody and removes it; no error if it is not there.
    fn delete(&self, name: &DatabaseName) -> String;
    /// Makes an empty one that is like `like` in encoding and the like, where there is such a one.
    fn create_alike(&self, name: &DatabaseName, like: &DatabaseName) -> String;
    /// Notes that a backup was made.
    fn note_backup(&self, name: &DatabaseName) -> String;
    /// Waits for a lock that lasts as long as the session, then answers `locked`.
    fn lock(&self, key: u64) -> String;
    /// A program that writes a backup to its output, `events` included where the server has such.
    fn dump(
        &self,
        connection: Connection<'_>,
        name: &DatabaseName,
        options: BackupOptions,
        events: bool,
    ) -> Result<Invocation, Error>;
    /// A program that reads a backup from its input into an empty database.
    fn load(
        &self,
        connection: Connection<'_>,
        name: &DatabaseName,
        format: Format,
        options: RestoreOptions,
    ) -> Invocation;
    /// What stands in the last lines of a plain backup that is whole.
    fn end_mark(&self) -> &'static str;
}

/// The dialect of a kind of server.
pub fn of(engine: DatabaseEngine) -> &'static dyn Dialect {
    match engine {
        DatabaseEngine::Postgres => &postgres::Postgres,
        DatabaseEngine::Mysql | DatabaseEngine::Mariadb => &mysql::Mysql,
    }
}
