//! Plans as readable text.

mod bring_up;
mod down;
mod lifecycle;
mod properties;
mod pull;
mod recreate;

use serde_json::{Value, json};

use super::testing::World;
use super::{Plan, UpPolicy, up};
use crate::names::ServiceName;
use crate::project::Project;
use crate::project::testing::project;

fn name(text: &str) -> ServiceName {
    ServiceName::new(text).expect("a valid name")
}

/// A database with a volume and a health check, and a portal that waits for it, both in the default network.
fn society() -> Value {
    json!({
        "name": "demo",
        "services": {
            "db": {
                "image": "postgres", "networks": {"default": null},
                "volumes": [{"type": "volume", "source": "data", "target": "/data"}],
                "healthcheck": {"test": ["CMD", "true"]},
            },
            "portal": {
                "image": "portal", "networks": {"default": null}, "environment": {"DEBUG": "0"},
                "ports": [{"target": 80, "protocol": "tcp", "mode": "ingress"}],
                "depends_on": {"db": {"condition": "service_healthy", "required": true}},
            },
        },
        "networks": {"default": {"name": "demo_default"}},
        "volumes": {"data": {"name": "demo_data"}},
    })
}

fn planned(project: &Project, world: &World, policy: &UpPolicy) -> Plan {
    up(project, &world.observed, policy).expect("a plan")
}

/// A project that is up as its manifest says.
fn running(tree: &Value) -> (Project, World) {
    let project = project(tree);
    let mut world = World::with_images(&project);
    let plan = planned(&project, &world, &UpPolicy::default());
    world.execute(&project, &plan);
    (project, world)
}
