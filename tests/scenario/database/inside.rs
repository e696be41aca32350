//! The same verbs inside a container, as `ado-do db-…`, over the network and with a password.

use crate::database::server::{Kind, Server};

fn works_inside(kind: Kind, word: &str) {
    let server = Server::start(kind, "name = \"c3s\"");
    server.ado("db-create").succeeds();
    server.fill("c3s");
    let digest = server.digest("c3s");
    let settings = format!("[database]\nservice = \"db\"\nengine = \"{word}\"\nname = \"c3s\"\n");
    let definitions = serde_json::json!({ "settings": settings, "services": {} }).to_string();
    let definitions = shlex::try_quote(&definitions).expect("no NUL").into_owned();
    let inside = |line: &str, around: &str| {
        let call = format!("docker compose run --rm -T -e ADO_DEFINITIONS={definitions} client ado-do {line} {around}");
        server.scenario.shell(&format!("export HOME={}; {call}", std::env::var("HOME").unwrap_or_default())).run()
    };
    inside("db-list", "").succeeds().says("c3s");
    inside("db-backup c3s", "> c3s.sql").succeeds();
    inside("db-restore copy", "< c3s.sql").succeeds();
    assert_eq!(server.digest("copy"), digest);
    inside("db-rename copy moved", "").succeeds();
    assert_eq!(server.digest("moved"), digest);
    inside("db-delete moved --yes", "").succeeds();
    inside("db-backup nothing", "").exits(1).says("does not exist");
}

#[test]
fn on_postgres_the_verbs_work_inside_a_container() {
    works_inside(Kind::Postgres, "postgres");
}

#[test]
fn on_mariadb_the_verbs_work_inside_a_container() {
    works_inside(Kind::Mariadb, "mariadb");
}
