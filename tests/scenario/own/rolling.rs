//! `deploy.update_config.order: start-first`.

use crate::support::{Scenario, until};

/// A service that writes down when it starts and when it is told to stop.
fn manifest(mode: &str, order: &str) -> String {
    format!(
        "services:
  web:
    image: IMAGE
    environment: {{ MODE: {mode} }}
    volumes: ['data:/data']
    command: sh -c 'trap \"echo stop >> /data/order; exit 0\" TERM; echo start >> /data/order; while :; do sleep 0.1; done'
    deploy: {{ update_config: {{ order: {order} }} }}
volumes: {{ data: }}"
    )
}

fn order_of_recreation(order: &str) -> String {
    let scenario = Scenario::new(&manifest("one", order));
    scenario.ado("up -d").succeeds();
    until("the first has started", || scenario.inside("web", &["cat", "/data/order"]) == "start\n");
    scenario.manifest(&manifest("two", order));
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    assert_eq!(web.name(), format!("{}-web-1", scenario.project()));
    until("the second has started", || scenario.inside("web", &["cat", "/data/order"]).matches("start").count() == 2);
    scenario.inside("web", &["cat", "/data/order"])
}

#[test]
fn stop_first_stops_the_old_container_before_the_new_one_starts() {
    assert_eq!(order_of_recreation("stop-first"), "start\nstop\nstart\n");
}

#[test]
fn start_first_starts_the_new_container_before_the_old_one_stops() {
    assert_eq!(order_of_recreation("start-first"), "start\nstart\nstop\n");
}
