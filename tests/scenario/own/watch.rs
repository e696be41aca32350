//! `watch` where files never stop changing.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::support::{Scenario, until};

#[test]
fn a_file_that_never_stops_changing_holds_up_nothing() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, command: idle, develop: { watch: [
           { action: sync, path: ./code, target: /code } ] } } }",
    );
    scenario.file("code/page", "one\n");
    scenario.ado("up -d").succeeds();
    let watching = scenario.call("watch --no-up").start();
    watching.until_prints("Watch enabled");
    let (busy, (_stop, stopped)) = (scenario.path("code/busy"), mpsc::channel::<()>());
    std::thread::spawn(move || {
        while stopped.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
            std::fs::write(&busy, "x\n").ok();
        }
    });
    scenario.file("code/page", "two\n");
    until("the edit has arrived", || scenario.inside("web", &["cat", "/code/page"]) == "two\n");
}
