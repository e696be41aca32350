//! What `--wait` promises beyond Compose.

use crate::support::Scenario;

#[test]
fn a_disabled_health_check_is_not_waited_for() {
    let scenario = Scenario::new("services: { web: { image: PROJECT-app, healthcheck: { disable: true } } }");
    scenario.image("app", &["HEALTHCHECK CMD false"]);
    scenario.ado("up --wait").succeeds();
    assert_eq!(scenario.container("web").at("/State/Health"), &serde_json::Value::Null);
}

#[test]
fn an_expired_wait_timeout_fails() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, healthcheck: { test: [CMD, 'false'], interval: 10s, retries: 50 } } }",
    );
    scenario.ado("up --wait --wait-timeout 1").exits(1);
}
