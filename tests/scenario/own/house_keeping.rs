//! `doctor`, `clean`, `monitor`.

use crate::support::{Scenario, until};

#[test]
fn doctor_reports_the_engine() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    let version = scenario.engine().get("/version").expect("a version");
    scenario.ado("doctor").says(version["Version"].as_str().expect("the Engine's version"));
}

#[test]
fn doctor_says_how_to_reach_an_engine_that_is_not_there() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario
        .call("doctor")
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .run()
        .exits(1)
        .says("/nowhere/docker.sock");
}

#[test]
fn monitor_prints_one_json_line_an_interval() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let monitor = scenario.call("monitor --json").start();
    until("two lines are there", || monitor.output().lines().count() >= 2);
    let first = monitor.output().lines().next().unwrap_or_default().to_owned();
    let parsed: serde_json::Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{first:?} is no JSON"));
    assert!(parsed.to_string().contains("web"), "{parsed}");
}

#[test]
fn clean_without_consent_removes_nothing() {
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE } } }");
    scenario.ado("build").succeeds();
    scenario.ado("clean").fails().says(&format!("{}-web:latest", scenario.project()));
    assert!(scenario.engine().get(&format!("/images/{}-web:latest/json", scenario.project())).is_some());
}
