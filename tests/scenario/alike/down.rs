//! `down` removes the project and nothing else.

use crate::support::Scenario;

const DATA: &str = "{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: } }";

#[test]
fn down_removes_containers_and_networks_and_keeps_volumes() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    scenario.ado("down").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
    assert!(scenario.volume("data").is_some());
}

#[test]
fn down_with_volumes_removes_them() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    scenario.confirmed("down -v").succeeds();
    assert!(scenario.volume("data").is_none());
}

#[test]
fn down_without_anything_running_succeeds() {
    let scenario = Scenario::new(DATA);
    scenario.ado("down").succeeds();
}

#[test]
fn down_works_by_project_name_without_a_manifest() {
    let scenario = Scenario::new(DATA);
    scenario.ado("up -d").succeeds();
    std::fs::remove_file(scenario.path("compose.yaml")).expect("the manifest can be removed");
    scenario.ado(&format!("-p {} down", scenario.project())).succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
}

#[test]
fn down_of_a_service_leaves_the_others() {
    let scenario = Scenario::new("services: { web: { image: IMAGE }, api: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("down web").succeeds();
    assert!(scenario.replicas("web").is_empty());
    assert!(scenario.container("api").is_running());
}

#[test]
fn down_rmi_local_removes_the_images_that_the_project_built() {
    let scenario = Scenario::new("services: { web: { build: . }, api: { image: IMAGE } }");
    scenario.file("Dockerfile", "FROM IMAGE\nENV BUILT=yes\n");
    scenario.ado("up -d --build").succeeds();
    let image = format!("/images/{}-web:latest/json", scenario.project());
    assert!(scenario.engine().get(&image).is_some());
    scenario.ado("down --rmi local").succeeds();
    assert!(scenario.engine().get(&image).is_none());
    assert!(scenario.engine().get("/images/ado-scenario:latest/json").is_some());
}

#[test]
fn an_external_network_and_volume_survive_down() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, networks: [shared], volumes: ['kept:/data'] } }
networks: { shared: { external: true, name: PROJECT_shared } }
volumes: { kept: { external: true, name: PROJECT_kept } }",
    );
    let labels = serde_json::json!({ "com.docker.compose.project": scenario.other_project() });
    let name = |key: &str| format!("{}_{key}", scenario.project());
    scenario.engine().post("/networks/create", &serde_json::json!({ "Name": name("shared"), "Labels": labels }));
    scenario.engine().post("/volumes/create", &serde_json::json!({ "Name": name("kept"), "Labels": labels }));
    scenario.ado("up -d").succeeds();
    scenario.confirmed("down -v").succeeds();
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("shared").is_some());
    assert!(scenario.volume("kept").is_some());
}

#[test]
fn a_network_that_another_container_uses_is_left_and_reported() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    let guest = serde_json::json!({
        "Image": "ado-scenario",
        "Labels": { "com.docker.compose.project": scenario.other_project() },
        "HostConfig": { "NetworkMode": format!("{}_default", scenario.project()) },
    });
    let made = scenario.engine().post("/containers/create", &guest);
    scenario
        .engine()
        .post(&format!("/containers/{}/start", made["Id"].as_str().expect("an id")), &serde_json::json!({}));
    let outcome = scenario.ado("down");
    assert!(scenario.everything().is_empty(), "{outcome}");
    assert!(scenario.network("default").is_some());
    outcome.says("_default");
}

#[test]
fn down_stops_gracefully_within_the_timeout() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, command: sleep 1000 } }");
    scenario.ado("up -d").succeeds();
    let start = std::time::Instant::now();
    scenario.ado("down -t 0").succeeds();
    assert!(start.elapsed().as_secs() < 8, "the default grace period was waited for");
}
