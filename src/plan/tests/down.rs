use serde_json::json;

use super::{name, planned, running, society};
use crate::names::{NetworkId, NetworkName};
use crate::observed::{DuplicateNetwork, State};
use crate::plan::{Action, DownPolicy, Plan, RemoveImages, UpPolicy, down};
use crate::project::testing::project;

#[test]
fn dependents_go_before_what_they_depend_on_and_volumes_stay() {
    let (project, world) = running(&society());
    insta::assert_snapshot!(down(&project, &world.observed, &DownPolicy::default()), @r"
    [] → 1        stop container demo-portal-1  (asked for)
    [1] → 2        remove container demo-portal-1  (asked for)
    [2] → 3        stop container demo-db-1  (asked for)
    [3] → 4        remove container demo-db-1  (asked for)
    [2,4] → 5        remove network demo_default  (asked for, optional)
    ");
}

#[test]
fn volumes_and_images_go_when_asked() {
    let mut tree = society();
    tree["services"]["db"]["build"] = json!({"context": "/db"});
    tree["services"]["db"].as_object_mut().expect("a service").remove("image");
    let (project, mut world) = running(&tree);
    let force = UpPolicy { recreate: crate::plan::Recreate::Always, ..Default::default() };
    let plan = planned(&project, &world, &force);
    world.execute(&project, &plan);
    let policy = DownPolicy { volumes: true, images: RemoveImages::Local, ..DownPolicy::default() };
    let plan = down(&project, &world.observed, &policy);
    assert_eq!(plan.losses().count(), 3, "the named volume and both that were handed on: {plan}");
    world.execute(&project, &plan);
    assert!(world.observed.containers.is_empty() && world.observed.volumes.is_empty());
}

#[test]
fn only_named_services_go_and_the_network_stays() {
    let (project, world) = running(&society());
    let policy = DownPolicy { named: [name("portal")].into(), ..DownPolicy::default() };
    insta::assert_snapshot!(down(&project, &world.observed, &policy), @r"
    [] → 1        stop container demo-portal-1  (asked for)
    [1] → 2        remove container demo-portal-1  (asked for)
    ");
}

#[test]
fn orphans_stay_unless_asked_and_external_things_always_stay() {
    let (_, mut world) = running(&society());
    world.container_mut("demo-portal-1").state = State::Exited(0);
    let mut tree = society();
    tree["services"].as_object_mut().expect("services").remove("portal");
    tree["networks"]["default"]["external"] = json!(true);
    tree["volumes"]["data"]["external"] = json!(true);
    let project = project(&tree);
    let policy = DownPolicy { volumes: true, ..DownPolicy::default() };
    insta::assert_snapshot!(down(&project, &world.observed, &policy), @r"
    [] → 1        stop container demo-db-1  (asked for)
    [1] → 2        remove container demo-db-1 and its anonymous volumes  (asked for)
    notice: Found orphan containers ([demo-portal-1]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.
    ");
    let policy = DownPolicy { remove_orphans: true, ..policy };
    insta::assert_snapshot!(down(&project, &world.observed, &policy), @r"
    [] → 1        remove container demo-portal-1 and its anonymous volumes  (no service of the manifest)
    [1] → 2        stop container demo-db-1  (asked for)
    [2] → 3        remove container demo-db-1 and its anonymous volumes  (asked for)
    ");
}

#[test]
fn a_second_network_of_a_name_goes_unless_the_name_belongs_to_somebody_else() {
    let (own, mut world) = running(&society());
    let id = NetworkId::new(&"f".repeat(64)).expect("a valid id");
    let name = NetworkName::new("demo_default").expect("a valid name");
    world.observed.duplicate_networks.push(DuplicateNetwork { id: id.clone(), name });
    let mut tree = society();
    tree["networks"]["default"]["external"] = json!(true);
    let external = project(&tree);
    let removed = |plan: &Plan| {
        plan.steps().any(|(_, step)| matches!(&step.action, Action::RemoveNetwork { id: gone, .. } if *gone == id))
    };
    for (project, expected) in [(&own, true), (&external, false)] {
        assert_eq!(removed(&planned(project, &world, &UpPolicy::default())), expected);
        assert_eq!(removed(&down(project, &world.observed, &DownPolicy::default())), expected);
    }
}

#[test]
fn without_a_manifest_the_labels_give_the_order() {
    let (mut project, world) = running(&society());
    project.services.clear();
    project.networks.clear();
    project.volumes.clear();
    insta::assert_snapshot!(down(&project, &world.observed, &DownPolicy::default()), @r"
    [] → 1        stop container demo-portal-1  (asked for)
    [1] → 2        remove container demo-portal-1  (asked for)
    [2] → 3        stop container demo-db-1  (asked for)
    [3] → 4        remove container demo-db-1  (asked for)
    [2,4] → 5        remove network demo_default  (asked for, optional)
    ");
}

#[test]
fn a_service_goes_before_an_orphan_that_it_depended_on_when_it_was_made() {
    let (_, world) = running(&society());
    let mut tree = society();
    tree["services"].as_object_mut().expect("services").remove("db");
    tree["services"]["portal"].as_object_mut().expect("the portal").remove("depends_on");
    let policy = DownPolicy { remove_orphans: true, ..DownPolicy::default() };
    let plan = down(&project(&tree), &world.observed, &policy);
    let text = plan.to_string();
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is not in {text}"));
    assert!(at("remove container demo-portal-1") < at("stop container demo-db-1"), "{text}");
    assert!(text.contains("[2] → 3        stop container demo-db-1"), "{text}");
}
