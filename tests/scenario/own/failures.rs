//! What goes wrong on the way up: the reason is shown, the exit code is 1, and nothing is half done.

use crate::support::{Scenario, until};

#[test]
fn a_missing_image_is_named_before_anything_is_made() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, volumes: ['data:/data'] }, api: { image: PROJECT-nowhere, pull_policy: never } }, volumes: { data: } }",
    );
    scenario.ado("up -d").exits(1).says("nowhere").says("api");
    assert!(scenario.replicas("api").is_empty());
}

#[test]
fn a_failing_build_shows_the_failing_steps_output() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nRUN echo first\nRUN echo the-reason-why; exit 9\n");
    scenario.ado("up -d").exits(1).says("the-reason-why").says("web");
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_container_that_exits_at_once_shows_its_last_lines() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo no licence key; exit 3' } }");
    scenario.ado("up -d --wait").exits(1).says("no licence key").says("3");
}

#[test]
fn a_dependency_that_fails_shows_its_last_lines() {
    let scenario = Scenario::new(
        "services:
  web: { image: IMAGE, depends_on: { setup: { condition: service_completed_successfully } } }
  setup: { image: IMAGE, command: sh -c 'echo no licence key; exit 3' }",
    );
    scenario.ado("up -d").exits(1).says("no licence key").says("setup");
    assert!(!scenario.container("web").is_running());
}

#[test]
fn a_health_check_that_never_succeeds_shows_its_output() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, healthcheck: { test: [CMD, sh, -c, 'echo still warming; exit 1'], interval: 200ms, retries: 100 } } }",
    );
    scenario.ado("up -d --wait --wait-timeout 2").exits(1).says("still warming").says("web");
}

#[test]
fn independent_services_come_up_although_one_fails() {
    let scenario =
        Scenario::new("services: { good: { image: IMAGE }, bad: { image: IMAGE, command: /no/such/program } }");
    scenario.ado("up -d").exits(1).says("/no/such/program").says("bad");
    assert!(scenario.container("good").is_running());
}

#[test]
fn an_engine_that_is_not_there_is_said_with_the_next_step() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    let outcome = scenario.call("up -d").env("DOCKER_HOST", "unix:///nowhere/docker.sock").run().exits(1);
    outcome.says("/nowhere/docker.sock").says_nothing_of("panicked");
}

#[test]
fn an_address_of_an_engine_that_cannot_be_right_is_said() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.call("ps").env("DOCKER_HOST", "gopher://somewhere").run().fails().says("gopher");
}

#[test]
fn a_remote_engine_that_is_not_there_is_said_with_its_address() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.call("ps").env("DOCKER_HOST", "tcp://127.0.0.1:9").run().exits(1).says("127.0.0.1:9");
}

#[test]
fn a_full_output_is_an_error_and_no_panic() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'seq 100000; exec idle' } }");
    scenario.ado("up -d").succeeds();
    until("there is something to show", || scenario.logs("web").contains("100000"));
    for line in ["logs", "ps", "config"] {
        scenario.shell(&format!("$ADO {line} > /dev/full")).run().exits(1).says_nothing_of("panicked");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'seq 100000; exec idle' } }");
    scenario.ado("up -d").succeeds();
    scenario.shell("$ADO logs | head -n 1").run().succeeds().says_nothing_of("panicked");
}
