//! Two runs on one project at once.

use nix::sys::signal::Signal;

use crate::support::{Container, Scenario, until};

#[test]
fn two_ups_at_once_make_one_project() {
    let scenario =
        Scenario::new("services: { web: { image: IMAGE, scale: 4, depends_on: [db] }, db: { image: IMAGE } }");
    let (first, second) = (scenario.call("up -d").start(), scenario.call("up -d").start());
    first.finish().succeeds();
    second.finish().succeeds();
    let all = scenario.everything();
    assert_eq!(all.len(), 5);
    assert!(all.iter().all(Container::is_running));
}

#[test]
fn the_second_says_for_whom_it_waits() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db:
    image: IMAGE
    command: sh -c 'sleep 3; touch /ready; exec idle'
    healthcheck: { test: [CMD, test, -f, /ready], interval: 200ms, retries: 100 }",
    );
    let first = scenario.call("up -d").start();
    until("the first is at work", || !scenario.replicas("db").is_empty());
    let second = scenario.call("up -d").start();
    second.until_prints(&first.pid().to_string());
    first.finish().succeeds();
    second.finish().succeeds();
    assert_eq!(scenario.everything().len(), 2);
}

#[test]
fn up_and_down_at_once_end_in_one_of_the_two() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 3 } }");
    let (up, down) = (scenario.call("up -d").start(), scenario.call("down").start());
    up.finish().succeeds();
    down.finish().succeeds();
    let count = scenario.everything().len();
    assert!(count == 0 || count == 3, "{count} containers are left");
}

#[test]
fn different_projects_do_not_wait_for_each_other() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 1s, retries: 1000 } }",
    );
    let blocked = scenario.call("up -d").start();
    until("the first is at work", || !scenario.replicas("db").is_empty());
    let other = Scenario::new("services: { web: { image: IMAGE } }");
    other.ado("up -d").succeeds();
    blocked.signal(Signal::SIGINT);
    blocked.finish().exits(130);
}

#[test]
fn the_run_after_a_killed_one_says_so() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, healthcheck: { test: [CMD, test, -e, /never], interval: 1s, retries: 1000 } } }",
    );
    let killed = scenario.call("up -d --wait").start();
    until("it waits for the health check", || scenario.everything().iter().any(Container::is_running));
    killed.signal(Signal::SIGKILL);
    killed.finish();
    scenario.ado("stop").succeeds().says("The last run, `ado up`").says("was cut off");
    scenario.ado("start").succeeds().says_nothing_of("cut off");
}
