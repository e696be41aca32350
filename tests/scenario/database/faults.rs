//! What goes wrong leaves the old state, an exit code, and nothing that looks whole and is not.

use std::fs;
use std::io::Write;

use nix::sys::signal::Signal;

use crate::database::server::{Kind, Server};
use crate::support::until;

/// A server with a database whose backup takes a while.
fn server() -> Server {
    let server = Server::start(Kind::Postgres, "");
    server.ado("db-create c3s").succeeds();
    let sql = "CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 8) AS note FROM generate_series(1, 300000) g";
    server.sql("c3s", sql);
    server
}

/// Kills the server's container, at once: the caller waits for a moment in something that is under way.
fn kill(server: &Server, id: &str) {
    server.scenario.engine().post(&format!("/containers/{id}/kill"), &serde_json::Value::Null);
}

fn id(server: &Server) -> String {
    server.scenario.container("db").id().to_owned()
}

fn files(server: &Server) -> Vec<String> {
    let entries = fs::read_dir(server.scenario.path("")).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// The size of the unfinished file.
fn partial(server: &Server) -> u64 {
    let entries = fs::read_dir(server.scenario.path("")).expect("the folder").filter_map(Result::ok);
    let found = entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".partial"));
    found.filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).max().unwrap_or(0)
}

#[test]
fn a_backup_whose_container_is_killed_fails_and_leaves_no_file() {
    let server = server();
    let id = id(&server);
    let running = server.scenario.call("db-backup c3s -o c3s.sql").start();
    until("the backup has begun", || partial(&server) > 0);
    kill(&server, &id);
    running.finish().fails();
    let files = files(&server);
    assert!(!files.iter().any(|name| name.contains("c3s")), "{files:?}");
}

#[test]
fn a_redirected_backup_whose_container_is_killed_is_emptied() {
    let server = server();
    let id = id(&server);
    let running = server.scenario.shell("$ADO db-backup c3s > c3s.sql; echo $? > code").start();
    let size = || fs::metadata(server.scenario.path("c3s.sql")).map_or(0, |meta| meta.len());
    until("the backup has begun", || size() > 0);
    kill(&server, &id);
    running.finish();
    assert_ne!(fs::read_to_string(server.scenario.path("code")).expect("a code").trim(), "0");
    assert_eq!(size(), 0);
}

#[test]
fn a_backup_onto_a_full_disk_fails_and_leaves_no_file() {
    let server = server();
    let script = "mkdir small && mount -t tmpfs -o size=1m none small && \
                  { $ADO db-backup c3s -o small/c3s.sql; echo $? > code; ls -A small > listing; }";
    let quoted = shlex::try_quote(script).expect("no NUL").into_owned();
    server.scenario.shell(&format!("export ADO; unshare --mount sh -c {quoted}")).run().succeeds();
    let read = |name: &str| fs::read_to_string(server.scenario.path(name)).expect("a file");
    assert_eq!(read("code").trim(), "1");
    assert_eq!(read("listing").trim(), "");
    server.scenario.shell("$ADO db-backup c3s > /dev/full").run().exits(1).says("No space left on device");
}

#[test]
fn a_backup_into_a_closed_pipe_fails() {
    let server = server();
    let script = "{ $ADO db-backup c3s; echo $? > code; } | head -c 1000 > start";
    server.scenario.shell(script).run().succeeds();
    assert_ne!(fs::read_to_string(server.scenario.path("code")).expect("a code").trim(), "0");
    server.scenario.shell("$ADO db-restore copy < start").run().fails().says("cut off");
}

#[test]
fn a_killed_backup_leaves_no_file_under_the_final_name() {
    let server = server();
    for (signal, leaves_partial) in [(Signal::SIGKILL, true), (Signal::SIGTERM, false), (Signal::SIGINT, false)] {
        let running = server.scenario.call("db-backup c3s -o c3s.sql").start();
        let known = partial(&server);
        until("the backup has begun", || partial(&server) > known || partial(&server) > 1_000_000);
        running.signal(signal);
        running.finish().fails();
        let files = files(&server);
        assert!(!files.contains(&"c3s.sql".to_owned()), "{signal}: {files:?}");
        assert_eq!(files.iter().any(|name| name.ends_with(".partial")), leaves_partial, "{signal}: {files:?}");
        for name in files.iter().filter(|name| name.ends_with(".partial")) {
            fs::remove_file(server.scenario.path(name)).expect("it can be removed");
        }
    }
}

