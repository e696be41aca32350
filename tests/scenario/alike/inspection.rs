//! `config`, `volumes` and the name `docker-compose`.

use crate::support::Scenario;

#[test]
fn config_prints_the_resolved_manifest_as_json() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['8080:80'] } }");
    let config = scenario.ado("config --format json").succeeds().json();
    assert_eq!(config["name"], scenario.project());
    assert_eq!(config["services"]["web"]["ports"][0]["target"], 80);
    assert_eq!(config["services"]["web"]["ports"][0]["published"], "8080");
}

#[test]
fn config_lists_services_volumes_images_and_profiles() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, volumes: ['data:/data'] }, api: { image: IMAGE, profiles: [debug] } }, volumes: { data: } }",
    );
    assert_eq!(scenario.ado("config --services").succeeds().stdout(), "web\n");
    assert_eq!(scenario.ado("config --volumes").succeeds().stdout(), "data\n");
    assert_eq!(scenario.ado("config --images").succeeds().stdout(), "ado-scenario\n");
    assert_eq!(scenario.ado("config --profiles").succeeds().stdout(), "debug\n");
}

#[test]
fn config_quiet_only_checks() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    assert_eq!(scenario.ado("config -q").succeeds().output(), "");
    scenario.manifest("services: { web: { image: [] } }");
    scenario.ado("config -q").fails();
}

#[test]
fn volumes_lists_the_projects_volumes() {
    let scenario =
        Scenario::new("{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.ado("volumes -q").succeeds().stdout().trim(), format!("{}_data", scenario.project()));
}

#[test]
fn an_unknown_command_fails_with_usage() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("frobnicate").fails().says("frobnicate");
}

#[test]
fn stats_prints_one_json_object_a_container() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let rows = scenario.ado("stats --no-stream --format json").succeeds().json_lines();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["Name"], scenario.container("web").name());
}
