use serde_json::json;

use super::{name, planned, running, society};
use crate::names::{ContainerName, ImageRef};
use crate::observed::State;
use crate::plan::{Action, Recreate, UpPolicy};
use crate::project::testing::project;

#[test]
fn a_changed_attribute_is_the_cause_and_has_a_place() {
    let (_, world) = running(&society());
    let mut tree = society();
    tree["services"]["portal"]["environment"]["DEBUG"] = json!("1");
    tree["services"]["portal"]["tty"] = json!(true);
    insta::assert_snapshot!(planned(&project(&tree), &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000006_demo-portal-1  (environment.DEBUG changed, compose.yaml:18; tty changed, compose.yaml:27)
    [1] → 2        stop container demo-portal-1  (environment.DEBUG changed, compose.yaml:18; tty changed, compose.yaml:27)
    [1,2] → 3        remove container demo-portal-1  (environment.DEBUG changed, compose.yaml:18; tty changed, compose.yaml:27)
    [3] → 4        rename container 000000000006_demo-portal-1 to demo-portal-1  (environment.DEBUG changed, compose.yaml:18; tty changed, compose.yaml:27)
    [1,4] → 5        start container demo-portal-1  (environment.DEBUG changed, compose.yaml:18; tty changed, compose.yaml:27)
    ");
}

#[test]
fn another_content_of_the_image_is_a_cause() {
    let (project, mut world) = running(&society());
    world.put_image(&ImageRef::new("portal").expect("a reference"));
    insta::assert_snapshot!(planned(&project, &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000006_demo-portal-1  (image `portal` has another content)
    [1] → 2        stop container demo-portal-1  (image `portal` has another content)
    [1,2] → 3        remove container demo-portal-1  (image `portal` has another content)
    [3] → 4        rename container 000000000006_demo-portal-1 to demo-portal-1  (image `portal` has another content)
    [1,4] → 5        start container demo-portal-1  (image `portal` has another content)
    ");
}

#[test]
fn a_container_of_another_program_is_replaced_but_networks_and_volumes_stay() {
    let (project, mut world) = running(&society());
    for container in &mut world.observed.containers {
        container.config_hash = Some("0123".to_owned());
    }
    world.observed.networks.get_mut("demo_default").expect("a network").config_hash = Some("4567".to_owned());
    world.observed.volumes.get_mut("demo_data").expect("a volume").config_hash = None;
    insta::assert_snapshot!(planned(&project, &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000004_demo-db-1  (made by another program; it cannot be compared with the manifest)
    [1] → 2        stop container demo-db-1  (made by another program; it cannot be compared with the manifest)
    [1,2] → 3        remove container demo-db-1  (made by another program; it cannot be compared with the manifest)
    [3] → 4        rename container 000000000004_demo-db-1 to demo-db-1  (made by another program; it cannot be compared with the manifest)
    [1,4] → 5        start container demo-db-1  (made by another program; it cannot be compared with the manifest)
    [] → 6        create container 000000000006_demo-portal-1  (made by another program; it cannot be compared with the manifest)
    [6] → 7        stop container demo-portal-1  (made by another program; it cannot be compared with the manifest)
    [6,7] → 8        remove container demo-portal-1  (made by another program; it cannot be compared with the manifest)
    [8] → 9        rename container 000000000006_demo-portal-1 to demo-portal-1  (made by another program; it cannot be compared with the manifest)
    [5] → 10       wait until container demo-db-1 is healthy  (`portal` waits for it)
    [6,9,10] → 11       start container demo-portal-1  (made by another program; it cannot be compared with the manifest)
    ");
}

#[test]
fn the_command_line_can_force_or_forbid_it() {
    let (_, world) = running(&society());
    let mut tree = society();
    tree["services"]["portal"]["tty"] = json!(true);
    let project = project(&tree);
    let never = UpPolicy { recreate: Recreate::Never, ..UpPolicy::default() };
    assert!(planned(&project, &world, &never).is_empty());
    let named = [name("portal")].into();
    let force = UpPolicy { recreate: Recreate::Always, named, ..UpPolicy::default() };
    let plan = planned(&project, &world, &force);
    assert_eq!(crate::plan::testing::subjects(&plan), [name("portal")].into(), "{plan}");
    let dependencies = UpPolicy { recreate_dependencies: Recreate::Always, ..force };
    let plan = planned(&project, &world, &dependencies);
    assert_eq!(crate::plan::testing::subjects(&plan), [name("db"), name("portal")].into(), "{plan}");
}

#[test]
fn anonymous_volumes_and_ports_that_the_engine_chose_are_kept() {
    let (project, world) = running(&society());
    let force = UpPolicy { recreate: Recreate::Always, ..UpPolicy::default() };
    let created = |policy: &UpPolicy| {
        let plan = planned(&project, &world, policy);
        let replicas = plan.steps().filter_map(|(_, step)| match &step.action {
            Action::Create { service, replica, .. } if *service == name("portal") => Some(replica.clone()),
            _ => None,
        });
        replicas.max_by_key(|replica| replica.number).expect("a new portal")
    };
    let replica = created(&force);
    let old = world.container("demo-portal-1");
    let host = old.ports[0].published.as_ref().expect("a published port").1;
    assert_eq!(replica.kept_ports, [((80, "tcp".to_owned()), host)].into());
    assert_eq!(replica.kept_volumes.keys().collect::<Vec<_>>(), ["/cache"]);
    assert_eq!(replica.replaces.as_ref(), Some(&old.id));
    let renewed = created(&UpPolicy { renew_anonymous_volumes: true, ..force });
    assert!(renewed.kept_volumes.is_empty());
}

#[test]
fn start_first_lets_the_old_container_run_until_the_new_one_is_ready() {
    let mut tree = society();
    tree["services"]["portal"]["deploy"] = json!({"update_config": {"order": "start-first"}});
    let (_, world) = running(&tree);
    tree["services"]["portal"]["tty"] = json!(true);
    insta::assert_snapshot!(planned(&project(&tree), &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000006_demo-portal-1  (tty changed, compose.yaml:30)
    [1] → 2        start container 000000000006_demo-portal-1  (tty changed, compose.yaml:30)
    [2] → 3        stop container demo-portal-1  (tty changed, compose.yaml:30)
    [2,3] → 4        remove container demo-portal-1  (tty changed, compose.yaml:30)
    [4] → 5        rename container 000000000006_demo-portal-1 to demo-portal-1  (tty changed, compose.yaml:30)
    ");
}

#[test]
fn dependents_that_ask_for_it_are_restarted_and_those_in_its_namespaces_are_replaced() {
    let mut tree = society();
    tree["services"]["portal"]["depends_on"]["db"]["restart"] = json!(true);
    tree["services"]["probe"] = json!({"image": "probe", "network_mode": "service:db"});
    let (_, world) = running(&tree);
    tree["services"]["db"]["tty"] = json!(true);
    insta::assert_snapshot!(planned(&project(&tree), &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000005_demo-db-1  (tty changed, compose.yaml:13)
    [] → 2        stop container demo-portal-1  (`db` is replaced)
    [1,2] → 3        stop container demo-db-1  (tty changed, compose.yaml:13)
    [1,2,3] → 4        remove container demo-db-1  (tty changed, compose.yaml:13)
    [4] → 5        rename container 000000000005_demo-db-1 to demo-db-1  (tty changed, compose.yaml:13)
    [1,5] → 6        start container demo-db-1  (tty changed, compose.yaml:13)
    [6] → 7        wait until container demo-db-1 is healthy  (`portal` waits for it)
    [2,7] → 8        start container demo-portal-1  (`db` is replaced)
    [1] → 9        create container 000000000009_demo-probe-1  (`db` is replaced)
    [9] → 10       stop container demo-probe-1  (`db` is replaced)
    [9,10] → 11       remove container demo-probe-1  (`db` is replaced)
    [11] → 12       rename container 000000000009_demo-probe-1 to demo-probe-1  (`db` is replaced)
    [6,9,12] → 13       start container demo-probe-1  (`db` is replaced)
    ");
}

#[test]
fn a_network_with_another_definition_is_replaced_with_its_users() {
    let (_, mut world) = running(&society());
    let mut run = world.container("demo-portal-1").clone();
    run.id = crate::names::ContainerId::new(&"f".repeat(64)).expect("an id");
    run.name = ContainerName::new("demo-portal-run-1").expect("a name");
    run.oneoff = true;
    world.observed.containers.push(run);
    let mut tree = society();
    tree["networks"]["default"]["internal"] = json!(true);
    let project = project(&tree);
    let plan = planned(&project, &world, &UpPolicy::default());
    insta::assert_snapshot!(plan, @r"
    [] → 1        stop container demo-db-1  (`demo_default` is replaced)
    [] → 2        stop container demo-portal-1  (`demo_default` is replaced)
    [] → 3        disconnect container demo-portal-run-1 from network demo_default  (`demo_default` is replaced)
    [1,2,3] → 4        remove network demo_default  (its definition changed)
    [4] → 5        create network demo_default  (its definition changed)
    [5] → 6        connect container demo-portal-run-1 to network default  (`demo_default` is replaced)
    [5] → 7        create container 000000000004_demo-db-1  (`demo_default` is replaced)
    [1,7] → 8        remove container demo-db-1  (`demo_default` is replaced)
    [8] → 9        rename container 000000000004_demo-db-1 to demo-db-1  (`demo_default` is replaced)
    [7,9] → 10       start container demo-db-1  (`demo_default` is replaced)
    [5] → 11       create container 000000000006_demo-portal-1  (`demo_default` is replaced)
    [2,11] → 12       remove container demo-portal-1  (`demo_default` is replaced)
    [12] → 13       rename container 000000000006_demo-portal-1 to demo-portal-1  (`demo_default` is replaced)
    [10] → 14       wait until container demo-db-1 is healthy  (`portal` waits for it)
    [11,13,14] → 15       start container demo-portal-1  (`demo_default` is replaced)
    ");
    world.execute(&project, &plan);
}

#[test]
fn a_volume_with_another_definition_is_replaced_only_when_its_loss_is_confirmed() {
    let (_, mut world) = running(&society());
    let mut tree = society();
    tree["volumes"]["data"]["labels"] = json!({"a": "b"});
    let project = project(&tree);
    let plan = planned(&project, &world, &UpPolicy::default());
    assert!(plan.is_empty());
    insta::assert_snapshot!(plan, @r#"notice: volume "demo_data" exists but does not match the configuration in the compose file; it is kept, because replacing it loses its data"#);
    let plan = planned(&project, &world, &UpPolicy { replace_volumes: true, ..UpPolicy::default() });
    assert_eq!(plan.losses().count(), 1);
    insta::assert_snapshot!(plan, @r"
    [] → 1        stop container demo-db-1  (`demo_data` is replaced)
    [1] → 2        remove container demo-db-1  (`demo_data` is replaced)
    [2] → 3        remove volume demo_data, its data is lost  (its definition changed)
    [3] → 4        create volume demo_data  (its definition changed)
    [2,4] → 5        create container demo-db-1  (`demo_data` is replaced)
    [5] → 6        start container demo-db-1  (`demo_data` is replaced)
    ");
    world.execute(&project, &plan);
}

#[test]
fn work_of_a_run_that_was_cut_off_is_undone_or_finished() {
    let (_, world) = running(&society());
    let mut tree = society();
    tree["services"]["portal"]["tty"] = json!(true);
    let project = project(&tree);
    let plan = planned(&project, &world, &UpPolicy::default());
    let cut_off_after = |what: &str| {
        let mut world = world.clone();
        let mut on = true;
        world.execute_some(&project, &plan, |id| {
            let now = on;
            on = on && !plan.step(id).action.to_string().starts_with(what);
            now
        });
        world
    };
    let created = cut_off_after("create");
    insta::assert_snapshot!(planned(&project, &created, &UpPolicy::default()), @r"
    [] → 1        remove container 000000000006_demo-portal-1  (left over from a run that was cut off)
    [1] → 2        create container 000000000006_demo-portal-1  (tty changed, compose.yaml:27)
    [2] → 3        stop container demo-portal-1  (tty changed, compose.yaml:27)
    [2,3] → 4        remove container demo-portal-1  (tty changed, compose.yaml:27)
    [4] → 5        rename container 000000000006_demo-portal-1 to demo-portal-1  (tty changed, compose.yaml:27)
    [2,5] → 6        start container demo-portal-1  (tty changed, compose.yaml:27)
    ");
    let removed = cut_off_after("remove");
    insta::assert_snapshot!(planned(&project, &removed, &UpPolicy::default()), @r"
    [] → 1        rename container 000000000006_demo-portal-1 to demo-portal-1  (left over from a run that was cut off)
    [1] → 2        start container demo-portal-1  (is not running)
    ");
}

#[test]
fn a_container_that_was_made_but_perhaps_not_given_its_configs_is_made_again() {
    let mut tree = society();
    tree["configs"] = json!({"settings": {"content": "a=1"}});
    tree["services"]["portal"]["configs"] = json!([{"source": "settings"}]);
    let (project, mut world) = running(&tree);
    world.container_mut("demo-portal-1").state = State::Created;
    insta::assert_snapshot!(planned(&project, &world, &UpPolicy::default()), @r"
    [] → 1        create container 000000000006_demo-portal-1  (left over from a run that was cut off)
    [1] → 2        remove container demo-portal-1  (left over from a run that was cut off)
    [2] → 3        rename container 000000000006_demo-portal-1 to demo-portal-1  (left over from a run that was cut off)
    [1,3] → 4        start container demo-portal-1  (left over from a run that was cut off)
    ");
}
