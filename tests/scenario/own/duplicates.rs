//! Two networks of one name, as a killed run and the next one can make them: nothing can be attached by that name.

use serde_json::json;

use crate::support::{Scenario, until};

const MANIFEST: &str = "services:
  web: { image: IMAGE, depends_on: { db: { condition: service_healthy } } }
  db: { image: IMAGE, healthcheck: { test: [CMD, test, -e, /ready], interval: 100ms, retries: 1000 } }";

/// Makes the project's network once more. Whether that went: Engines of API 1.44 and newer refuse it by themselves.
fn doubles(scenario: &Scenario) -> bool {
    let version = scenario.engine().get("/version").expect("every Engine has a version");
    let minor = version["ApiVersion"].as_str().and_then(|text| text.split_once('.')?.1.parse::<u32>().ok());
    if minor.is_none_or(|minor| minor >= 44) {
        return false;
    }
    let labels = json!({
        "com.docker.compose.project": scenario.project(), "com.docker.compose.network": "default",
    });
    let body = json!({ "Name": format!("{}_default", scenario.project()), "Driver": "bridge", "Labels": labels });
    scenario.engine().post("/networks/create", &body);
    true
}

fn networks(scenario: &Scenario) -> usize {
    scenario.engine().labelled("/networks?", &format!("com.docker.compose.project={}", scenario.project())).len()
}

fn running(scenario: &Scenario) -> usize {
    scenario.everything().iter().filter(|one| one.is_running()).count()
}

#[test]
fn a_second_network_of_the_same_name_goes_and_the_one_in_use_stays() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web").id().to_owned();
    if !doubles(&scenario) {
        return;
    }
    scenario.ado("plan").succeeds().says("left over");
    scenario.ado("up -d --scale web=2").succeeds();
    assert_eq!((networks(&scenario), running(&scenario)), (1, 2));
    assert_eq!(scenario.replicas("web")[0].id(), web);
    assert!(doubles(&scenario));
    scenario.ado("down").succeeds();
    assert_eq!(networks(&scenario), 0);
}

#[test]
fn a_second_network_that_appears_during_a_run_goes_as_well() {
    let scenario = Scenario::new(MANIFEST);
    let up = scenario.call("up -d").start();
    until("the first container runs", || running(&scenario) == 1);
    let made = doubles(&scenario);
    scenario.inside("db", &["touch", "/ready"]);
    up.finish().succeeds();
    assert_eq!((networks(&scenario), running(&scenario)), (1, 2));
    assert_eq!(scenario.ado("plan --exit-code").code(), 0, "made twice: {made}");
}
