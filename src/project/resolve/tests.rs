use serde_json::json;

use crate::names::{NetworkName, ServiceName};
use crate::project::testing::{loaded, project};
use crate::project::{Attachment, Condition, Dependencies, MountKind, Restart, SelectError, resolve};

fn name(text: &str) -> ServiceName {
    ServiceName::new(text).expect("a valid name")
}

#[test]
fn services_stand_after_those_they_wait_for_and_references_imply_dependencies() {
    let project = project(&json!({
        "services": {
            "portal": {"image": "busybox", "links": ["api"], "depends_on": {"db": {"condition": "service_healthy"}}},
            "api": {"image": "busybox", "network_mode": "service:db"},
            "db": {"image": "busybox", "ipc": "shareable"},
        },
    }));
    let order: Vec<_> = project.services.keys().map(ServiceName::as_str).collect();
    assert_eq!(order, ["db", "api", "portal"]);
    let implied = &project.services["api"].depends_on["db"];
    assert_eq!((implied.condition, implied.restart, implied.required), (Condition::Started, true, true));
    assert_eq!(project.services["portal"].depends_on["db"].condition, Condition::Healthy);
    assert_eq!(project.services["api"].attachment, Attachment::Service(name("db")));
}

#[test]
fn every_problem_is_reported_in_one_run() {
    let invalid = resolve(&loaded(&json!({
        "services": {
            "a": {"image": "busybox", "networks": {"missing": null}, "restart": "sometimes"},
            "b": {"volumes": [{"type": "volume", "source": "data", "target": "/data"}], "scale": "many", "image": "x"},
            "c": {"depends_on": {"nobody": {"condition": "service_started", "required": true}}},
        },
    })))
    .expect_err("the tree is wrong in several places");
    let messages: Vec<_> = invalid.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`sometimes` is not a restart policy",
            "network `missing` is not defined",
            "`services.b.scale` must be a whole number",
            "volume `data` is not defined; define it under the top-level `volumes`",
            "service `c` has neither an image nor a build",
        ]
    );
    assert!(invalid.problems.iter().all(|problem| problem.span.is_some()));
}

#[test]
fn a_dependency_that_is_not_defined_is_a_problem_unless_it_is_not_required() {
    let tree = |required: bool| json!({"services": {"a": {"image": "x", "depends_on": {"b": {"required": required}}}}});
    assert!(resolve(&loaded(&tree(false))).is_ok());
    let invalid = resolve(&loaded(&tree(true))).expect_err("`b` is missing");
    assert_eq!(invalid.problems[0].message, "service `a` needs `b`");
}

#[test]
fn services_in_a_circle_are_a_problem() {
    let invalid = resolve(&loaded(&json!({"services": {
        "a": {"image": "x", "depends_on": {"b": {}}},
        "b": {"image": "x", "depends_on": {"a": {}}},
    }})))
    .expect_err("a circle");
    assert_eq!(invalid.problems[0].message, "services wait for each other: a → b → a");
}

#[test]
fn networks_are_ordered_by_priority_and_a_service_without_any_is_in_the_default_one() {
    let project = project(&json!({
        "services": {
            "a": {"image": "x", "networks": {"back": null, "front": {"priority": 5, "aliases": ["www"]}}},
            "b": {"image": "x"},
        },
        "networks": {"default": {"name": "demo_default"}, "front": {}, "back": {"name": "shared", "external": true}},
    }));
    let Attachment::Networks(endpoints) = &project.services["a"].attachment else { panic!("networks") };
    assert_eq!(endpoints.keys().map(NetworkName::as_str).collect::<Vec<_>>(), ["front", "back"]);
    assert_eq!(endpoints[0].aliases, ["www"]);
    let Attachment::Networks(endpoints) = &project.services["b"].attachment else { panic!("networks") };
    assert_eq!(endpoints.keys().map(NetworkName::as_str).collect::<Vec<_>>(), ["default"]);
    assert_eq!(project.networks["front"].name.as_str(), "demo_front");
}

