//! Containers of a project that its manifest no longer knows.

use crate::support::Scenario;

const BOTH: &str = "services: { web: { image: IMAGE }, old: { image: IMAGE } }";
const ONE: &str = "services: { web: { image: IMAGE } }";

#[test]
fn an_orphan_is_reported_and_left_running() {
    let scenario = Scenario::new(BOTH);
    scenario.ado("up -d").succeeds();
    scenario.manifest(ONE);
    let outcome = scenario.ado("up -d").succeeds();
    outcome.says("orphan").says(scenario.container("old").name());
    assert!(scenario.container("old").is_running());
}

#[test]
fn an_orphan_is_removed_when_asked() {
    let scenario = Scenario::new(BOTH);
    scenario.ado("up -d").succeeds();
    scenario.manifest(ONE);
    scenario.ado("up -d --remove-orphans").succeeds();
    assert!(scenario.replicas("old").is_empty());
    assert!(scenario.container("web").is_running());
}

#[test]
fn an_orphan_is_not_reported_when_orphans_are_ignored() {
    let scenario = Scenario::new(BOTH);
    scenario.ado("up -d").succeeds();
    scenario.manifest(ONE);
    scenario.call("up -d").env("COMPOSE_IGNORE_ORPHANS", "1").run().succeeds().says_nothing_of("orphan");
    assert!(scenario.container("old").is_running());
}

#[test]
fn orphans_are_removed_when_the_environment_asks() {
    let scenario = Scenario::new(BOTH);
    scenario.ado("up -d").succeeds();
    scenario.manifest(ONE);
    scenario.call("up -d").env("COMPOSE_REMOVE_ORPHANS", "1").run().succeeds();
    assert!(scenario.replicas("old").is_empty());
}

#[test]
fn down_leaves_orphans_unless_asked() {
    let scenario = Scenario::new(BOTH);
    scenario.ado("up -d").succeeds();
    scenario.manifest(ONE);
    scenario.ado("down");
    assert!(scenario.container("old").is_running());
    scenario.ado("down --remove-orphans").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
}

#[test]
fn a_service_of_an_inactive_profile_is_no_orphan() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, debug: { image: IMAGE, profiles: [debug] } }");
    scenario.ado("--profile debug up -d").succeeds();
    scenario.ado("up -d --remove-orphans").succeeds().says_nothing_of("Found orphan");
    assert!(scenario.container("debug").is_running());
}
