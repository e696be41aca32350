//! Copying, renaming and swapping databases. No statement renames one: its tables are moved by a single `RENAME TABLE`,
//! and what cannot be moved (triggers, views, routines, events) is written out before and made again after it.

use std::fmt::Write as _;
use std::io;

use super::{CLIENT, DUMP, client, dump, identifier, literal, program};
use crate::database::dialect::Dialect as _;
use crate::database::{DatabaseName, Error, Invocation, Server, Traffic};

/// Reads the whole script before the first statement of it runs: a command that dies meanwhile changes nothing, and one
/// that dies later does not stop it.
const RUN_WHOLE: &str = include_str!("run_whole.sh");
/// The last line of a whole script.
const END: &str = "-- ado: the end of the script\n";

/// What a database consists of.
#[derive(Debug, Default)]
struct Contents {
    /// Tables and sequences.
    tables: Vec<String>,
    views: Vec<String>,
    triggers: Vec<String>,
    /// `PROCEDURE` or `FUNCTION` or `EVENT`, and the name.
    routines: Vec<(String, String)>,
    /// SQL that makes everything again that is no table.
    programs: String,
}

/// Copies a database through a dump.
pub(in super::super) async fn copy(server: &Server, from: &DatabaseName, to: &DatabaseName) -> Result<(), Error> {
    server.execute(&super::Mysql.create_alike(to, from)).await?;
    let copied = pipe(server, from, to).await;
    if copied.is_err() {
        server.execute(&super::Mysql.delete(to)).await?;
    }
    copied
}

async fn pipe(server: &Server, from: &DatabaseName, to: &DatabaseName) -> Result<(), Error> {
    let mut dumping = server
        .start(&dump(server.connection(), from, super::events(server, from).await?).traffic(Traffic::BulkOutput))
        .await?;
    let loading = client(server.connection(), Some(to)).argument("--batch").traffic(Traffic::BulkInput);
    let mut loading = server.start(&loading).await?;
    let (output, input) = (dumping.output.take(), loading.input.take());
    let copying = tokio::task::spawn_blocking(move || match (output, input) {
        (Some(mut output), Some(mut input)) => io::copy(&mut output, &mut input).and_then(|_| input.flush()),
        _ => Ok(()),
    });
    let copied = copying.await.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()));
    // A loader that stopped makes the dump fail as well: its own words come first.
    loading.finish().await?;
    dumping.finish().await?;
    copied.map_err(|source| Error::Stream { what: "the copy", source })
}

/// Moves everything into a new database, and removes the old one.
pub(in super::super) async fn rename(server: &Server, from: &DatabaseName, to: &DatabaseName) -> Result<(), Error> {
    let contents = contents(server, from).await?;
    let mut script = super::Mysql.create_alike(to, from);
    drop_triggers(&mut script, from, &contents);
    rename_tables(&mut script, &[(&contents, from, to)]);
    let _ = write!(script, "USE {};\n{}", identifier(to.as_str()), contents.programs);
    let _ = writeln!(script, "DROP DATABASE {};", identifier(from.as_str()));
    let moved = run_whole(server, script).await;
    if moved.is_err() {
        // The tables are where they were unless all of them have moved.
        take_back(server, from, to, &contents).await?;
    }
    moved
}

/// Puts the tables of `fresh` in the place of those of `name`, which are in `old` afterwards.
pub(in super::super) async fn swap(
    server: &Server,
    fresh: &DatabaseName,
    name: &DatabaseName,
    old: &DatabaseName,
) -> Result<(), Error> {
    let (new, present) = (contents(server, fresh).await?, contents(server, name).await?);
    let mut script = super::Mysql.create_alike(old, name);
    drop_triggers(&mut script, fresh, &new);
    drop_triggers(&mut script, name, &present);
    rename_tables(&mut script, &[(&present, name, old), (&new, fresh, name)]);
    drop_programs(&mut script, name, &present);
    let _ = write!(script, "USE {};\n{}", identifier(name.as_str()), new.programs);
    let _ = writeln!(script, "DROP DATABASE {};", identifier(fresh.as_str()));
    let swapped = run_whole(server, script).await;
    if swapped.is_err() {
        let back = contents(server, name).await?;
        if contents(server, old).await?.tables.is_empty() && !present.tables.is_empty() {
            // Nothing has moved: only triggers may be missing.
            let mut script = String::new();
            drop_triggers(&mut script, name, &back);
            drop_programs(&mut script, name, &back);
            let _ = write!(script, "USE {};\n{}", identifier(name.as_str()), present.programs);
            run_whole(server, script).await?;
        } else {
            let mut script = String::new();
            drop_triggers(&mut script, name, &back);
            drop_programs(&mut script, name, &back);
            rename_tables(&mut script, &[(&back, name, fresh), (&present, old, name)]);
            let _ = write!(script, "USE {};\n{}", identifier(name.as_str()), present.programs);
            run_whole(server, script).await?;
        }
        server.execute(&super::Mysql.delete(old)).await?;
    }
    swapped
}