#[test]
fn ports_mounts_limits_and_policies_get_their_types() {
    let project = project(&json!({
        "services": {"a": {
            "build": {"context": "/demo", "args": {"A": null, "B": "1"}, "ssh": ["default", "key=/k"]},
            "ports": [{"target": 80, "published": "8080-8090", "protocol": "tcp", "mode": "ingress"}, {"target": 81}],
            "volumes": [
                {"type": "bind", "source": "/src", "target": "/app", "bind": {"create_host_path": true}},
                {"type": "volume", "target": "/cache", "volume": {}},
            ],
            "secrets": [{"source": "key", "mode": "0440"}],
            "cpus": 0.5, "mem_limit": "1048576", "ulimits": {"nofile": 20, "nproc": {"soft": 1, "hard": 2}},
            "deploy": {"resources": {"limits": {"memory": "2097152"}}, "restart_policy": {"condition": "any"}},
            "healthcheck": {"test": ["CMD", "true"], "interval": "1m30s"},
        }},
        "secrets": {"key": {"content": "k"}},
    }));
    let service = &project.services["a"];
    assert_eq!((service.image.as_str(), service.image_named), ("demo-a", false));
    assert_eq!(service.ports[0].published, Some((8080, 8090)));
    assert_eq!(service.ports[1].published, None);
    assert!(matches!(service.volumes[0].kind, MountKind::Bind { create_host_path: true, .. }));
    assert!(matches!(service.volumes[1].kind, MountKind::Anonymous { .. }));
    assert_eq!((service.secrets[0].target.as_str(), service.secrets[0].mode), ("/run/secrets/key", Some(0o440)));
    assert_eq!(service.resources.nano_cpus, Some(500_000_000));
    assert_eq!(service.resources.memory, Some(2_097_152));
    assert_eq!(service.security.ulimits["nproc"].hard, 2);
    assert_eq!(service.restart, Restart::Always);
    let health = service.healthcheck.as_ref().expect("a health check");
    assert_eq!(health.interval.map(|interval| interval.as_secs()), Some(90));
    assert!(service.spans.contains_key("deploy.resources"));
}

#[test]
fn a_named_service_brings_its_dependencies_and_activates_its_profile() {
    let project = project(&json!({
        "services": {
            "web": {"image": "x", "depends_on": {"db": {}}},
            "db": {"image": "x"},
            "mail": {"image": "x"},
        },
        "disabled": {"debug": {"image": "x", "profiles": ["debug"], "depends_on": {"db": {}}}},
    }));
    let names = |project: &crate::project::Project| {
        project.services.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let select = |service: &str, dependencies| project.select(&[name(service)], dependencies);
    assert_eq!(names(&select("web", Dependencies::Include).expect("a selection")), "db web");
    assert_eq!(names(&select("debug", Dependencies::Include).expect("a selection")), "db debug");
    let alone = select("web", Dependencies::Exclude).expect("a selection");
    assert_eq!(names(&alone), "web");
    assert!(alone.services["web"].depends_on.is_empty());
    assert!(alone.service(&name("mail")).is_some(), "what is left out stays known");
    let unknown = select("wev", Dependencies::Include).expect_err("no such service");
    assert_eq!(unknown, SelectError::Unknown { name: name("wev"), nearest: Some(name("web")) });
    assert_eq!(unknown.to_string(), "no such service: wev; did you mean `web`?");
}

#[test]
fn links_of_2014_bring_variables_which_the_user_may_set_otherwise() {
    let project = project(&json!({
        "services": {
            "web": {"image": "x", "links": ["db:store"], "environment": {"STORE_PORT": "mine"}, "x-ado-link-variables": true},
            "db": {"image": "x", "expose": ["5432"]},
            "job": {"image": "x", "links": ["db"]},
        },
    }));
    let variables = |service: &str| {
        let environment = &project.services[service].environment;
        environment
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let value = |name: &str| variables("web")[name].as_ref().map(|value| value.reveal().clone());
    assert_eq!(value("STORE_1_PORT_5432_TCP_ADDR").as_deref(), Some("demo-db-1"));
    assert_eq!(value("STORE_PORT").as_deref(), Some("mine"));
    assert!(variables("job").is_empty(), "today's format brings none");
}
