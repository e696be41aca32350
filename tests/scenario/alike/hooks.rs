//! `post_start` and `pre_stop`.

use crate::support::Scenario;

#[test]
fn post_start_runs_in_the_started_container() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, post_start: [{ command: sh -c 'echo $$COLOUR > /started', environment: [COLOUR=blue] }] } }",
    );
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/started"]), "blue\n");
}

#[test]
fn post_start_runs_as_its_user() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, user: guest, post_start: [{ command: sh -c 'id -un > /who', user: root }] } }",
    );
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/who"]), "root\n");
}

#[test]
fn a_failing_post_start_fails_up() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, post_start: [{ command: sh -c 'exit 5' }] } }");
    scenario.ado("up -d").exits(1).says("5");
}

#[test]
fn pre_stop_runs_before_the_container_stops() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, volumes: ['data:/data'], pre_stop: [{ command: touch /data/stopped }] } }, volumes: { data: } }",
    );
    scenario.ado("up -d").succeeds();
    scenario.ado("stop").succeeds();
    scenario.ado("start").succeeds();
    assert_eq!(scenario.inside("web", &["ls", "/data"]), "stopped\n");
}
