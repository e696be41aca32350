//! A plan that cannot lie.

use crate::support::Scenario;

const WEB: &str = "services:\n  web:\n    image: IMAGE\n    environment:\n      MODE: one\n";

#[test]
fn a_plan_changes_nothing_and_exits_with_100_when_asked() {
    let scenario = Scenario::new(WEB);
    scenario.ado("plan").succeeds().says("web");
    scenario.ado("plan --exit-code").exits(100);
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
}

#[test]
fn a_converged_project_has_nothing_to_do() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    scenario.ado("plan --exit-code").exits(0);
}

#[test]
fn a_plan_names_the_cause_and_the_line_behind_it() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    scenario.manifest(&WEB.replace("one", "two"));
    scenario.ado("plan").succeeds().says("environment").says("compose.yaml:");
}

#[test]
fn a_saved_plan_is_applied_as_it_is() {
    let scenario = Scenario::new(WEB);
    let plan = scenario.ado("plan --format json").succeeds();
    std::fs::write(scenario.path("plan.json"), plan.bytes()).expect("the plan can be saved");
    scenario.ado("apply plan.json").succeeds();
    assert!(scenario.container("web").is_running());
    scenario.ado("plan --exit-code").exits(0);
}

#[test]
fn a_saved_plan_is_refused_when_the_world_has_moved() {
    let scenario = Scenario::new(WEB);
    let plan = scenario.ado("plan --format json").succeeds();
    std::fs::write(scenario.path("plan.json"), plan.bytes()).expect("the plan can be saved");
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.ado("apply plan.json").exits(1);
    assert_eq!(scenario.container("web").id(), before.id());
}

#[test]
fn a_dry_run_of_up_shows_the_same_steps() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d --dry-run").succeeds().says("web-1");
    assert!(scenario.everything().is_empty());
}
