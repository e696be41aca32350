//! What recreating keeps and what it replaces.

use crate::support::Scenario;

const WEB: &str = "services: { web: { image: IMAGE } }";
/// An image's own volume: nobody names it, its data still belongs to the service.
const ANONYMOUS: &str = "services: { web: { image: IMAGE, volumes: [/data] } }";

#[test]
fn force_recreate_replaces_what_is_unchanged() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.ado("up -d --force-recreate").succeeds();
    assert_ne!(scenario.container("web").id(), before.id());
}

#[test]
fn no_recreate_keeps_what_has_changed() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.manifest("services: { web: { image: IMAGE, environment: { A: b } } }");
    scenario.ado("up -d --no-recreate").succeeds();
    assert_eq!(scenario.container("web").id(), before.id());
}

#[test]
fn force_recreate_and_no_recreate_exclude_each_other() {
    let scenario = Scenario::new(WEB);
    scenario.ado("up -d --force-recreate --no-recreate").fails();
    assert!(scenario.everything().is_empty());
}

#[test]
fn force_recreate_of_a_service_spares_its_dependencies() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let (web, db) = (scenario.container("web"), scenario.container("db"));
    scenario.ado("up -d --force-recreate web").succeeds();
    assert_ne!(scenario.container("web").id(), web.id());
    assert_eq!(scenario.container("db").id(), db.id());
}

#[test]
fn always_recreate_deps_replaces_the_dependencies_too() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let db = scenario.container("db");
    scenario.ado("up -d --force-recreate --always-recreate-deps web").succeeds();
    assert_ne!(scenario.container("db").id(), db.id());
}

#[test]
fn an_anonymous_volume_survives_recreation() {
    let scenario = Scenario::new(ANONYMOUS);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /data/note"]);
    scenario.ado("up -d --force-recreate").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "kept\n");
}

#[test]
fn renewing_anonymous_volumes_starts_with_empty_ones() {
    let scenario = Scenario::new(ANONYMOUS);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /data/note"]);
    scenario.ado("up -d --force-recreate -V").succeeds();
    assert_eq!(scenario.inside("web", &["ls", "/data"]), "");
}

#[test]
fn a_volume_of_the_image_survives_recreation() {
    let scenario = Scenario::new("services: { web: { image: PROJECT-app } }");
    scenario.image("app", &["VOLUME /state"]);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /state/note"]);
    scenario.ado("up -d --force-recreate").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/state/note"]), "kept\n");
}

#[test]
fn a_named_volume_survives_recreation() {
    let scenario =
        Scenario::new("{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }");
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /data/note"]);
    scenario.ado("up -d --force-recreate").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "kept\n");
    assert_eq!(scenario.container("web").volume("/data"), Some(format!("{}_data", scenario.project()).as_str()));
}

#[test]
fn a_changed_network_is_made_again_with_its_services_on_it() {
    let manifest = |subnet: &str| {
        format!(
            "{{ services: {{ web: {{ image: IMAGE }} }}, networks: {{ default: {{ ipam: {{ config: [{{ subnet: {subnet} }}] }} }} }} }}"
        )
    };
    let scenario = Scenario::new(&manifest("10.213.1.0/24"));
    scenario.ado("up -d").succeeds();
    let before = scenario.network("default").expect("the network");
    scenario.manifest(&manifest("10.213.2.0/24"));
    scenario.ado("up -d").succeeds();
    let after = scenario.network("default").expect("the network");
    assert_ne!(before["Id"], after["Id"]);
    let web = scenario.container("web");
    assert!(web.is_running());
    assert!(
        web.network(&format!("{}_default", scenario.project()))["IPAddress"]
            .as_str()
            .is_some_and(|ip| ip.starts_with("10.213.2."))
    );
}

#[test]
fn a_dependent_with_restart_is_restarted_when_its_dependency_is_recreated() {
    let manifest = |mode: &str| {
        format!(
            "services: {{ web: {{ image: IMAGE, depends_on: {{ db: {{ condition: service_started, restart: true }} }} }}, \
             db: {{ image: IMAGE, environment: {{ MODE: {mode} }} }} }}"
        )
    };
    let scenario = Scenario::new(&manifest("one"));
    scenario.ado("up -d").succeeds();
    let before = scenario.container("web");
    scenario.manifest(&manifest("two"));
    scenario.ado("up -d").succeeds();
    let after = scenario.container("web");
    assert_eq!(before.id(), after.id());
    assert_ne!(before.started_at(), after.started_at());
    assert!(after.is_running());
}

#[test]
fn a_container_that_shares_a_recreated_network_namespace_is_recreated() {
    let manifest = |mode: &str| {
        format!(
            "services: {{ side: {{ image: IMAGE, network_mode: 'service:web' }}, \
             web: {{ image: IMAGE, environment: {{ MODE: {mode} }} }} }}"
        )
    };
    let scenario = Scenario::new(&manifest("one"));
    scenario.ado("up -d").succeeds();
    scenario.manifest(&manifest("two"));
    scenario.ado("up -d").succeeds();
    let (web, side) = (scenario.container("web"), scenario.container("side"));
    assert_eq!(side.text("/HostConfig/NetworkMode"), format!("container:{}", web.id()));
    assert!(side.is_running());
}
