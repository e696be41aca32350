//! Published ports, and `port` that finds them.

use std::net::{TcpListener, TcpStream};

use crate::support::Scenario;

const SERVER: &str = "command: httpd -f -p 8000 -h /";

/// A range of host ports that is free now.
fn free_range(length: u16) -> (u16, u16) {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").and_then(|one| one.local_addr()).expect("a free port").port();
        let all_free = (first..first.saturating_add(length)).all(|port| TcpListener::bind(("0.0.0.0", port)).is_ok());
        if first < 60000 && all_free {
            return (first, first + length - 1);
        }
    }
}

#[test]
fn a_port_without_a_host_port_gets_a_free_one() {
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, {SERVER}, ports: ['8000'] }} }}"));
    scenario.ado("up -d").succeeds();
    let port = scenario.container("web").published("8000/tcp").expect("a published port");
    TcpStream::connect(("127.0.0.1", port)).expect("the port answers");
}

#[test]
fn a_fixed_host_port_is_used() {
    let (port, _) = free_range(1);
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{port}:8000'] }} }}"));
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").published("8000/tcp"), Some(port));
}

#[test]
fn a_host_address_is_bound() {
    let (port, _) = free_range(1);
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['127.0.0.1:{port}:8000'] }} }}"));
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").text("/NetworkSettings/Ports/8000~1tcp/0/HostIp"), "127.0.0.1");
}

#[test]
fn udp_ports_are_published_as_udp() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['53/udp'] } }");
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").published("53/udp").is_some());
}

#[test]
fn ranges_are_published_one_to_one() {
    let (first, last) = free_range(3);
    let scenario =
        Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{first}-{last}:8000-8002'] }} }}"));
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    assert_eq!(web.published("8000/tcp"), Some(first));
    assert_eq!(web.published("8002/tcp"), Some(last));
}

#[test]
fn replicas_share_a_range_of_host_ports() {
    let (first, last) = free_range(3);
    let scenario =
        Scenario::new(&format!("services: {{ web: {{ image: IMAGE, scale: 3, ports: ['{first}-{last}:8000'] }} }}"));
    scenario.ado("up -d").succeeds();
    let mut ports: Vec<u16> = scenario.replicas("web").iter().filter_map(|one| one.published("8000/tcp")).collect();
    ports.sort_unstable();
    assert_eq!(ports, (first..=last).collect::<Vec<_>>());
}

#[test]
fn the_long_form_is_understood() {
    let (port, _) = free_range(1);
    let scenario = Scenario::new(&format!(
        "services: {{ web: {{ image: IMAGE, ports: [{{ target: 8000, published: '{port}', protocol: tcp, host_ip: 127.0.0.1 }}] }} }}"
    ));
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").published("8000/tcp"), Some(port));
}

#[test]
fn exposed_ports_are_not_published() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, expose: ['9000'] } }");
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    let exposed = web.at("/Config/ExposedPorts").as_object().expect("exposed ports");
    assert!(exposed.keys().any(|port| port.starts_with("9000")));
    assert_eq!(web.published("9000/tcp"), None);
}

#[test]
fn port_prints_address_and_port() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['127.0.0.1::8000'] } }");
    scenario.ado("up -d").succeeds();
    let port = scenario.container("web").published("8000/tcp").expect("a published port");
    assert_eq!(scenario.ado("port web 8000").succeeds().stdout().trim(), format!("127.0.0.1:{port}"));
}

#[test]
fn port_of_a_replica_is_found_by_its_index() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 2, ports: ['8000'] } }");
    scenario.ado("up -d").succeeds();
    for (index, replica) in scenario.replicas("web").iter().enumerate() {
        let port = replica.published("8000/tcp").expect("a published port");
        let said = scenario.ado(&format!("port --index {} web 8000", index + 1)).succeeds().stdout();
        assert_eq!(said.trim(), format!("0.0.0.0:{port}"));
    }
}

#[test]
fn port_of_a_protocol_is_found() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['53/udp'] } }");
    scenario.ado("up -d").succeeds();
    let port = scenario.container("web").published("53/udp").expect("a published port");
    assert_eq!(scenario.ado("port --protocol udp web 53").succeeds().stdout().trim(), format!("0.0.0.0:{port}"));
    scenario.ado("port web 53").fails();
}

#[test]
fn port_of_what_is_not_published_fails() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.ado("up -d").succeeds();
    scenario.ado("port web 8000").exits(1);
}

#[test]
fn a_taken_port_fails() {
    let holder = TcpListener::bind("0.0.0.0:0").expect("a port to hold");
    let port = holder.local_addr().expect("its address").port();
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{port}:8000'] }} }}"));
    scenario.ado("up -d").exits(1).says(&port.to_string());
    assert!(scenario.replicas("web").iter().all(|one| !one.is_running()));
}
