use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::{name, running, society};
use crate::names::ServiceName;
use crate::observed::State;
use crate::plan::testing::World;
use crate::plan::{Error, Scope, kill, pause, remove, restart, slowest_chain, start, stop, unpause};
use crate::project::Project;

fn scope<'a>(project: &'a Project, world: &'a World, named: &'a BTreeSet<ServiceName>) -> Scope<'a> {
    Scope { project, observed: &world.observed, named }
}

#[test]
fn stop_and_start_respect_the_dependencies() {
    let (project, mut world) = running(&society());
    let all = BTreeSet::new();
    let plan = stop(scope(&project, &world, &all), Some(Duration::from_secs(3)));
    insta::assert_snapshot!(plan, @r"
    [] → 1        stop container demo-portal-1  (asked for)
    [1] → 2        stop container demo-db-1  (asked for)
    ");
    world.execute(&project, &plan);
    // Told once more, so that it is shown as stopped; nothing waits for hooks or a grace period then.
    assert_eq!(stop(scope(&project, &world, &all), None).steps().count(), 2);
    let plan = start(scope(&project, &world, &all), false).expect("a plan");
    insta::assert_snapshot!(plan, @r"
    [] → 1        start container demo-db-1  (is not running)
    [1] → 2        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [2] → 3        start container demo-portal-1  (is not running)
    ");
    world.execute(&project, &plan);
    assert!(start(scope(&project, &world, &all), false).expect("a plan").is_empty());
}

#[test]
fn a_service_without_container_cannot_be_started() {
    let (project, mut world) = running(&society());
    world.observed.containers.retain(|container| container.service != name("db"));
    let error = start(scope(&project, &world, &BTreeSet::new()), false).expect_err("no container");
    assert_eq!(error, Error::NothingToStart { service: name("db") });
}

#[test]
fn a_restart_takes_along_those_who_ask_for_it() {
    let mut tree = society();
    tree["services"]["portal"]["depends_on"]["db"]["restart"] = json!(true);
    let (project, world) = running(&tree);
    let named = BTreeSet::from([name("db")]);
    insta::assert_snapshot!(restart(scope(&project, &world, &named), None, true), @r"
    [] → 1        restart container demo-db-1  (asked for)
    [1] → 2        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [1,2] → 3        restart container demo-portal-1  (asked for)
    ");
    insta::assert_snapshot!(restart(scope(&project, &world, &named), None, false), @"[] → 1        restart container demo-db-1  (asked for)");
}

#[test]
fn signals_freezing_and_removal_reach_only_containers_in_the_right_state() {
    let (project, mut world) = running(&society());
    let all = BTreeSet::new();
    insta::assert_snapshot!(pause(scope(&project, &world, &all)), @r"
    [] → 1        pause container demo-db-1  (asked for)
    [] → 2        pause container demo-portal-1  (asked for)
    ");
    world.container_mut("demo-db-1").state = State::Paused;
    world.container_mut("demo-portal-1").state = State::Exited(0);
    let scope = scope(&project, &world, &all);
    let text = format!("{}{}{}", unpause(scope), kill(scope, "SIGHUP"), remove(scope, true));
    insta::assert_snapshot!(text, @r"
    [] → 1        unpause container demo-db-1  (asked for)
    [] → 1        send SIGHUP to container demo-db-1  (asked for)
    [] → 1        remove container demo-portal-1 and its anonymous volumes  (asked for)
    ");
}

#[test]
fn the_slowest_chain_adds_up_the_steps_of_a_service() {
    let project = crate::project::testing::project(&society());
    let plan = super::planned(&project, &World::with_images(&project), &crate::plan::UpPolicy::default());
    let took: BTreeMap<_, _> = plan.steps().map(|(id, _)| (id, Duration::from_millis(100))).collect();
    let chain: Vec<String> = slowest_chain(&plan, &took).iter().map(ToString::to_string).collect();
    assert_eq!(chain.join(" → "), "create volume demo_data 0.1 s → db 0.3 s → portal 0.1 s");
}
