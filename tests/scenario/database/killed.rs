//! A restore that is killed at any moment leaves the old database or the new one, whole, and what it leaves beside it
//! is found and removed.
//!
//! `ADO_KILL_MOMENTS` sets the number of moments (8 without it), spread over the whole length of a restore.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::database::server::{Kind, Server};
use crate::support::until;

fn moments() -> u32 {
    std::env::var("ADO_KILL_MOMENTS").ok().and_then(|number| number.parse().ok()).unwrap_or(8)
}

/// Numbers between 0 and 1 that fill the interval evenly (the golden ratio's multiples), the same in every run.
fn spread(index: u32) -> f64 {
    (f64::from(index) * 0.618_033_988_75).fract()
}

fn killed_anywhere(kind: Kind, change: &str) {
    let server = Server::start(kind, "");
    server.ado("db-create c3s").succeeds();
    server.fill("c3s");
    let old = server.digest("c3s");
    server.ado("db-copy c3s changed").succeeds();
    server.sql("changed", change);
    let new = server.digest("changed");
    assert_ne!(old, new);
    server.ado("db-backup c3s -o old.sql").succeeds();
    server.ado("db-backup changed -o new.sql").succeeds();

    let start = Instant::now();
    server.ado("db-restore c3s --input new.sql").succeeds();
    let length = start.elapsed();
    assert_eq!(server.digest("c3s"), new);
    server.ado("db-restore c3s --input old.sql").succeeds();

    let (mut kept, mut replaced, mut told) = (0, 0, 0);
    for index in 1..=moments() {
        let after = length.mul_f64(spread(index));
        let mut running = server.scenario.call("db-restore c3s --input new.sql").start();
        if !running.ends_within(after) {
            running.signal(Signal::SIGKILL);
        }
        running.finish();
        // On MariaDB a script that has begun in the server's container is not stopped by the death of ado.
        let mut found = String::new();
        until("the database is whole", || {
            found = if server.names().contains(&"c3s".to_owned()) { server.digest("c3s") } else { String::new() };
            found == old || found == new
        });
        if found == old {
            kept += 1;
        } else {
            replaced += 1;
        }
        told += usize::from(server.ado("db-list").succeeds().output().contains("is left, of an interrupted restore"));
        until("what is left over is removed", || {
            server.ado("db-delete --leftovers --yes").succeeds();
            !server.names().iter().any(|name| name.starts_with("ado_"))
        });
        let now = server.digest("c3s");
        assert!(now == old || now == new, "after moment {index} ({after:?})");
        if now == new {
            server.ado("db-restore c3s --input old.sql").succeeds();
        }
    }
    assert!(kept > 0 && told > 0, "{kept} kept, {replaced} replaced, {told} left something, length {length:?}");
    assert!(length > Duration::ZERO);
}

#[test]
fn on_postgres_a_restore_can_be_killed_at_any_moment() {
    killed_anywhere(Kind::Postgres, "UPDATE creation SET price = 1");
}

#[test]
fn on_mariadb_a_restore_can_be_killed_at_any_moment() {
    killed_anywhere(Kind::Mariadb, "UPDATE creation SET price = 1");
}
