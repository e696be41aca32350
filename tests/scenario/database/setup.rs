//! Setting a database up: once, one at a time, and not half.

use crate::database::server::{Kind, Server};

fn two_at_once(kind: Kind) {
    let server = Server::start(kind, "");
    let both = server
        .scenario
        .shell("$ADO db-demo-setup c3s & first=$!; $ADO db-demo-setup c3s & wait $! && wait $first")
        .run();
    both.succeeds().says("database c3s is set up").says("database c3s exists already");
    assert_eq!(server.names().iter().filter(|name| *name == "c3s").count(), 1);
    assert!(!server.names().iter().any(|name| name.starts_with("ado_setup_")));
}

#[test]
fn on_postgres_two_set_ups_at_once_set_up_once() {
    two_at_once(Kind::Postgres);
}

#[test]
fn on_mariadb_two_set_ups_at_once_set_up_once() {
    two_at_once(Kind::Mariadb);
}

#[test]
fn a_rebuilt_database_is_a_fresh_one() {
    let server = Server::start(Kind::Postgres, "name = \"c3s\"");
    server.ado("db-demo-setup").succeeds();
    server.sql("c3s", "CREATE TABLE old (a int)");
    server.ado("db-rebuild").exits(2);
    server.ado("db-rebuild --yes").succeeds();
    assert_eq!(server.sql("c3s", "SELECT count(*) FROM pg_tables WHERE tablename = 'old'").trim(), "0");
}

#[test]
fn what_is_missing_in_the_settings_is_said() {
    let server = Server::start(Kind::Postgres, "");
    server.ado("db-demo-setup").exits(2).says("which database?");
    server.ado("db-create c3s").succeeds();
    server.ado("db-update c3s").exits(2).says("has no `update`");
    server.ado("db-list --server nowhere").exits(2).says("has no [database.nowhere]; it has default");
}

#[test]
fn a_reset_begins_with_an_empty_server() {
    let server = Server::start(Kind::Postgres, "name = \"c3s\"");
    server.ado("db-create other").succeeds();
    server.ado("db-demo-setup").succeeds();
    server.ado("db-reset").exits(2).says("Nobody is there to be asked");
    assert!(server.names().contains(&"other".to_owned()));
    server.ado("db-reset --yes").succeeds();
    let names = server.names();
    assert!(names.contains(&"c3s".to_owned()) && !names.contains(&"other".to_owned()), "{names:?}");
}
