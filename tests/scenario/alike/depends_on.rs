//! Who waits for whom, and what happens when the wait is in vain.

use crate::support::Scenario;

#[test]
fn a_service_starts_after_its_dependency() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").started_at() > scenario.container("db").started_at());
}

#[test]
fn a_service_waits_until_its_dependency_is_healthy() {
    let scenario = Scenario::new(
        "services:
  web:
    image: IMAGE
    command: sh -c 'test -f /shared/ready && exec idle'
    volumes: ['shared:/shared']
    depends_on: { db: { condition: service_healthy } }
  db:
    image: IMAGE
    command: sh -c 'sleep 1; touch /shared/ready; exec idle'
    volumes: ['shared:/shared']
    healthcheck: { test: [CMD, test, -f, /shared/ready], interval: 200ms, retries: 50 }
volumes: { shared: }",
    );
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn a_service_waits_until_a_one_shot_has_completed() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { setup: { condition: service_completed_successfully } } }
  setup: { image: IMAGE, command: sleep 1 }",
    );
    scenario.ado("up -d").succeeds();
    let (web, setup) = (scenario.container("web"), scenario.container("setup"));
    assert_eq!(setup.status(), "exited");
    assert!(web.started_at() > setup.text("/State/FinishedAt"));
}

#[test]
fn a_failed_one_shot_keeps_its_dependents_down() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { setup: { condition: service_completed_successfully } } }
  setup: { image: IMAGE, command: sh -c 'exit 7' }",
    );
    scenario.ado("up -d").exits(1).says("7");
    assert!(!scenario.container("web").is_running());
}

#[test]
fn a_dependency_that_turns_unhealthy_keeps_its_dependents_down() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 100ms, retries: 2 } }",
    );
    scenario.ado("up -d").exits(1).says("unhealthy");
    assert!(!scenario.container("web").is_running());
}

#[test]
fn a_dependency_that_is_not_required_may_fail() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { setup: { condition: service_completed_successfully, required: false } } }
  setup: { image: IMAGE, command: 'false' }",
    );
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn a_dependency_that_is_not_required_may_be_outside_the_profiles() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { extra: { condition: service_started, required: false } } }
  extra: { image: IMAGE, profiles: [extra] }",
    );
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").is_running());
    assert!(scenario.replicas("extra").is_empty());
}

#[test]
fn a_chain_comes_up_in_order() {
    let scenario = Scenario::new(
        "services: { c: { image: IMAGE, depends_on: [b] }, b: { image: IMAGE, depends_on: [a] }, a: { image: IMAGE } }",
    );
    scenario.ado("up -d").succeeds();
    let started = |service: &str| scenario.container(service).started_at().to_owned();
    assert!(started("a") < started("b") && started("b") < started("c"));
}

#[test]
fn dependents_stop_before_their_dependency() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("stop").succeeds();
    let finished = |service: &str| scenario.container(service).text("/State/FinishedAt").to_owned();
    assert!(finished("web") < finished("db"));
}

#[test]
fn a_cycle_is_refused() {
    let scenario =
        Scenario::new("services: { a: { image: IMAGE, depends_on: [b] }, b: { image: IMAGE, depends_on: [a] } }");
    scenario.ado("up -d").fails().says("cycle");
    assert!(scenario.everything().is_empty());
}
