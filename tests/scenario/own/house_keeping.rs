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

const ENVIRONMENT: &str = "services:
  web: { build: { dockerfile_inline: \"FROM IMAGE\\nRUN cat /proc/sys/kernel/random/uuid > /id\" }, volumes: ['data:/data'] }
volumes: { data: }";

#[test]
fn clean_with_a_project_takes_its_unused_image_and_nothing_of_others() {
    let scenario = Scenario::new(ENVIRONMENT);
    let other = scenario.other_project();
    scenario.ado("build").succeeds();
    scenario.ado(&format!("-p {other} build")).succeeds();
    let image = |project: &str| scenario.engine().get(&format!("/images/{project}-web:latest/json"));
    scenario.ado(&format!("-p {} clean --yes", scenario.project())).succeeds().says("Removed 1 of 1");
    assert!(image(scenario.project()).is_none());
    assert!(image(&other).is_some());
    scenario.ado(&format!("-p {other} clean --yes")).succeeds();
    assert!(image(&other).is_none());
}

#[test]
fn clean_keeps_what_runs_whatever_is_asked_for() {
    let scenario = Scenario::new(ENVIRONMENT);
    scenario.ado("up -d").succeeds();
    let clean = format!("-p {} clean --yes --dead --volumes", scenario.project());
    scenario.ado(&clean).succeeds().says("Nothing to clean");
    scenario.ado("pause").succeeds();
    scenario.ado(&clean).succeeds().says("Nothing to clean");
    scenario.ado("unpause").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn clean_dead_takes_containers_and_networks_of_what_ended_and_leaves_its_data() {
    let scenario = Scenario::new(ENVIRONMENT);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo note > /data/note; head -c 300000 /dev/zero > /own"]);
    scenario.ado("stop").succeeds();
    let shown = scenario.ado(&format!("-p {} clean --dead --dry-run", scenario.project())).succeeds();
    let container = format!("{}-web-1", scenario.project());
    let line = shown.stdout().lines().find(|line| line.contains(&container)).map(str::to_owned).unwrap_or_default();
    assert!(line.starts_with("container") && line.ends_with("300kB"), "{shown}");
    assert_eq!(scenario.everything().len(), 1, "a dry run removes nothing");
    scenario.ado(&format!("-p {} clean --dead --yes", scenario.project())).succeeds().says("Removed 3 of 3");
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_some());
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "note\n");
}

#[test]
fn clean_volumes_shows_their_size_and_wants_consent() {
    let scenario = Scenario::new(ENVIRONMENT);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "head -c 300000 /dev/zero > /data/file"]);
    scenario.ado("down --rmi local").succeeds();
    let clean = format!("-p {} clean --volumes", scenario.project());
    let asked = scenario.ado(&clean).exits(2).says("the data in 1 volume");
    let volume = format!("{}_data", scenario.project());
    let line = asked.stdout().lines().find(|line| line.contains(&volume)).map(str::to_owned).unwrap_or_default();
    assert!(line.starts_with("volume") && line.ends_with("300kB"), "{asked}");
    assert!(scenario.volume("data").is_some());
    scenario.ado(&format!("{clean} --yes")).succeeds();
    assert!(scenario.volume("data").is_none());
}

#[test]
fn clean_build_cache_takes_the_copies_of_a_projects_own_directories() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nCOPY large /large\n");
    scenario.file("large", &"a".repeat(400_000));
    scenario.ado("build").succeeds();
    let clean = format!("-p {} clean --build-cache", scenario.project());
    let copy = format!("context-of-{}", scenario.project());
    let kept = || {
        let usage = scenario.engine().get("/system/df").expect("what is on the disk");
        let all = usage["BuildCache"].as_array().cloned().unwrap_or_default();
        all.iter().any(|one| one["Description"].as_str().is_some_and(|text| text.ends_with(&copy)))
    };
    if !kept() {
        let usage = scenario.engine().get("/system/df").expect("what is on the disk").to_string();
        assert!(usage.contains("local source for context\""), "{usage}");
        #[expect(clippy::print_stderr, reason = "the reason of a skip belongs on the test's output")]
        {
            eprintln!("skipped: this Engine's builder gives one name to the sources of all projects");
        }
        return;
    }
    let shown = scenario.ado(&format!("{clean} --dry-run")).succeeds().says("build cache").says(&copy);
    let own = |line: &str| line.contains(scenario.project()) || line.starts_with("KIND");
    assert!(shown.stdout().lines().all(own), "something of another project is shown: {shown}");
    scenario.ado(&format!("{clean} --yes")).succeeds();
    assert!(!kept());
    scenario.ado("build").succeeds();
    scenario.ado(&format!("{clean}=all --yes")).exits(2).says("the whole Engine");
}
