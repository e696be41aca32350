//! Passwords come out of files and variables, and stand on no command line.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use crate::database::server::{Kind, Server};

const PASSWORD: &str = "k33per of the s0ciety's keys";

/// Reads the command lines of all processes of this machine, those in containers included, again and again.
struct Watcher {
    stop: Arc<AtomicBool>,
    reader: JoinHandle<BTreeSet<String>>,
}

impl Watcher {
    fn start() -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let reader = std::thread::spawn(move || {
            let mut seen = BTreeSet::new();
            while !stopped.load(Ordering::Relaxed) {
                let processes = fs::read_dir("/proc").expect("the list of processes").filter_map(Result::ok);
                let lines = processes.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
                let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
                seen.extend(lines.filter(|line| line.contains(PASSWORD) || line.contains("keeper")));
            }
            seen
        });
        Self { stop, reader }
    }

    fn seen(self) -> BTreeSet<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.reader.join().expect("the watcher does not fail")
    }
}

/// A server that lets `keeper` in with the password only.
fn server(kind: Kind) -> Server {
    let variables = format!("    environment: {{ KEEPER: {PASSWORD:?}, SEALED_FILE: /tmp/keeper, WRONG: wrong }}\n");
    let server = Server::start_with(kind, "", &variables);
    server.ado("db-create c3s").succeeds();
    server.fill("c3s");
    let quoted = PASSWORD.replace('\'', "''");
    match kind {
        Kind::Postgres => {
            server.sql("postgres", &format!("CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '{quoted}'"));
            let script = "sed -i '1i local all keeper scram-sha-256' /var/lib/postgresql/cluster/pg_hba.conf";
            server.scenario.inside("db", &["sh", "-ec", script]);
            server.sql("postgres", "SELECT pg_reload_conf()");
        }
        Kind::Mariadb => {
            let rights = "GRANT ALL PRIVILEGES ON *.* TO 'keeper'@'localhost' WITH GRANT OPTION";
            server.sql("mysql", &format!("CREATE USER 'keeper'@'localhost' IDENTIFIED BY '{quoted}'; {rights}"));
        }
    }
    let script = "umask 077; printf '%s\\n' \"$KEEPER\" >/tmp/keeper";
    server.scenario.inside("db", &["sh", "-ec", script]);
    server.scenario.file("etc/keeper", &format!("{PASSWORD}\n"));
    server
}

fn settings(server: &Server, kind: Kind, password: &str) {
    let head = format!("[database]\nservice = \"db\"\nengine = \"{}\"\nuser = \"keeper\"\n", kind.word());
    server.scenario.file("config.toml", &format!("{head}{password}\n"));
}

fn travel_unseen(kind: Kind, dump: &str) {
    let server = server(kind);
    let digest = server.digest("c3s");
    let variable = if kind == Kind::Postgres { "PGPASSWORD" } else { "MYSQL_PWD" };
    for wrong in ["", "password = { environment = \"WRONG\" }", "password = { environment = \"NOT_SET\" }"] {
        settings(&server, kind, wrong);
        server.ado("db-list").exits(1).says("check `user` and `password`");
    }
    let watcher = Watcher::start();
    for (password, given) in [
        ("password = { file = \"etc/keeper\" }", false),
        ("password = { container_file = \"/tmp/keeper\" }", false),
        ("password = { environment = \"KEEPER\" }", false),
        ("password = { environment = \"SEALED\" }", false),
        ("", true),
    ] {
        settings(&server, kind, password);
        let call = |line: &str| {
            let call = server.scenario.call(line);
            if given { call.env(variable, PASSWORD) } else { call }
        };
        call("db-list").run().succeeds().says("c3s").says_nothing_of(PASSWORD);
        call("db-backup c3s -o c3s.sql").run().succeeds();
        call("db-restore copy --input c3s.sql").run().succeeds();
        assert_eq!(server.digest("copy"), digest, "{password}");
        call("db-rename copy moved").run().succeeds();
        call("db-delete --yes moved").run().succeeds();
        call("db-shell c3s").input("SELECT 6 * 7;\n").run().succeeds().says("42");
    }
    let seen = watcher.seen();
    assert!(seen.iter().any(|line| line.contains(dump)), "the client programs were seen: {seen:#?}");
    let told: Vec<_> = seen.iter().filter(|line| line.contains(PASSWORD)).collect();
    assert!(told.is_empty(), "{told:#?}");
}

#[test]
fn on_postgres_passwords_stand_on_no_command_line() {
    travel_unseen(Kind::Postgres, "pg_dump");
}

#[test]
fn on_mariadb_passwords_stand_on_no_command_line() {
    travel_unseen(Kind::Mariadb, "dump");
}
