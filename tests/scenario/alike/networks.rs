//! Networks: who reaches whom under which name.

use crate::support::Scenario;

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

/// The address that a service resolves a name to; empty when it resolves to none.
fn resolved(scenario: &Scenario, service: &str, name: &str) -> String {
    let answer = scenario.inside(service, &["ping", "-c", "1", "-W", "1", name]);
    let address = answer.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(address, _)| address);
    address.unwrap_or_default().to_owned()
}

fn address(scenario: &Scenario, service: &str, network: &str) -> String {
    let container = scenario.container(service);
    container.network(&format!("{}_{network}", scenario.project()))["IPAddress"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn services_reach_each_other_by_name() {
    let scenario = up("services: { web: { image: IMAGE }, db: { image: IMAGE } }");
    assert_eq!(resolved(&scenario, "web", "db"), address(&scenario, "db", "default"));
}

#[test]
fn services_are_reached_by_their_aliases() {
    let scenario =
        up("services: { web: { image: IMAGE }, db: { image: IMAGE, networks: { default: { aliases: [database] } } } }");
    assert_eq!(resolved(&scenario, "web", "database"), address(&scenario, "db", "default"));
}

#[test]
fn links_give_names_of_their_own() {
    let scenario = up("services: { web: { image: IMAGE, links: ['db:store'] }, db: { image: IMAGE } }");
    assert_eq!(resolved(&scenario, "web", "store"), address(&scenario, "db", "default"));
}

#[test]
fn services_on_different_networks_do_not_reach_each_other() {
    let scenario = up(
        "{ services: { web: { image: IMAGE, networks: [front] }, db: { image: IMAGE, networks: [back] } }, networks: { front: , back: } }",
    );
    assert_eq!(resolved(&scenario, "web", "db"), "");
}

#[test]
fn a_service_joins_all_its_networks() {
    let scenario = up("{ services: { web: { image: IMAGE, networks: [front, back] } }, networks: { front: , back: } }");
    let name = |key: &str| format!("{}_{key}", scenario.project());
    assert_eq!(scenario.container("web").networks(), [name("back"), name("front")]);
}

#[test]
fn a_static_address_is_given() {
    let scenario = up("services: { web: { image: IMAGE, networks: { lan: { ipv4_address: 10.213.9.77 } } } }
networks: { lan: { ipam: { config: [{ subnet: 10.213.9.0/24 }] } } }");
    assert_eq!(address(&scenario, "web", "lan"), "10.213.9.77");
}

#[test]
fn an_internal_network_is_internal() {
    let scenario =
        up("{ services: { web: { image: IMAGE, networks: [lan] } }, networks: { lan: { internal: true } } }");
    assert_eq!(scenario.network("lan").expect("the network")["Internal"], true);
}

#[test]
fn driver_options_and_labels_reach_the_network() {
    let scenario = up("services: { web: { image: IMAGE, networks: [lan] } }
networks: { lan: { driver_opts: { com.docker.network.bridge.enable_icc: 'false' }, labels: { team: blue } } }");
    let network = scenario.network("lan").expect("the network");
    assert_eq!(network["Options"]["com.docker.network.bridge.enable_icc"], "false");
    assert_eq!(network["Labels"]["team"], "blue");
}

#[test]
fn a_missing_external_network_fails_and_is_named() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, networks: [far] } }, networks: { far: { external: true, name: PROJECT_far } } }",
    );
    scenario.ado("up -d").exits(1).says(&format!("{}_far", scenario.project()));
    assert!(scenario.everything().is_empty());
}

#[test]
fn an_unused_network_is_not_made() {
    let scenario = up("{ services: { web: { image: IMAGE } }, networks: { spare: } }");
    assert!(scenario.network("spare").is_none());
}

#[test]
fn network_mode_none_has_no_network() {
    let scenario = up("services: { web: { image: IMAGE, network_mode: none } }");
    assert_eq!(scenario.container("web").text("/HostConfig/NetworkMode"), "none");
    assert!(scenario.network("default").is_none());
}

#[test]
fn a_service_can_share_another_ones_network() {
    let scenario = up("services: { web: { image: IMAGE }, side: { image: IMAGE, network_mode: 'service:web' } }");
    let mode = scenario.container("side").text("/HostConfig/NetworkMode").to_owned();
    assert_eq!(mode, format!("container:{}", scenario.container("web").id()));
}

#[test]
fn a_network_with_a_name_has_that_name() {
    let scenario = up("{ services: { web: { image: IMAGE } }, networks: { default: { name: PROJECT_special } } }");
    assert!(scenario.network("special").is_some());
    assert!(scenario.network("default").is_none());
}

#[test]
fn the_network_with_the_highest_gateway_priority_or_first_name_is_the_primary_one() {
    let scenario = up(
        "{ services: { web: { image: IMAGE, networks: { front: { priority: 10 }, back: { priority: 1000 } } } }, networks: { front: , back: } }",
    );
    assert_eq!(scenario.container("web").text("/HostConfig/NetworkMode"), format!("{}_back", scenario.project()));
}

#[test]
fn a_mac_address_is_given() {
    let scenario = up("services: { web: { image: IMAGE, mac_address: '02:42:ac:11:65:43' } }");
    assert_eq!(scenario.inside("web", &["cat", "/sys/class/net/eth0/address"]).trim(), "02:42:ac:11:65:43");
}
