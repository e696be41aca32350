//! `ps`, `ls`, `images`, `top`: lists for people and for scripts.

use crate::support::{Scenario, until};

const TWO: &str = "services: { web: { image: IMAGE, scale: 2, ports: ['80'] }, api: { image: IMAGE } }";

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn ps_has_a_head_and_one_row_a_container() {
    let outcome = up(TWO).ado("ps").succeeds();
    let text = outcome.stdout();
    let head: Vec<&str> = text.lines().next().unwrap_or_default().split_whitespace().collect();
    assert_eq!(head, ["NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS"]);
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn ps_prints_one_json_object_a_line() {
    let scenario = up(TWO);
    let rows = scenario.ado("ps --format json").succeeds().json_lines();
    assert_eq!(rows.len(), 3);
    let web =
        rows.iter().find(|row| row["Name"] == format!("{}-web-1", scenario.project())).expect("the first replica");
    assert_eq!(web["Service"], "web");
    assert_eq!(web["Project"], scenario.project());
    assert_eq!(web["State"], "running");
    assert_eq!(web["ExitCode"], 0);
    assert_eq!(web["Publishers"][0]["TargetPort"], 80);
    assert!(web["Publishers"][0]["PublishedPort"].as_u64().is_some_and(|port| port > 0));
    assert!(web["Status"].as_str().is_some_and(|status| status.starts_with("Up")));
    assert_eq!(web["Image"], "ado-scenario");
}

#[test]
fn ps_quiet_prints_the_ids() {
    let scenario = up(TWO);
    let mut ids: Vec<String> = scenario.everything().iter().map(|one| one.id().to_owned()).collect();
    ids.sort();
    assert_eq!(sorted(&scenario.ado("ps -q").succeeds().stdout()), ids);
}

#[test]
fn ps_services_prints_their_names() {
    assert_eq!(sorted(&up(TWO).ado("ps --services").succeeds().stdout()), ["api", "web"]);
}

#[test]
fn ps_takes_a_template() {
    let scenario = up(TWO);
    let outcome = scenario.ado("ps --format '{{.Service}} {{.State}}'").succeeds();
    assert_eq!(sorted(&outcome.stdout()), ["api running", "web running", "web running"]);
}

#[test]
fn ps_of_a_service_shows_its_replicas() {
    assert_eq!(up(TWO).ado("ps -q web").succeeds().stdout().lines().count(), 2);
}

#[test]
fn ps_shows_stopped_containers_only_with_all() {
    let scenario = up(TWO);
    scenario.ado("stop api").succeeds();
    assert_eq!(scenario.ado("ps -q").succeeds().stdout().lines().count(), 2);
    assert_eq!(scenario.ado("ps -a -q").succeeds().stdout().lines().count(), 3);
}

#[test]
fn ps_filters_by_status() {
    let scenario = up(TWO);
    scenario.ado("stop api").succeeds();
    let rows = scenario.ado("ps -a --status exited --format json").succeeds().json_lines();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["Service"], "api");
    assert_eq!(scenario.ado("ps --filter status=running -q").succeeds().stdout().lines().count(), 2);
}

#[test]
fn ps_shows_the_health() {
    let scenario =
        Scenario::new("services: { web: { image: IMAGE, healthcheck: { test: [CMD, 'true'], interval: 200ms } } }");
    scenario.ado("up --wait").succeeds();
    until("the Engine has probed it too", || scenario.container("web").text("/State/Health/Status") == "healthy");
    let rows = scenario.ado("ps --format json").succeeds().json_lines();
    assert_eq!(rows[0]["Health"], "healthy");
    assert!(rows[0]["Status"].as_str().is_some_and(|status| status.ends_with("(healthy)")));
}

#[test]
fn ps_of_nothing_prints_a_head_and_succeeds() {
    let outcome = Scenario::new(TWO).ado("ps").succeeds();
    assert_eq!(outcome.stdout().lines().count(), 1);
}

#[test]
fn ls_lists_the_project_with_its_state_and_files() {
    let scenario = up(TWO);
    let rows = scenario.ado("ls --format json").succeeds().json();
    let row = rows.as_array().into_iter().flatten().find(|row| row["Name"] == scenario.project()).expect("the project");
    assert_eq!(row["Status"], "running(3)");
    assert_eq!(row["ConfigFiles"], scenario.path("compose.yaml").display().to_string());
}

#[test]
fn ls_shows_stopped_projects_only_with_all() {
    let scenario = up("services: { web: { image: IMAGE } }");
    scenario.ado("stop").succeeds();
    scenario.ado("ls -q").succeeds().says_nothing_of(scenario.project());
    scenario.ado("ls -a -q").succeeds().says(scenario.project());
}

#[test]
fn images_lists_one_row_a_container() {
    let scenario = up(TWO);
    let rows = scenario.ado("images --format json").succeeds().json();
    let rows = rows.as_array().expect("a list");
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["Repository"] == "ado-scenario" && row["Tag"] == "latest"));
}

#[test]
fn images_quiet_prints_the_image_ids() {
    let scenario = up("services: { web: { image: IMAGE } }");
    let said = scenario.ado("images -q").succeeds().stdout();
    let image = scenario.container("web").text("/Image").trim_start_matches("sha256:").to_owned();
    assert!(said.trim().trim_start_matches("sha256:").starts_with(&image[..12]), "{said}");
}

#[test]
fn top_shows_the_processes() {
    let scenario = up("services: { web: { image: IMAGE, command: sleep 4321 } }");
    scenario.ado("top").succeeds().says("sleep 4321").says("web");
}

#[test]
fn version_has_a_short_form() {
    let scenario = Scenario::new(TWO);
    let said = scenario.ado("version --short").succeeds().stdout();
    assert!(said.trim().split('.').count() >= 3 && !said.trim().contains(' '), "{said}");
}
