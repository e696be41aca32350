//! A database server of the project: what the `db-` commands do with it.

use std::time::Duration;

use super::dialect::{self, Connection, Dialect};
use super::leftover;
use super::place::{Place, Running};
use super::session::Session;
use super::{DatabaseName, Error, Invocation, mysql, postgres};
use crate::settings::DatabaseEngine;

/// A server and the way to it.
#[derive(Debug, Clone)]
pub struct Server {
    /// What kind of server it is.
    pub engine: DatabaseEngine,
    /// Who connects.
    pub user: String,
    /// What a new database is copied from.
    pub template: Option<DatabaseName>,
    /// Where client programs run.
    pub place: Place,
}

/// One database, as `db-list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// In bytes.
    pub size: u64,
    /// Sessions in it.
    pub connections: u64,
    /// When `db-backup` last made a whole backup of it, RFC 3339.
    pub last_backup: Option<String>,
}

/// Somebody may connect again between the end of the sessions and the lock: that often it is tried once more.
const ATTEMPTS: u32 = 5;
/// Between two attempts; the server has waited some seconds by itself.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

impl Server {
    /// Checks a name against the server's limits.
    pub fn name(&self, text: &str) -> Result<DatabaseName, Error> {
        Ok(DatabaseName::new(text, self.engine)?)
    }

    /// The same, for a database that is to be changed or removed.
    pub fn own_name(&self, text: &str) -> Result<DatabaseName, Error> {
        let name = self.name(text)?;
        if name.is_reserved(self.engine) { Err(Error::Reserved { name: name.to_string() }) } else { Ok(name) }
    }

    /// Whether the database is there.
    pub async fn exists(&self, name: &DatabaseName) -> Result<bool, Error> {
        self.has(self.session(None).await?, name).await
    }

    /// The same by a client that is there already.
    pub(super) async fn has(&self, client: Session, name: &DatabaseName) -> Result<bool, Error> {
        Ok(!self.rows_by(client, &self.dialect().exists(name), 1).await?.is_empty())
    }

    /// # Errors
    /// [`Error::Missing`] if the database is not there.
    pub async fn require(&self, name: &DatabaseName) -> Result<(), Error> {
        if self.exists(name).await? { Ok(()) } else { Err(Error::Missing { name: name.to_string() }) }
    }

    /// # Errors
    /// [`Error::Exists`] if the database is there.
    pub async fn require_free(&self, name: &DatabaseName) -> Result<(), Error> {
        if self.exists(name).await? { Err(Error::Exists { name: name.to_string() }) } else { Ok(()) }
    }

    /// What interrupted commands left.
    pub async fn leftovers(&self) -> Result<Vec<Listed>, Error> {
        Ok(self.everything().await?.into_iter().filter(|listed| leftover::of(&listed.name).is_some()).collect())
    }

    /// All databases but those of the server itself.
    pub async fn everything(&self) -> Result<Vec<Listed>, Error> {
        let rows = self.rows(None, &self.dialect().list(), 4).await?;
        rows.into_iter()
            .map(|row| {
                let [name, size, connections, last_backup] =
                    <[String; 4]>::try_from(row).map_err(|_| Error::Answer { reason: "a list has other columns" })?;
                let number = |text: &str| text.parse().map_err(|_| Error::Answer { reason: "a number is none" });
                Ok(Listed {
                    size: number(&size)?,
                    connections: number(&connections)?,
                    last_backup: Some(last_backup).filter(|time| !time.is_empty()),
                    name,
                })
            })
            .collect()
    }

    /// Makes a database, out of the template of the settings where there is one.
    pub async fn create(&self, name: &DatabaseName) -> Result<(), Error> {
        self.require_free(name).await?;
        match &self.template {
            Some(template) => self.copy(template, name).await,
            None => self.execute(&self.dialect().create(name, None)).await,
        }
    }

    /// Disconnects everybody and removes it.
    pub async fn delete(&self, name: &DatabaseName) -> Result<(), Error> {
        self.disconnect(name).await?;
        self.insist(&self.dialect().delete(name)).await
    }

