//! How many replicas a service has, and which go first.

use crate::support::{Container, Scenario};

const WEB: &str = "services: { web: { image: IMAGE } }";

fn numbers(scenario: &Scenario, service: &str) -> Vec<u32> {
    scenario.replicas(service).iter().map(Container::replica).collect()
}

#[test]
fn up_scale_adds_replicas_and_keeps_the_first() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let first = scenario.container("web");
    scenario.ado("up -d --scale web=3").succeeds();
    assert_eq!(numbers(&scenario, "web"), [1, 2, 3]);
    assert_eq!(scenario.replicas("web")[0].id(), first.id());
}

#[test]
fn scaling_down_removes_the_highest_numbers() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d --scale web=3").succeeds();
    scenario.ado("up -d --scale web=1").succeeds();
    assert_eq!(numbers(&scenario, "web"), [1]);
}

#[test]
fn scale_sets_the_number_of_replicas() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let api = scenario.container("api");
    scenario.ado("scale web=3").succeeds();
    assert_eq!(numbers(&scenario, "web"), [1, 2, 3]);
    assert!(scenario.replicas("web").iter().all(Container::is_running));
    assert_eq!(scenario.container("api").id(), api.id());
}

#[test]
fn scaling_to_nothing_removes_every_replica() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    scenario.ado("scale web=0").succeeds();
    assert!(scenario.replicas("web").is_empty());
}

#[test]
fn the_manifest_gives_the_number_of_replicas() {
    let scenario =
        Scenario::new("services: { a: { image: IMAGE, scale: 2 }, b: { image: IMAGE, deploy: { replicas: 2 } } }");
    scenario.ado("up -d").succeeds();
    assert_eq!(numbers(&scenario, "a"), [1, 2]);
    assert_eq!(numbers(&scenario, "b"), [1, 2]);
}

#[test]
fn replicas_are_named_after_project_service_and_number() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 2 } }");
    scenario.ado("up -d").succeeds();
    let names: Vec<String> = scenario.replicas("web").iter().map(|one| one.name().to_owned()).collect();
    assert_eq!(names, [format!("{}-web-1", scenario.project()), format!("{}-web-2", scenario.project())]);
}

#[test]
fn a_service_with_a_container_name_does_not_scale() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, container_name: PROJECT-only } }");
    scenario.ado("up -d --scale web=2").fails();
    assert!(scenario.replicas("web").len() < 2);
}

#[test]
fn a_container_name_is_used_as_it_is() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, container_name: PROJECT-only } }");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").name(), format!("{}-only", scenario.project()));
}

#[test]
fn scaling_an_unknown_service_fails() {
    let scenario = Scenario::new(WEB);
    scenario.ado("scale nobody=2").fails().says("nobody");
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_changed_service_is_recreated_in_every_replica() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 3 } }");
    scenario.ado("up -d").succeeds();
    scenario.manifest("services: { web: { image: IMAGE, scale: 3, environment: { A: b } } }");
    scenario.ado("up -d").succeeds();
    let after = scenario.replicas("web");
    assert_eq!(numbers(&scenario, "web"), [1, 2, 3]);
    assert!(after.iter().all(|one| one.environment("A") == Some("b") && one.is_running()));
}
