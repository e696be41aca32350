use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;

use super::{name, planned, running, society};
use crate::plan::testing::World;
use crate::plan::{Action, Bases, Error, ImagePolicy, Refresh, UpPolicy, refresh, up};
use crate::project::testing::project;

#[test]
fn from_nothing_everything_is_made_and_dependents_are_created_while_dependencies_start() {
    let project = project(&society());
    let plan = planned(&project, &World::with_images(&project), &UpPolicy::default());
    insta::assert_snapshot!(plan, @r"
    [] → 1        create network demo_default  (does not exist)
    [] → 2        create volume demo_data  (does not exist)
    [1,2] → 3        create container demo-db-1  (does not exist)
    [3] → 4        start container demo-db-1  (does not exist)
    [1] → 5        create container demo-portal-1  (does not exist)
    [4] → 6        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [5,6] → 7        start container demo-portal-1  (does not exist)
    ");
}

#[test]
fn what_is_up_stays_untouched() {
    let (project, world) = running(&society());
    let plan = planned(&project, &world, &UpPolicy { wait: true, ..UpPolicy::default() });
    assert!(plan.is_empty(), "{plan}");
    let kept: Vec<_> = plan.kept.iter().map(|subject| subject.name.as_str()).collect();
    assert_eq!(kept, ["demo-db-1", "demo-portal-1"]);
}

#[test]
fn a_stopped_container_is_started_again_after_what_it_waits_for() {
    let (project, mut world) = running(&society());
    world.container_mut("demo-db-1").state = crate::observed::State::Exited(1);
    world.container_mut("demo-portal-1").state = crate::observed::State::Exited(0);
    insta::assert_snapshot!(planned(&project, &world, &UpPolicy::default()), @r"
    [] → 1        start container demo-db-1  (is not running)
    [1] → 2        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [2] → 3        start container demo-portal-1  (is not running)
    ");
}

#[test]
fn scaling_adds_the_next_numbers_and_takes_away_the_highest() {
    let (project, mut world) = running(&society());
    let scaled = |replicas| UpPolicy { scale: [(name("portal"), replicas)].into(), ..UpPolicy::default() };
    let plan = planned(&project, &world, &scaled(3));
    insta::assert_snapshot!(plan, @r"
    [] → 1        create container demo-portal-2  (replicas: 1 → 3)
    [1] → 2        start container demo-portal-2  (replicas: 1 → 3)
    [] → 3        create container demo-portal-3  (replicas: 1 → 3)
    [3] → 4        start container demo-portal-3  (replicas: 1 → 3)
    ");
    world.execute(&project, &plan);
    insta::assert_snapshot!(planned(&project, &world, &scaled(1)), @r"
    [] → 1        stop container demo-portal-2  (replicas: 3 → 1)
    [1] → 2        remove container demo-portal-2  (replicas: 3 → 1)
    [] → 3        stop container demo-portal-3  (replicas: 3 → 1)
    [3] → 4        remove container demo-portal-3  (replicas: 3 → 1)
    ");
}

#[test]
fn a_fixed_name_has_room_for_one_container() {
    let project = project(&json!({"services": {"web": {"image": "x", "container_name": "web", "scale": 2}}}));
    let error = up(&project, &World::with_images(&project).observed, &UpPolicy::default()).expect_err("two containers");
    assert!(matches!(error, Error::NameForMany { replicas: 2, .. }), "{error}");
}

#[test]
fn an_external_network_or_volume_that_is_missing_is_an_error() {
    let tree = |networks, volumes| {
        project(&json!({
            "services": {"web": {"image": "x", "networks": {"out": null},
                "volumes": [{"type": "volume", "source": "data", "target": "/data"}]}},
            "networks": {"out": networks}, "volumes": {"data": volumes},
        }))
    };
    let external = json!({"name": "there", "external": true});
    let network = tree(external.clone(), json!({}));
    let error = up(&network, &World::with_images(&network).observed, &UpPolicy::default()).expect_err("no network");
    assert_eq!(error.to_string(), "network there declared as external, but could not be found");
    let volume = tree(json!({}), external);
    let error = up(&volume, &World::with_images(&volume).observed, &UpPolicy::default()).expect_err("no volume");
    assert_eq!(error.to_string(), "external volume \"there\" not found");
}

#[test]
fn missing_images_are_pulled_or_built_after_those_they_start_from_and_only_their_users_wait() {
    let project = project(&json!({
        "services": {
            "portal": {"build": {"context": "/portal", "dockerfile_inline": "FROM demo-tryton"}, "image": "portal"},
            "api": {"image": "portal"},
            "tryton": {"build": {"context": "/tryton"}},
            "mail": {"image": "mail"},
            "mail2": {"image": "mail"},
        },
    }));
    let images = ImagePolicy { bases: Bases::read(&project, &|_| None), ..ImagePolicy::default() };
    let policy = UpPolicy { images, ..UpPolicy::default() };
    insta::assert_snapshot!(planned(&project, &World::default(), &policy), @r"
    [] → 1        build image demo-tryton of service tryton  (does not exist)
    [1] → 2        build image portal of service portal  (does not exist)
    [2] → 3        create container demo-portal-1  (does not exist)
    [3] → 4        start container demo-portal-1  (does not exist)
    [2] → 5        create container demo-api-1  (does not exist)
    [5] → 6        start container demo-api-1  (does not exist)
    [1] → 7        create container demo-tryton-1  (does not exist)
    [7] → 8        start container demo-tryton-1  (does not exist)
    [] → 9        pull image mail  (does not exist)
    [9] → 10       create container demo-mail-1  (does not exist)
    [10] → 11       start container demo-mail-1  (does not exist)
    [9] → 12       create container demo-mail2-1  (does not exist)
    [12] → 13       start container demo-mail2-1  (does not exist)
    ");
}

#[test]
fn a_missing_image_that_may_not_be_got_is_an_error() {
    let project = project(&json!({"services": {"web": {"image": "x", "pull_policy": "never"}}}));
    let error = up(&project, &World::default().observed, &UpPolicy::default()).expect_err("no image");
    assert!(matches!(error, Error::ImageMissing { .. }), "{error}");
}

#[test]
fn only_what_must_be_fresh_is_built_or_pulled_although_it_is_there() {
    let project = project(&json!({
        "services": {
            "built": {"build": {"context": "/b"}},
            "always": {"image": "a", "pull_policy": "always"},
            "usual": {"image": "u"},
        },
    }));
    let world = World::with_images(&project);
    let plan = refresh(&project, &world.observed, &ImagePolicy::default()).expect("a plan");
    insta::assert_snapshot!(plan, @"[] → 1        pull image a  (asked for)");
    let policy = ImagePolicy { build: Refresh::Always, pull: Refresh::Never, ..ImagePolicy::default() };
    let plan = refresh(&project, &world.observed, &policy).expect("a plan");
    insta::assert_snapshot!(plan, @"[] → 1        build image demo-built of service built  (asked for)");
}

#[test]
fn an_image_is_pulled_again_when_it_is_older_than_the_policy_says() {
    let project = project(&json!({
        "services": {
            "day": {"image": "d", "pull_policy": "daily"},
            "week": {"image": "w", "pull_policy": "weekly"},
            "hours": {"image": "h", "pull_policy": "every_12h"},
        },
    }));
    let mut world = World::with_images(&project);
    let mut pulled_after = |hours: u64| {
        let age = Some(Duration::from_secs(hours * 3600));
        world.observed.images.values_mut().for_each(|image| image.age = age);
        let plan = refresh(&project, &world.observed, &ImagePolicy::default()).expect("a plan");
        let pulled = |action: &Action| match action {
            Action::Pull { image, .. } => image.to_string(),
            other => panic!("{other:?} is no pull"),
        };
        plan.steps().map(|(_, step)| pulled(&step.action)).collect::<BTreeSet<_>>()
    };
    let these = |images: &[&str]| images.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert!(pulled_after(11).is_empty());
    assert_eq!(pulled_after(13), these(&["h"]));
    assert_eq!(pulled_after(25), these(&["d", "h"]));
    assert_eq!(pulled_after(24 * 8), these(&["d", "h", "w"]));
    world.observed.images.values_mut().for_each(|image| image.age = None);
    assert_eq!(refresh(&project, &world.observed, &ImagePolicy::default()).expect("a plan").steps().count(), 3);
}

#[test]
fn orphans_are_reported_once_and_removed_only_when_asked() {
    let (_, world) = running(&society());
    let mut tree = society();
    tree["services"].as_object_mut().expect("services").remove("portal");
    let project = project(&tree);
    insta::assert_snapshot!(planned(&project, &world, &UpPolicy::default()), @"notice: Found orphan containers ([demo-portal-1]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.");
    let policy = UpPolicy { remove_orphans: true, ..UpPolicy::default() };
    insta::assert_snapshot!(planned(&project, &world, &policy), @r"
    [] → 1        stop container demo-portal-1  (no service of the manifest)
    [1] → 2        remove container demo-portal-1  (no service of the manifest)
    ");
}

#[test]
fn a_dependency_that_is_not_required_stops_nobody() {
    let mut tree = society();
    tree["services"]["portal"]["depends_on"]["db"]["required"] = json!(false);
    let project = project(&tree);
    let policy = UpPolicy { wait: true, ..UpPolicy::default() };
    insta::assert_snapshot!(planned(&project, &World::with_images(&project), &policy), @r"
    [] → 1        create network demo_default  (does not exist)
    [] → 2        create volume demo_data  (does not exist)
    [1,2] → 3        create container demo-db-1  (does not exist)
    [3] → 4        start container demo-db-1  (does not exist)
    [1] → 5        create container demo-portal-1  (does not exist)
    [4] → 6        wait until container demo-db-1 is healthy  (`portal` waits for it, optional)
    [5,6] → 7        start container demo-portal-1  (does not exist)
    [4] → 8        wait until container demo-db-1 is ready  (asked for)
    [7] → 9        wait until container demo-portal-1 is ready  (asked for)
    ");
}

#[test]
fn waiting_for_the_health_of_a_service_without_health_check_is_an_error() {
    let mut tree = society();
    tree["services"]["db"].as_object_mut().expect("a service").remove("healthcheck");
    let project = project(&tree);
    let error = up(&project, &World::with_images(&project).observed, &UpPolicy::default()).expect_err("no check");
    assert!(matches!(error, Error::HealthCheckMissing { .. }), "{error}");
}

#[test]
fn hooks_run_after_the_start_and_before_the_stop() {
    let mut tree = society();
    tree["services"]["db"]["post_start"] = json!([{"command": ["init"]}]);
    tree["services"]["db"]["pre_stop"] = json!([{"command": ["flush"]}]);
    let (project, world) = running(&tree);
    insta::assert_snapshot!(planned(&project, &World::with_images(&project), &UpPolicy::default()), @r"
    [] → 1        create network demo_default  (does not exist)
    [] → 2        create volume demo_data  (does not exist)
    [1,2] → 3        create container demo-db-1  (does not exist)
    [3] → 4        start container demo-db-1  (does not exist)
    [4] → 5        run `init` in container demo-db-1  (does not exist)
    [1] → 6        create container demo-portal-1  (does not exist)
    [5] → 7        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [6,7] → 8        start container demo-portal-1  (does not exist)
    ");
    let policy = UpPolicy { scale: [(name("db"), 0)].into(), ..UpPolicy::default() };
    insta::assert_snapshot!(planned(&project, &world, &policy), @r"
    [] → 1        run `flush` in container demo-db-1  (replicas: 1 → 0)
    [1] → 2        stop container demo-db-1  (replicas: 1 → 0)
    [2] → 3        remove container demo-db-1  (replicas: 1 → 0)
    ");
}

#[test]
fn a_plan_survives_being_written_and_read() {
    let project = project(&society());
    let plan = planned(&project, &World::with_images(&project), &UpPolicy::default());
    let text = serde_json::to_string(&plan).expect("JSON");
    let read: crate::plan::Plan = serde_json::from_str(&text).expect("a plan");
    assert_eq!(read, plan);
    let mut wrong: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    wrong["steps"][0]["after"] = json!([1]);
    let error = serde_json::from_value::<crate::plan::Plan>(wrong).expect_err("a step that waits for a later one");
    assert!(error.to_string().contains("step 1 waits"), "{error}");
}

#[test]
fn the_fingerprint_tells_whether_the_world_has_moved() {
    let (project, mut world) = running(&society());
    let before = planned(&project, &world, &UpPolicy::default()).fingerprint;
    world.container_mut("demo-db-1").status = "Up 3 minutes".to_owned();
    assert_eq!(planned(&project, &world, &UpPolicy::default()).fingerprint, before);
    world.container_mut("demo-db-1").state = crate::observed::State::Exited(0);
    assert_ne!(planned(&project, &world, &UpPolicy::default()).fingerprint, before);
}
