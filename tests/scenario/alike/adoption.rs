//! A project changes hands between ado and Docker Compose, in both directions.

use crate::support::Scenario;

const DATA: &str = "{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }";

#[test]
fn a_project_of_docker_compose_is_taken_over_with_its_network_and_volume() {
    let scenario = Scenario::new(DATA);
    scenario.compose("up -d").run().succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /data/note"]);
    let (network, volume) =
        (scenario.network("default").expect("a network"), scenario.volume("data").expect("a volume"));
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.network("default").expect("the network")["Id"], network["Id"]);
    assert_eq!(scenario.volume("data").expect("the volume")["CreatedAt"], volume["CreatedAt"]);
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "kept\n");
    assert_eq!(scenario.everything().len(), 1);
}

#[test]
fn docker_compose_takes_over_a_project_with_its_network_and_volume() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    scenario.inside("web", &["sh", "-c", "echo kept > /data/note"]);
    let network = scenario.network("default").expect("a network");
    scenario.compose("up -d").run().succeeds();
    assert_eq!(scenario.network("default").expect("the network")["Id"], network["Id"]);
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "kept\n");
    assert_eq!(scenario.everything().len(), 1);
}

#[test]
fn docker_compose_lists_the_project() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 2 } }");
    scenario.ado("up -d").succeeds();
    let listed = scenario.compose("ps --format json").run().succeeds().json_lines();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|row| row["Service"] == "web" && row["State"] == "running"));
}

#[test]
fn docker_compose_takes_the_project_down() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    scenario.compose("down -v").run().succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_none());
}

#[test]
fn a_project_of_docker_compose_is_taken_down() {
    let scenario = Scenario::new(DATA);
    scenario.compose("up -d").run().succeeds();
    scenario.confirmed("down -v").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_none());
}

#[test]
fn containers_carry_the_labels_of_compose() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, depends_on: [db] }, db: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    let label = |name: &str| web.label(&format!("com.docker.compose.{name}")).unwrap_or_default().to_owned();
    assert_eq!(label("project"), scenario.project());
    assert_eq!(label("service"), "web");
    assert_eq!(label("container-number"), "1");
    assert_eq!(label("oneoff"), "False");
    assert_eq!(label("project.working_dir"), scenario.path("").display().to_string());
    assert_eq!(label("project.config_files"), scenario.path("compose.yaml").display().to_string());
    assert_eq!(label("depends_on"), "db:service_started:false");
    assert_eq!(label("image"), web.text("/Image"));
    assert!(!label("config-hash").is_empty());
    assert!(!label("version").is_empty());
}

#[test]
fn networks_and_volumes_carry_the_labels_of_compose() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    let (network, volume) =
        (scenario.network("default").expect("a network"), scenario.volume("data").expect("a volume"));
    assert_eq!(network["Labels"]["com.docker.compose.project"], scenario.project());
    assert_eq!(network["Labels"]["com.docker.compose.network"], "default");
    assert_eq!(volume["Labels"]["com.docker.compose.project"], scenario.project());
    assert_eq!(volume["Labels"]["com.docker.compose.volume"], "data");
}
