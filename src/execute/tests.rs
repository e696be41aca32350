use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::schedule::Schedule;
use super::slots::{Kind, Slots};
use super::{Holder, ProjectLock};
use crate::names::{NetworkName, ProjectName};
use crate::observed::Observed;
use crate::plan::{Action, Cause, Plan, StepId, UpPolicy, up};
use crate::project::testing::project;

fn action(name: &str) -> Action {
    let name = NetworkName::new(name).expect("a name");
    Action::CreateNetwork { key: name.clone(), name }
}

/// `a` → `b` → `c`, `a` → `d` (optional) → `e`, and `f` alone.
fn plan() -> (Plan, [StepId; 6]) {
    let mut plan = Plan::default();
    let root = plan.push(action("a"), vec![], Cause::Missing);
    let middle = plan.push(action("b"), vec![root], Cause::Missing);
    let leaf = plan.push(action("c"), vec![middle], Cause::Missing);
    let optional = plan.push_optional(action("d"), vec![root], Cause::Missing);
    let after = plan.push(action("e"), vec![optional], Cause::Missing);
    let alone = plan.push(action("f"), vec![], Cause::Missing);
    (plan, [root, middle, leaf, optional, after, alone])
}

fn take_all(schedule: &mut Schedule<'_>) -> Vec<StepId> {
    std::iter::from_fn(|| schedule.take(|_| true)).collect()
}

#[test]
fn a_step_begins_when_all_before_it_are_done() {
    let (plan, [root, middle, leaf, optional, _, alone]) = plan();
    let mut schedule = Schedule::new(&plan);
    assert_eq!(take_all(&mut schedule), [root, alone]);
    schedule.done(alone);
    assert_eq!(take_all(&mut schedule), []);
    schedule.done(root);
    assert_eq!(take_all(&mut schedule), [middle, optional]);
    schedule.done(middle);
    assert_eq!(take_all(&mut schedule), [leaf]);
    assert_eq!(schedule.running().collect::<Vec<_>>(), [leaf, optional]);
}

#[test]
fn a_failure_skips_those_that_wait_for_it_and_nobody_else() {
    let (plan, [root, middle, leaf, _, after, alone]) = plan();
    let mut schedule = Schedule::new(&plan);
    take_all(&mut schedule);
    schedule.done(root);
    take_all(&mut schedule);
    assert_eq!(schedule.failed(middle), [(leaf, middle)]);
    assert_eq!(schedule.waiting().collect::<Vec<_>>(), [after]);
    schedule.done(alone);
    assert_eq!(take_all(&mut schedule), []);
}

#[test]
fn those_that_wait_for_an_optional_step_go_on_when_it_fails_or_is_skipped() {
    let (plan, [root, middle, leaf, optional, after, _]) = plan();
    let mut failing = Schedule::new(&plan);
    take_all(&mut failing);
    failing.done(root);
    take_all(&mut failing);
    assert_eq!(failing.failed(optional), []);
    assert_eq!(take_all(&mut failing), [after]);
    let mut skipping = Schedule::new(&plan);
    take_all(&mut skipping);
    let skipped: BTreeSet<_> = skipping.failed(root).into_iter().map(|(step, _)| step).collect();
    assert_eq!(skipped, BTreeSet::from([middle, leaf, optional]));
    assert_eq!(take_all(&mut skipping), [after]);
}

#[test]
fn only_starts_that_can_collide_wait_for_each_other() {
    let project = project(&json!({"services": {
        "ranged": {"image": "x", "ports": [{"target": 80, "published": "8000-8010"}]},
        "free": {"image": "x", "ports": [{"target": 80}]},
    }}));
    let mut observed = Observed::default();
    for service in project.services.values() {
        let id = crate::names::ImageId::new("sha256:1").expect("an id");
        let image = crate::observed::Image { id, volumes: BTreeSet::new(), health_check: false, age: None };
        observed.images.insert(service.image.clone(), image);
    }
    let plan = up(&project, &observed, &UpPolicy::default()).expect("a plan");
    let ids: Vec<StepId> = plan.steps().map(|(id, _)| id).collect();
    let kinds: Vec<Kind> = plan.steps().map(|(_, step)| Kind::of(&project, step)).collect();
    assert_eq!(kinds, [Kind::Request, Kind::RangedStart, Kind::Request, Kind::Request]);
    let mut slots = Slots::new(2);
    slots.enter(ids[1], Kind::RangedStart);
    assert!(!slots.has_room(Kind::RangedStart) && slots.has_room(Kind::Request));
    slots.enter(ids[0], Kind::Request);
    assert!(!slots.has_room(Kind::Request) && slots.has_room(Kind::Condition));
    slots.leave(ids[1], Kind::RangedStart);
    assert!(slots.has_room(Kind::RangedStart));
}

#[tokio::test]
async fn a_stop_that_takes_long_makes_room_for_others() {
    let (_, ids) = plan();
    let mut slots = Slots::new(1);
    slots.enter(ids[0], Kind::Process);
    assert!(!slots.has_room(Kind::Process) && !slots.has_room(Kind::Removal) && slots.has_room(Kind::Request));
    let begun = std::time::Instant::now();
    slots.one_lasts().await;
    assert!(begun.elapsed() >= std::time::Duration::from_millis(400), "a short stop makes no room for more");
    assert!(slots.has_room(Kind::Process));
    slots.enter(ids[1], Kind::Process);
    slots.leave(ids[0], Kind::Process);
    assert!(!slots.has_room(Kind::Removal));
    slots.leave(ids[1], Kind::Process);
    assert!(slots.has_room(Kind::Removal));
}

#[tokio::test]
async fn the_second_run_waits_and_is_told_for_whom() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = ProjectName::new("demo").expect("a name");
    let lock = |command| ProjectLock::acquire(folder.path(), ("unix:///engine", &name), command, unexpected);
    let first = lock("ado up").await.expect("the lock");
    let (said, heard) = tokio::sync::oneshot::channel();
    let waits = move |holder: &Holder| said.send(holder.clone()).expect("somebody listens");
    let second = ProjectLock::acquire(folder.path(), ("unix:///engine", &name), "ado down", waits);
    let release = async {
        let holder = heard.await.expect("the second waits");
        drop(first);
        holder
    };
    let both = async { tokio::join!(second, release) };
    let (second, holder) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("the second goes on");
    assert_eq!(holder.to_string(), format!("`ado up` (pid {})", std::process::id()));
    drop(second.expect("the lock"));
    let other = ProjectLock::acquire(folder.path(), ("unix:///other", &name), "ado up", unexpected).await;
    assert!(other.is_ok());
}

fn unexpected(holder: &Holder) {
    panic!("nobody holds it, not even {holder}");
}
