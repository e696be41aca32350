//! Ctrl-C: the first stops cleanly, the second aborts.

use nix::sys::signal::Signal;

use crate::support::{Scenario, until};

/// A service that waits for a dependency which is never ready.
const WAITING: &str = "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 1s, retries: 1000 } }";

#[test]
fn an_interrupt_while_waiting_ends_with_130_and_starts_nothing_more() {
    let scenario = Scenario::new(WAITING);
    let running = scenario.call("up -d").start();
    until("the dependency runs", || scenario.replicas("db").iter().any(crate::support::Container::is_running));
    running.signal(Signal::SIGINT);
    running.finish().exits(130);
    assert!(scenario.replicas("web").iter().all(|one| !one.is_running()));
    scenario.ado("down").succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_second_interrupt_aborts_what_the_first_lets_finish() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sleep 1000, stop_grace_period: 60s } }");
    scenario.ado("up -d").succeeds();
    let mut running = scenario.call("stop").start();
    running.until_prints("Stopping");
    let start = std::time::Instant::now();
    running.signal(Signal::SIGINT);
    // Two signals that are not taken one by one are one signal to the kernel.
    until("a further one ends it", || {
        let alive = running.is_alive();
        if alive {
            running.signal(Signal::SIGINT);
        }
        !alive
    });
    running.finish().exits(130);
    assert!(start.elapsed().as_secs() < 20, "it took {:?}", start.elapsed());
}

#[test]
fn an_interrupted_up_in_the_foreground_stops_what_it_started() {
    let scenario = Scenario::new(WAITING);
    let running = scenario.call("up").start();
    until("the dependency runs", || scenario.replicas("db").iter().any(crate::support::Container::is_running));
    running.signal(Signal::SIGINT);
    running.finish().exits(130);
    until("the dependency is stopped", || scenario.replicas("db").iter().all(|one| !one.is_running()));
}

#[test]
fn an_up_in_the_foreground_shows_what_runs_while_the_rest_still_starts() {
    let talking = WAITING.replace("db: { image: IMAGE,", "db: { image: IMAGE, command: sh -c 'echo early; exec idle',");
    let scenario = Scenario::new(&talking);
    let running = scenario.call("up").start();
    running.until_prints("db-1   | early");
    assert!(scenario.replicas("web").iter().all(|one| !one.is_running()));
    running.signal(Signal::SIGINT);
    running.finish().exits(130);
    assert!(scenario.replicas("db").iter().all(|one| !one.is_running()));
}

#[test]
fn an_interrupted_run_removes_its_container() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    let running = scenario.call("run --rm -T web sh -c 'echo here; exec idle'").start();
    running.until_prints("here");
    running.signal(Signal::SIGINT);
    running.finish();
    until("the container is gone", || scenario.everything().is_empty());
}
