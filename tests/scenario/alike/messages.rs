//! What scripts read from the messages.

use crate::support::Scenario;

const WEB: &str = "services: { web: { image: IMAGE } }";

/// The lines in plain form, blanks at the ends removed.
fn lines(outcome: &crate::support::Outcome) -> Vec<String> {
    outcome.output().lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn up_says_what_it_made_in_composes_words() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("up -d").succeeds();
    let (project, said) = (scenario.project(), lines(&outcome));
    for expected in [
        format!("Network {project}_default  Creating"),
        format!("Network {project}_default  Created"),
        format!("Container {project}-web-1  Creating"),
        format!("Container {project}-web-1  Created"),
        format!("Container {project}-web-1  Starting"),
        format!("Container {project}-web-1  Started"),
    ] {
        assert!(said.contains(&expected), "{expected:?} is missing: {outcome}");
    }
}

#[test]
fn up_of_what_runs_says_that_it_runs() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let outcome = scenario.ado("up -d").succeeds();
    assert!(lines(&outcome).contains(&format!("Container {}-web-1  Running", scenario.project())), "{outcome}");
}

#[test]
fn up_says_what_it_recreates() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let outcome = scenario.ado("up -d --force-recreate").succeeds();
    for state in ["Recreate", "Recreated", "Starting", "Started"] {
        let expected = format!("Container {}-web-1  {state}", scenario.project());
        assert!(lines(&outcome).contains(&expected), "{expected:?} is missing: {outcome}");
    }
}

#[test]
fn down_says_what_it_removed() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let outcome = scenario.ado("down").succeeds();
    let (project, said) = (scenario.project(), lines(&outcome));
    for expected in [
        format!("Container {project}-web-1  Stopping"),
        format!("Container {project}-web-1  Stopped"),
        format!("Container {project}-web-1  Removing"),
        format!("Container {project}-web-1  Removed"),
        format!("Network {project}_default  Removing"),
        format!("Network {project}_default  Removed"),
    ] {
        assert!(said.contains(&expected), "{expected:?} is missing: {outcome}");
    }
}

#[test]
fn wait_says_what_is_healthy() {
    let scenario =
        Scenario::new("services: { web: { image: IMAGE, healthcheck: { test: [CMD, 'true'], interval: 200ms } } }");
    let outcome = scenario.ado("up --wait").succeeds();
    assert!(lines(&outcome).contains(&format!("Container {}-web-1  Healthy", scenario.project())), "{outcome}");
}

#[test]
fn volumes_are_said_too() {
    let scenario =
        Scenario::new("{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }");
    let outcome = scenario.ado("up -d").succeeds();
    assert!(
        outcome.output().contains(&format!("{}_data\"  Created", scenario.project()))
            || outcome.output().contains(&format!("{}_data  Created", scenario.project())),
        "{outcome}"
    );
}

#[test]
fn progress_goes_to_the_standard_error() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("up -d").succeeds();
    assert_eq!(outcome.stdout(), "", "{outcome}");
}

#[test]
fn quiet_progress_says_nothing() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("--progress quiet up -d").succeeds();
    assert_eq!(outcome.output().trim(), "", "{outcome}");
}

#[test]
fn json_progress_is_one_object_a_line() {
    let scenario = Scenario::new(WEB);
    let outcome = scenario.ado("--progress json up -d").succeeds();
    let events: Vec<serde_json::Value> = outcome
        .stderr()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line:?} is no JSON")))
        .collect();
    let name = format!("Container {}-web-1", scenario.project());
    assert!(events.iter().any(|event| event["id"] == name && event["status"] == "Started"), "{outcome}");
}

#[test]
fn events_are_one_json_object_a_line() {
    let scenario = Scenario::new(WEB);
    let events = scenario.call("events --json").start();
    let service = || scenario.call("up -d --force-recreate").run().succeeds();
    crate::support::until("the events flow", || {
        service();
        events.output().contains("\"start\"")
    });
    let first = events.output().lines().next().unwrap_or_default().to_owned();
    let event: serde_json::Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("{first:?} is no JSON"));
    assert_eq!(event["type"], "container");
    assert_eq!(event["service"], "web");
}
