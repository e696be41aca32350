//! Reading a backup into a fresh database.

use super::super::dialect::Connection;
use super::super::format::Format;
use super::super::restore::RestoreOptions;
use super::super::{DatabaseName, Invocation, Traffic};
use super::{connection_string, literal, program, with_connection};

const RESTORE_CUSTOM: &str = include_str!("restore_custom.sh");
const RESTORE_DIRECTORY: &str = include_str!("restore_directory.sh");

/// A database that is not yet anybody's may lose its last commits in a crash: it is restored again then. Indexes are
/// built in memory where they fit.
const SESSION: &str = "-c synchronous_commit=off -c maintenance_work_mem=256MB -c client_min_messages=warning";

pub(super) fn create_alike(name: &DatabaseName, like: &DatabaseName) -> String {
    let (name, like) = (literal(name.as_str()), literal(like.as_str()));
    format!(
        "SELECT coalesce(\n\
         (SELECT format('CREATE DATABASE %I TEMPLATE template0 OWNER %I ENCODING %L LC_COLLATE %L LC_CTYPE %L', {name}::text,\n\
         pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype)\n\
         FROM pg_database WHERE datname = {like}),\n\
         format('CREATE DATABASE %I TEMPLATE template0', {name}::text)) \\gexec\n"
    )
}

pub(super) fn load(
    connection: Connection<'_>,
    name: &DatabaseName,
    format: Format,
    options: RestoreOptions,
) -> Invocation {
    let call = match format {
        Format::Plain => program(&["psql"], connection, Some(name)).arguments(&[
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--output=/dev/null",
        ]),
        Format::Custom | Format::Directory => {
            let script = if format == Format::Custom { RESTORE_CUSTOM } else { RESTORE_DIRECTORY };
            let call = Invocation::script(script, "pg_restore").argument(options.jobs.to_string());
            let call = with_connection(call.argument("--exit-on-error"), connection);
            let call = call.argument(format!("--dbname={}", connection_string(name.as_str())));
            if options.no_owner { call.arguments(&["--no-owner", "--no-privileges"]) } else { call }
        }
    };
    call.variable("PGOPTIONS", SESSION).variable("PGCLIENTENCODING", "UTF8").traffic(Traffic::BulkInput)
}
