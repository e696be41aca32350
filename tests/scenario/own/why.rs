//! `why`: the reason that a service is not as it should be.

use crate::support::{Scenario, until};

#[test]
fn why_shows_the_exit_code_and_the_last_lines() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'echo no licence key; exit 3' } }");
    scenario.ado("up -d");
    until("the service has ended", || scenario.container("web").status() == "exited");
    scenario.ado("why web").says("3").says("no licence key");
}

#[test]
fn why_shows_the_signal() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("kill").succeeds();
    scenario.ado("why web").says("SIGKILL");
}

#[test]
fn why_shows_what_the_health_check_said() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, healthcheck: { test: [CMD, sh, -c, 'echo still warming; exit 1'], interval: 200ms, retries: 1 } } }",
    );
    scenario.ado("up -d").succeeds();
    until("it is unhealthy", || scenario.container("web").text("/State/Health/Status") == "unhealthy");
    scenario.ado("why web").says("unhealthy").says("still warming");
}

#[test]
fn why_of_a_service_that_runs_says_so() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("why web").succeeds().says("runs");
}
