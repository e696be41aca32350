//! Manifests that cannot be right: a clear message with the place, exit code 2, and nothing made.

use std::fs;

use crate::support::{Outcome, Scenario};

/// What `up` says about the manifest; nothing of the project may exist afterwards.
fn refused(manifest: &str) -> Outcome {
    let scenario = Scenario::new(manifest);
    let outcome = scenario.ado("up -d").exits(2);
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    outcome
}

#[test]
fn without_a_manifest_the_names_it_looks_for_are_said() {
    let scenario = Scenario::new("services: {}");
    fs::remove_file(scenario.path("compose.yaml")).expect("the manifest can be removed");
    scenario.ado("up -d").exits(2).says("compose.yaml");
}

#[test]
fn a_manifest_that_does_not_exist_is_named() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("-f nowhere.yaml up -d").exits(2).says("nowhere.yaml");
}

#[test]
fn broken_yaml_is_shown_with_its_line() {
    refused("services:\n  web:\n    image: [IMAGE\n").says("compose.yaml:");
}

#[test]
fn an_unknown_key_is_shown_with_its_line_and_the_nearest_known_key() {
    refused("services:\n  web:\n    image: IMAGE\n    enviroment: { A: b }\n")
        .says("compose.yaml:4")
        .says("enviroment")
        .says("environment");
}

#[test]
fn several_problems_are_reported_in_one_run() {
    refused("services:\n  web:\n    image: IMAGE\n    comand: x\n    prots: ['80']\n").says("command").says("ports");
}

#[test]
fn a_dependency_cycle_is_shown() {
    refused("services: { a: { image: IMAGE, depends_on: [b] }, b: { image: IMAGE, depends_on: [a] } }")
        .says("cycle")
        .says("a")
        .says("b");
}

#[test]
fn a_dependency_that_does_not_exist_is_shown_with_its_line() {
    refused("services:\n  web:\n    image: IMAGE\n    depends_on: [dbb]\n  db:\n    image: IMAGE\n")
        .says("compose.yaml:4")
        .says("dbb");
}

#[test]
fn a_value_of_the_wrong_kind_is_shown_with_its_line() {
    refused("services:\n  web:\n    image: IMAGE\n    ports: 80\n").says("compose.yaml:4").says("ports");
}

#[test]
fn a_missing_required_variable_is_shown_with_its_message() {
    refused("services: { web: { image: IMAGE, environment: { A: '${NEEDED:?say what you need}' } } }")
        .says("NEEDED")
        .says("say what you need");
}

#[test]
fn an_unknown_service_on_the_command_line_is_shown_with_the_nearest_one() {
    let scenario = Scenario::new("services: { portal: { image: IMAGE } }");
    scenario.ado("up -d portl").fails().says("portl").says("portal");
    assert!(scenario.everything().is_empty());
}

#[test]
fn an_unknown_option_is_bad_usage() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up --detatch").exits(2).says("--detach");
}
