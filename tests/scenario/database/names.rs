//! No name becomes SQL, an option, a path or a connection string.

use crate::database::server::{Kind, Server};

const HOSTILE: [&str; 9] = [
    "--help",
    "a\"b'c`d",
    "x\"; DROP DATABASE canary; --",
    "x`; DROP DATABASE canary; -- ",
    "line\nbreak",
    "möbel ß 日本",
    "host=evil dbname=canary",
    "postgres://evil/canary",
    "$(touch x) %s {{y}} \\",
];

fn quoted(name: &str) -> String {
    shlex::try_quote(name).expect("no NUL").into_owned()
}

fn names_are_only_names(kind: Kind) {
    let server = Server::start(kind, "");
    server.ado("db-create canary").succeeds();
    server.fill("canary");
    if kind == Kind::Mariadb {
        // mariadb-dump cannot dump events out of a database whose name holds a quote.
        server.sql("canary", "DROP EVENT nightly");
    }
    let digest = server.digest("canary");
    server.ado("db-backup canary -o canary.sql").succeeds();
    for name in HOSTILE {
        // A space at the end is the one thing of these that MySQL has not.
        let name = if kind == Kind::Mariadb { name.trim_end() } else { name };
        let (shown, other) = (quoted(name), quoted(&format!("2{name}")));
        server.ado(&format!("db-create -- {shown}")).succeeds();
        assert!(server.names().contains(&name.to_owned()), "{name:?} is in {:?}", server.names());
        server.ado(&format!("db-restore --input canary.sql -- {shown}")).succeeds();
        assert_eq!(server.digest(name), digest, "{name:?}");
        server.ado(&format!("db-backup -o again.sql -- {shown}")).succeeds();
        server.ado(&format!("db-copy -- {shown} {other}")).succeeds();
        server.ado(&format!("db-delete --yes -- {shown}")).succeeds();
        server.ado(&format!("db-rename -- {other} {shown}")).succeeds();
        assert_eq!(server.digest(name), digest, "{name:?}");
        server.scenario.call(&format!("db-shell -- {shown}")).input("SELECT 1;\n").run().succeeds();
        server.ado(&format!("db-delete --yes -- {shown}")).succeeds();
    }
    assert_eq!(server.digest("canary"), digest, "the canary lives");
    let left: Vec<_> = server.names().into_iter().filter(|name| name.starts_with("ado_")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn on_postgres_names_are_only_names() {
    names_are_only_names(Kind::Postgres);
}

#[test]
fn on_mariadb_names_are_only_names() {
    names_are_only_names(Kind::Mariadb);
}

#[test]
fn names_that_the_server_cannot_have_are_refused_before_anything_is_done() {
    let server = Server::start(Kind::Postgres, "");
    let before = server.names();
    let long = "n".repeat(255);
    server.ado(&format!("db-create {long}")).exits(2).says("longer than 63 bytes");
    server.ado("db-create ''").exits(2).says("empty");
    server.ado("db-delete --yes postgres").exits(2).says("belongs to the database server itself");
    server.ado("db-copy postgres template1").exits(2);
    assert_eq!(server.names(), before);
}
