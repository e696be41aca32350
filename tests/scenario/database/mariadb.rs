//! `MariaDB`: what goes out comes back.

use crate::database::server::{Kind, Server};

fn server() -> Server {
    let server = Server::start(Kind::Mariadb, "");
    server.ado("db-create c3s").succeeds();
    server.fill("c3s");
    server
}

#[test]
fn a_round_trip_keeps_everything() {
    let server = server();
    let digest = server.digest("c3s");
    for word in ["touched", "add_one", "twice", "nightly", "FOREIGN KEY"] {
        assert!(digest.contains(word), "{word} is in {digest}");
    }
    for file in ["c3s.sql", "c3s.sql.zst"] {
        server.ado(&format!("db-backup c3s -o {file}")).succeeds();
        server.ado(&format!("db-restore fresh --input {file}")).succeeds();
        assert_eq!(server.digest("fresh"), digest, "{file}");
    }
    server
        .sql("c3s", "DROP VIEW titles; DROP TRIGGER touched; DELETE FROM `table; -- \"x\"`; CREATE TABLE more (n INT)");
    server.ado("db-restore c3s --input c3s.sql").succeeds();
    assert_eq!(server.digest("c3s"), digest, "over what was changed");
    let left: Vec<_> = server.names().into_iter().filter(|name| name.starts_with("ado_")).collect();
    assert!(left.is_empty(), "{left:?}");
    server.ado("db-backup c3s --format custom -o x").fails().says("has no backup format `custom`");
}

#[test]
fn copies_and_renames_keep_everything() {
    let server = server();
    let digest = server.digest("c3s");
    server.ado("db-copy c3s training").succeeds();
    assert_eq!(server.digest("training"), digest);
    server.ado("db-rename c3s society").succeeds();
    assert_eq!(server.digest("society"), digest);
    assert!(!server.names().contains(&"c3s".to_owned()));
    server.ado("db-rename society training").fails().says("exists already");
}

#[test]
fn a_backup_that_is_cut_off_changes_nothing() {
    let server = server();
    let digest = server.digest("c3s");
    server.ado("db-backup c3s -o c3s.sql").succeeds();
    let whole = std::fs::read(server.scenario.path("c3s.sql")).expect("the backup");
    for percent in [30, 60, 99] {
        std::fs::write(server.scenario.path("cut"), &whole[..whole.len() * percent / 100]).expect("a file");
        server.ado("db-restore c3s --input cut").fails();
        assert_eq!(server.digest("c3s"), digest, "cut at {percent} %");
    }
}

#[test]
fn the_list_tells_the_last_backup() {
    let server = server();
    server.ado("db-backup c3s -o c3s.sql").succeeds();
    let listed = server.ado("db-list --format json").succeeds().json();
    let c3s = listed.as_array().expect("a list").iter().find(|one| one["name"] == "c3s").expect("the database");
    assert!(c3s["last_backup"].as_str().expect("a time").starts_with("20"), "{c3s}");
}
