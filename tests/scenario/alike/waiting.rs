//! `up --wait` returns when everything is ready, or fails.

use crate::support::Scenario;

#[test]
fn wait_returns_when_the_service_is_healthy() {
    let scenario = Scenario::new(
        "services:
  web:
    image: IMAGE
    command: sh -c 'sleep 1; touch /ready; exec idle'
    healthcheck: { test: [CMD, test, -f, /ready], interval: 200ms, retries: 50 }",
    );
    scenario.ado("up --wait").succeeds();
    assert_eq!(scenario.inside("web", &["ls", "/ready"]).trim(), "/ready");
}

#[test]
fn wait_returns_when_a_service_without_a_health_check_runs() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up --wait").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn wait_fails_when_the_service_is_unhealthy() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 100ms, retries: 2 } } }",
    );
    scenario.ado("up --wait").exits(1).says("unhealthy");
}

#[test]
fn wait_fails_when_the_service_exits_with_an_error() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sh -c 'exit 3' } }");
    scenario.ado("up --wait").exits(1);
}