#[test]
fn a_backup_that_is_cut_anywhere_is_refused_and_changes_nothing() {
    let server = server();
    let digest = server.digest("c3s");
    for (format, file) in [("plain", "a.sql"), ("plain", "b.sql.zst"), ("custom", "c.dump"), ("directory", "d.tar")] {
        server.ado(&format!("db-backup c3s --format {format} -o {file}")).succeeds();
        let whole = fs::read(server.scenario.path(file)).expect("the backup");
        for percent in [0, 1, 35, 99] {
            let cut = &whole[..whole.len() * percent / 100];
            fs::write(server.scenario.path("cut"), cut).expect("a file");
            let jobs = if format == "custom" { [1, 2].as_slice() } else { &[2] };
            for jobs in jobs {
                server.ado(&format!("db-restore c3s --jobs {jobs} --input cut")).fails();
                assert_eq!(server.digest("c3s"), digest, "{file} cut at {percent} %, {jobs} jobs");
            }
        }
    }
    fs::write(server.scenario.path("other"), "-- MariaDB dump 10.19\n").expect("a file");
    server.ado("db-restore c3s --input other").fails().says("this is a backup of MySQL or MariaDB");
    fs::write(server.scenario.path("other"), b"\x89PNG\r\n\x1a\n\0").expect("a file");
    server.ado("db-restore c3s --input other").fails().says("this is no backup");
    fs::write(server.scenario.path("other"), "CREATE DATABASE x;\n\\connect x\n").expect("a file");
    server.ado("db-restore c3s --input other").fails().says("chooses its database");
    fs::write(server.scenario.path("other"), "CREATE TABLE a (b int);\nSELECT nonsense;\n").expect("a file");
    server.ado("db-restore c3s --unverified --input other").fails().says("nonsense");
    assert_eq!(server.digest("c3s"), digest);
    let left: Vec<_> = server.names().into_iter().filter(|name| name.starts_with("ado_")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_restore_onto_a_full_disk_fails_and_changes_nothing() {
    let disk = "    tmpfs: ['/small:size=40m,mode=1777']\n";
    let server = Server::start_with(Kind::Postgres, "", disk);
    server.ado("db-create c3s").succeeds();
    server.scenario.inside("db", &["mkdir", "/small/space"]);
    server.sql("c3s", "CREATE TABLESPACE small LOCATION '/small/space'");
    let rows = "SELECT g AS id, repeat(md5(g::text), 8) AS note FROM generate_series(1, 75000) g";
    server.sql("c3s", &format!("CREATE TABLE big TABLESPACE small AS {rows}"));
    let digest = server.digest("c3s");
    for format in ["plain", "custom", "directory"] {
        server.ado(&format!("db-backup c3s --format {format} -o whole")).succeeds();
        let failed = server.ado("db-restore c3s --input whole").exits(1);
        failed.says("No space left on device").says("the server's disk is full");
        assert_eq!(server.digest("c3s"), digest, "{format}");
        let left: Vec<_> = server.names().into_iter().filter(|name| name.starts_with("ado_")).collect();
        assert!(left.is_empty(), "{format}: {left:?}");
    }
}

#[test]
fn a_restore_whose_container_is_killed_changes_nothing() {
    let server = server();
    let digest = server.digest("c3s");
    for format in ["plain", "custom", "directory"] {
        server.ado(&format!("db-backup c3s --format {format} -o whole")).succeeds();
        let id = id(&server);
        let whole = fs::read(server.scenario.path("whole")).expect("the backup");
        let (running, mut input) = server.scenario.call("db-restore c3s").start_with_open_input();
        input.write_all(&whole[..whole.len() / 2]).expect("the first half is read");
        until("the restore has begun", || server.names().iter().any(|name| name.starts_with("ado_restore")));
        kill(&server, &id);
        drop(input);
        running.finish().fails();
        server.scenario.compose("up -d --wait db").run().succeeds();
        assert_eq!(server.digest("c3s"), digest, "{format}");
        // A checkpoint may have kept the unfinished database; then it is shown and can be removed.
        let left = server.names().iter().any(|name| name.starts_with("ado_restore"));
        let listed = server.ado("db-list").succeeds().output().contains("is left, of an interrupted restore");
        assert_eq!(listed, left, "{format}");
        server.ado("db-delete --leftovers --yes").succeeds();
        assert!(!server.names().iter().any(|name| name.starts_with("ado_")), "{format}: {:?}", server.names());
    }
}