    /// Copies a database; on Postgres its clients are disconnected for that.
    pub async fn copy(&self, from: &DatabaseName, to: &DatabaseName) -> Result<(), Error> {
        self.require(from).await?;
        self.require_free(to).await?;
        match self.engine {
            DatabaseEngine::Postgres => self.insist(&postgres::copy(from, to)).await,
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => mysql::copy(self, from, to).await,
        }
    }

    /// Gives a database another name; its clients are disconnected for that.
    pub async fn rename(&self, from: &DatabaseName, to: &DatabaseName) -> Result<(), Error> {
        self.require(from).await?;
        self.require_free(to).await?;
        self.disconnect(from).await?;
        match self.engine {
            DatabaseEngine::Postgres => self.insist(&postgres::rename(from, to)).await,
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => mysql::rename(self, from, to).await,
        }
    }

    /// Puts `fresh` in the place of `name`, whether that is there or not, and removes what was there.
    pub(super) async fn replace(&self, name: &DatabaseName, fresh: &DatabaseName) -> Result<(), Error> {
        if !self.exists(name).await? {
            return self.rename(fresh, name).await;
        }
        let old = leftover::old(name, self.engine)?;
        self.disconnect(name).await?;
        match self.engine {
            DatabaseEngine::Postgres => self.insist(&postgres::swap(fresh, name, &old)).await?,
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => mysql::swap(self, fresh, name, &old).await?,
        }
        self.delete(&old).await
    }

    /// Whether a database has events, which only `MySQL` knows.
    pub(super) async fn has_events(&self, name: &DatabaseName) -> Result<bool, Error> {
        match self.engine {
            DatabaseEngine::Postgres => Ok(false),
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => mysql::events(self, name).await,
        }
    }

    /// Notes that a backup was made; only `db-list` is poorer without it.
    pub(super) async fn note_backup(&self, client: Session, name: &DatabaseName) {
        if let Err(error) = client.run(self.dialect().note_backup(name)).await {
            tracing::debug!(%error, "the time of the backup is not noted");
        }
    }

    /// A client for people, in a database or in none.
    pub fn shell(&self, name: Option<&DatabaseName>) -> Invocation {
        self.dialect().shell(self.connection(), name)
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        dialect::of(self.engine)
    }

    pub(super) fn connection(&self) -> Connection<'_> {
        Connection { user: &self.user, host: self.place.host() }
    }

    pub(super) async fn start(&self, invocation: &Invocation) -> Result<Running, Error> {
        self.place.start(invocation).await
    }

    /// A session that stays.
    pub(super) async fn session(&self, database: Option<&DatabaseName>) -> Result<Session, Error> {
        Ok(Session::new(self.start(&self.dialect().client(self.connection(), database)).await?))
    }

    pub(super) async fn execute(&self, sql: &str) -> Result<(), Error> {
        self.session(None).await?.run(sql.to_owned()).await.map(|_| ())
    }

    /// Rows of statements that concern a database, or none in particular.
    pub(super) async fn rows(
        &self,
        database: Option<&DatabaseName>,
        sql: &str,
        columns: usize,
    ) -> Result<Vec<Vec<String>>, Error> {
        self.rows_by(self.session(database).await?, sql, columns).await
    }

    async fn rows_by(&self, client: Session, sql: &str, columns: usize) -> Result<Vec<Vec<String>>, Error> {
        let answer = client.run(sql.to_owned()).await?;
        self.dialect().rows(&answer, columns)
    }

    /// Executes statements that need a database for themselves.
    async fn insist(&self, sql: &str) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            match self.execute(sql).await {
                Err(Error::Client { message, .. })
                    if attempt < ATTEMPTS && message.contains("accessed by other users") =>
                {
                    attempt += 1;
                    tokio::time::sleep(BETWEEN_ATTEMPTS).await;
                }
                result => return result,
            }
        }
    }

    /// Ends the sessions in a database, where the statements that follow do not do it by themselves.
    async fn disconnect(&self, name: &DatabaseName) -> Result<(), Error> {
        match self.engine {
            DatabaseEngine::Postgres => Ok(()),
            DatabaseEngine::Mysql | DatabaseEngine::Mariadb => mysql::disconnect(self, name).await,
        }
    }
}
