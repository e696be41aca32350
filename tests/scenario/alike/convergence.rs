//! `up` brings what runs to what the manifest says, and touches nothing else.

use crate::support::Scenario;

const WEB: &str = "services: { web: { image: IMAGE } }";

#[test]
fn an_unchanged_service_is_not_recreated() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.ado("up -d").succeeds();
    let after = scenario.container("web");
    assert_eq!(before.id(), after.id());
    assert_eq!(before.started_at(), after.started_at());
}

#[test]
fn a_changed_environment_recreates_the_service() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, environment: { MODE: one } } }");
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.manifest("services: { web: { image: IMAGE, environment: { MODE: two } } }");
    scenario.ado("up -d").succeeds();
    let after = scenario.container("web");
    assert_ne!(before.id(), after.id());
    assert_eq!(after.environment("MODE"), Some("two"));
    assert_eq!(before.name(), after.name());
}

#[test]
fn only_the_changed_service_is_recreated() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let (web, api) = (scenario.container("web"), scenario.container("api"));
    scenario.manifest("services: { web: { image: IMAGE }, api: { image: IMAGE, hostname: other } }");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").id(), web.id());
    assert_ne!(scenario.container("api").id(), api.id());
}

#[test]
fn a_new_image_under_the_same_name_recreates_the_service() {
    let scenario = Scenario::new("services: { web: { image: PROJECT-app } }");
    scenario.image("app", &["ENV RELEASE=1"]);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.image("app", &["ENV RELEASE=2"]);
    scenario.ado("up -d").succeeds();
    let after = scenario.container("web");
    assert_ne!(before.id(), after.id());
    assert_eq!(after.environment("RELEASE"), Some("2"));
}

#[test]
fn a_stopped_service_is_started_again_and_not_recreated() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.ado("stop").succeeds();
    scenario.ado("up -d").succeeds();
    let after = scenario.container("web");
    assert_eq!(before.id(), after.id());
    assert!(after.is_running());
}

#[test]
fn a_removed_container_is_made_again() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 2 } }");
    scenario.ado("up -d").succeeds();
    let before = scenario.replicas("web");
    scenario.engine().delete(&format!("/containers/{}?force=1", before[0].id()));
    scenario.ado("up -d").succeeds();
    let after = scenario.replicas("web");
    assert_eq!(after.len(), 2);
    assert!(after.iter().any(|one| one.id() == before[1].id()), "the replica that was left is kept");
}

#[test]
fn a_service_named_on_the_command_line_comes_up_alone() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("up -d api").succeeds();
    assert!(scenario.container("api").is_running());
    assert!(scenario.replicas("web").is_empty());
}

#[test]
fn a_service_brings_its_dependencies_up() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE }, other: { image: IMAGE } }",
    );
    scenario.ado("up -d web").succeeds();
    assert!(scenario.container("db").is_running());
    assert!(scenario.replicas("other").is_empty());
}

#[test]
fn no_deps_leaves_the_dependencies_alone() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d --no-deps web").succeeds();
    assert!(scenario.container("web").is_running());
    assert!(scenario.replicas("db").is_empty());
}

#[test]
fn no_start_creates_and_does_not_start() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up --no-start").succeeds();
    assert_eq!(scenario.container("web").status(), "created");
}

#[test]
fn create_creates_and_does_not_start() {
    let scenario = Scenario::new(WEB);
    scenario.ado("create").succeeds();
    assert_eq!(scenario.container("web").status(), "created");
    assert!(scenario.network("default").is_some());
}

#[test]
fn a_missing_image_fails_and_names_the_service_or_image() {
    let scenario = Scenario::new("services: { web: { image: 'PROJECT-nowhere', pull_policy: never } }");
    scenario.ado("up -d").exits(1).says("nowhere");
    assert!(scenario.replicas("web").is_empty());
}
