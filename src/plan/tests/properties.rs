//! What holds for every project, whatever is changed and wherever a run is cut off.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::planned;
use crate::plan::testing::World;
use crate::plan::{DownPolicy, UpPolicy, down};
use crate::project::Project;
use crate::project::testing::project;

/// A service: its dependencies are services with a lower number.
#[derive(Debug, Clone)]
struct Shape {
    replicas: u8,
    setting: u8,
    start_first: bool,
    volume: bool,
    configs: bool,
    refers: bool,
    depends_on: Vec<(u8, u8, bool)>,
}

fn shape() -> impl Strategy<Value = Shape> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let depends_on = prop::collection::vec((0..4_u8, 0..2_u8, any::<bool>()), 0..3);
    (0..4_u8, 0..3_u8, flags, depends_on).prop_map(
        |(replicas, setting, (start_first, volume, configs, refers), depends_on)| Shape {
            replicas,
            setting,
            start_first,
            volume,
            configs,
            refers,
            depends_on,
        },
    )
}

fn service(index: usize, shape: &Shape) -> Value {
    let order = if shape.start_first { "start-first" } else { "stop-first" };
    let mut service = json!({
        "image": format!("image-{index}"), "scale": shape.replicas, "networks": {"default": null},
        "environment": {"SETTING": shape.setting.to_string()},
        "healthcheck": {"test": ["CMD", "true"]},
        "deploy": {"update_config": {"order": order}},
        "ports": [{"target": 80, "protocol": "tcp", "mode": "ingress"}],
        "depends_on": {},
    });
    if shape.volume {
        service["volumes"] = json!([{"type": "volume", "source": "data", "target": "/data"}]);
    }
    if shape.configs {
        service["configs"] = json!([{"source": "settings"}]);
    }
    for (other, condition, restart) in &shape.depends_on {
        if usize::from(*other) < index {
            let condition = if *condition == 0 { "service_started" } else { "service_healthy" };
            service["depends_on"][format!("s{other}")] =
                json!({"condition": condition, "restart": restart, "required": true});
        }
    }
    if shape.refers && index > 0 {
        service["pid"] = json!(format!("service:s{}", index - 1));
    }
    service
}

fn tree(shapes: &[Shape], network: bool) -> Project {
    let services: serde_json::Map<String, Value> = shapes
        .iter()
        .enumerate()
        .map(|(index, shape)| {
            let mut shape = shape.clone();
            // A container that refers to another needs one.
            let referred = shapes.get(index + 1).is_some_and(|next| next.refers);
            shape.replicas = shape.replicas.max(u8::from(referred));
            (format!("s{index}"), service(index, &shape))
        })
        .collect();
    project(&json!({
        "name": "demo", "services": services,
        "networks": {"default": {"name": "demo_default", "internal": network}},
        "volumes": {"data": {"name": "demo_data"}},
        "configs": {"settings": {"content": "a=1"}},
    }))
}

fn two_versions() -> impl Strategy<Value = (Project, Project)> {
    let shapes = prop::collection::vec((shape(), shape()), 1..5);
    (shapes, any::<bool>()).prop_map(|(shapes, network)| {
        let (old, new): (Vec<_>, Vec<_>) = shapes.into_iter().unzip();
        (tree(&old, false), tree(&new, network))
    })
}

/// An Engine on which the first version is up, beside a container of another project.
fn up_before(old: &Project, new: &Project) -> World {
    let mut world = World::with_images(new);
    let plan = planned(old, &world, &UpPolicy::default());
    world.execute(old, &plan);
    world
}

fn wanted_names(project: &Project) -> BTreeSet<String> {
    let services = project.services.values();
    services.map(|service| format!("{}:{}", service.name, service.replicas)).collect()
}

fn there(world: &World, project: &Project) -> BTreeSet<String> {
    let count = |name: &crate::names::ServiceName| {
        world.observed.containers.iter().filter(|container| container.service == *name).count()
    };
    project.services.keys().map(|name| format!("{name}:{}", count(name))).collect()
}

proptest! {
    #[test]
    fn after_a_plan_was_executed_there_is_nothing_to_do((old, new) in two_versions()) {
        let mut world = up_before(&old, &new);
        let plan = planned(&new, &world, &UpPolicy::default());
        world.execute(&new, &plan);
        let again = planned(&new, &world, &UpPolicy::default());
        prop_assert!(again.is_empty(), "{}", again);
        prop_assert_eq!(there(&world, &new), wanted_names(&new));
    }

    #[test]
    fn a_run_that_is_cut_off_anywhere_is_completed_by_the_next_and_loses_no_volume(
        (old, new) in two_versions(),
        cuts in prop::collection::vec(prop::collection::vec(any::<bool>(), 80), 1..3),
    ) {
        let mut world = up_before(&old, &new);
        let volumes: Vec<String> = world.observed.volumes.keys().cloned().collect();
        let anonymous = |world: &World| -> BTreeSet<String> {
            let first = world.observed.containers.iter().filter(|one| one.number == 1);
            first.flat_map(crate::plan::resources::mounted_volumes).map(str::to_owned).collect()
        };
        let kept = anonymous(&world);
        let firsts: BTreeSet<_> = new.services.values().filter(|one| one.replicas > 0).map(|one| &one.name).collect();
        for cut in &cuts {
            let plan = planned(&new, &world, &UpPolicy::default());
            world.execute_some(&new, &plan, |id| cut.get(id.index()).copied().unwrap_or_default());
        }
        let plan = planned(&new, &world, &UpPolicy::default());
        world.execute(&new, &plan);
        let again = planned(&new, &world, &UpPolicy::default());
        prop_assert!(again.is_empty(), "{}", again);
        prop_assert_eq!(there(&world, &new), wanted_names(&new));
        prop_assert!(!world.observed.containers.iter().any(crate::plan::naming::is_temporary), "{:?}", world.names());
        for volume in volumes {
            prop_assert!(world.observed.volumes.contains_key(&volume));
        }
        if firsts.len() == new.services.len() && old.services.values().all(|one| one.replicas > 0) {
            let now = anonymous(&world);
            prop_assert!(kept.iter().filter(|name| name.len() == 64).all(|name| now.contains(name)));
        }
    }

    #[test]
    fn up_then_down_leaves_nothing_but_volumes((old, new) in two_versions()) {
        let mut world = up_before(&old, &new);
        let plan = planned(&new, &world, &UpPolicy::default());
        world.execute(&new, &plan);
        let plan = down(&new, &world.observed, &DownPolicy::default());
        prop_assert_eq!(plan.losses().count(), 0);
        world.execute(&new, &plan);
        prop_assert!(world.observed.containers.is_empty());
        prop_assert!(world.observed.networks.is_empty());
    }

    #[test]
    fn the_same_state_gives_the_same_plan((old, new) in two_versions()) {
        let world = up_before(&old, &new);
        prop_assert_eq!(
            planned(&new, &world, &UpPolicy::default()),
            planned(&new, &world, &UpPolicy::default())
        );
    }
}
