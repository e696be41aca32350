//! Copying, renaming and swapping databases. A rename is transactional, so that a swap happens as a whole or not at all.

use super::super::DatabaseName;
use super::{identifier, literal};

/// Ends the sessions of everybody else. The statement that follows takes the lock that keeps new ones out, and waits
/// some seconds for the old ones to go (`CountOtherDBBackends`).
pub(super) fn disconnect(name: &DatabaseName) -> String {
    format!(
        "SELECT count(pg_terminate_backend(pid)) AS ended FROM pg_stat_activity\n\
         WHERE datname = {} AND pid <> pg_backend_pid() \\gset\n",
        literal(name.as_str())
    )
}

/// Copies a database as a template: file by file where the server is able to choose (since 15), which is faster than
/// through its log.
pub(in super::super) fn copy(from: &DatabaseName, to: &DatabaseName) -> String {
    format!(
        "{}SELECT format('CREATE DATABASE %I TEMPLATE %I%s', {}::text, {}::text,\n\
         CASE WHEN current_setting('server_version_num')::int >= 150000 THEN ' STRATEGY file_copy' ELSE '' END) \\gexec\n{}",
        disconnect(from),
        literal(to.as_str()),
        literal(from.as_str()),
        inherit(from, to)
    )
}

/// Gives a database another name.
pub(in super::super) fn rename(from: &DatabaseName, to: &DatabaseName) -> String {
    let (disconnect, from, to) = (disconnect(from), identifier(from.as_str()), identifier(to.as_str()));
    format!("{disconnect}ALTER DATABASE {from} RENAME TO {to};\n")
}

/// Puts `fresh` in the place of `name`, which is called `old` afterwards.
pub(in super::super) fn swap(fresh: &DatabaseName, name: &DatabaseName, old: &DatabaseName) -> String {
    let quoted = |name: &DatabaseName| identifier(name.as_str());
    format!(
        "{}{}{}BEGIN;\nALTER DATABASE {} RENAME TO {};\nALTER DATABASE {} RENAME TO {};\nCOMMIT;\n",
        inherit(name, fresh),
        disconnect(fresh),
        disconnect(name),
        quoted(name),
        quoted(old),
        quoted(fresh),
        quoted(name)
    )
}

/// Gives `to` what a dump does not carry: the settings and rights of the database itself.
fn inherit(from: &DatabaseName, to: &DatabaseName) -> String {
    format!(
        "SELECT set_config('ado.from', {}, false), set_config('ado.to', {}, false);\n{}",
        literal(from.as_str()),
        literal(to.as_str()),
        include_str!("inherit.sql")
    )
}
