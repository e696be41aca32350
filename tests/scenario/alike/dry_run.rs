//! `--dry-run` changes nothing.

use crate::support::Scenario;

const DATA: &str = "{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }";

#[test]
fn a_dry_up_makes_nothing() {
    let scenario = Scenario::new(DATA);
    scenario.ado("--dry-run up -d").succeeds().says("web-1");
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none() && scenario.volume("data").is_none());
}

#[test]
fn a_dry_recreation_touches_nothing() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.ado("--dry-run up -d --force-recreate").succeeds();
    let after = scenario.container("web");
    assert_eq!((before.id(), before.started_at()), (after.id(), after.started_at()));
}

#[test]
fn a_dry_down_removes_nothing() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    scenario.ado("--dry-run down").succeeds();
    assert!(scenario.container("web").is_running());
    assert!(scenario.network("default").is_some());
}

#[test]
fn a_dry_build_builds_nothing() {
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE } } }");
    scenario.ado("--dry-run build").succeeds();
    assert!(scenario.engine().get(&format!("/images/{}-web:latest/json", scenario.project())).is_none());
}