/// After a rename that failed: everything is in `from` again.
async fn take_back(server: &Server, from: &DatabaseName, to: &DatabaseName, before: &Contents) -> Result<(), Error> {
    let mut script = String::new();
    if server.exists(to).await? {
        let moved = contents(server, to).await?;
        drop_triggers(&mut script, to, &moved);
        rename_tables(&mut script, &[(&moved, to, from)]);
        script.push_str(&super::Mysql.delete(to));
    }
    let present = contents(server, from).await?;
    drop_triggers(&mut script, from, &present);
    drop_programs(&mut script, from, &present);
    let _ = write!(script, "USE {};\n{}", identifier(from.as_str()), before.programs);
    run_whole(server, script).await
}

async fn contents(server: &Server, name: &DatabaseName) -> Result<Contents, Error> {
    let mut contents = Contents::default();
    let listing = include_str!("contents.sql").replace("@name@", &literal(name.as_str()));
    for row in server.rows(None, &listing, 2).await? {
        let Ok([kind, object]) = <[String; 2]>::try_from(row) else { continue };
        match kind.as_str() {
            "VIEW" => contents.views.push(object),
            "TRIGGER" => contents.triggers.push(object),
            "PROCEDURE" | "FUNCTION" | "EVENT" => contents.routines.push((kind, object)),
            _ => contents.tables.push(object),
        }
    }
    let programs = program(DUMP, server.connection());
    let programs = programs.arguments(&["--no-data", "--no-create-info", "--routines", "--triggers"]);
    let events = contents.routines.iter().any(|(kind, _)| kind == "EVENT");
    let programs = programs.arguments(if events { &["--events"] } else { &[] });
    contents.programs = text(server, &programs.arguments(&["--", name.as_str()])).await?;
    if !contents.views.is_empty() {
        let views =
            program(DUMP, server.connection()).arguments(&["--no-data", "--skip-triggers", "--", name.as_str()]);
        let views = contents.views.iter().fold(views, Invocation::argument);
        contents.programs.insert_str(0, &text(server, &views).await?);
    }
    Ok(contents)
}

/// The output of a program that takes no input.
async fn text(server: &Server, call: &Invocation) -> Result<String, Error> {
    let answer = crate::database::session::Session::new(server.start(call).await?).run(String::new()).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn drop_triggers(script: &mut String, name: &DatabaseName, contents: &Contents) {
    for trigger in &contents.triggers {
        let _ = writeln!(script, "DROP TRIGGER {}.{};", identifier(name.as_str()), identifier(trigger));
    }
}

fn drop_programs(script: &mut String, name: &DatabaseName, contents: &Contents) {
    for view in &contents.views {
        let _ = writeln!(script, "DROP VIEW {}.{};", identifier(name.as_str()), identifier(view));
    }
    for (kind, routine) in &contents.routines {
        let _ = writeln!(script, "DROP {kind} {}.{};", identifier(name.as_str()), identifier(routine));
    }
}

/// One statement for all of them, so that either all are moved or none.
fn rename_tables(script: &mut String, moves: &[(&Contents, &DatabaseName, &DatabaseName)]) {
    let pairs: Vec<_> = moves
        .iter()
        .flat_map(|(contents, from, to)| {
            let (from, to) = (identifier(from.as_str()), identifier(to.as_str()));
            contents.tables.iter().map(move |table| (from.clone(), to.clone(), identifier(table)))
        })
        .map(|(from, to, table)| format!("{from}.{table} TO {to}.{table}"))
        .collect();
    if !pairs.is_empty() {
        let _ = writeln!(script, "RENAME TABLE {};", pairs.join(",\n"));
    }
}

async fn run_whole(server: &Server, mut script: String) -> Result<(), Error> {
    script.push_str(END);
    let client = client(server.connection(), None);
    let mut call = Invocation::script(RUN_WHOLE, "mysql");
    call = call.argument(CLIENT.join(" ")).argument(END.trim_end()).argument("--batch");
    call.arguments.extend(client.arguments);
    crate::database::session::Session::new(server.start(&call).await?).run(script).await.map(|_| ())
}
