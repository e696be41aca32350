//! Port conflicts are found before anything is made, and ports stay.

use std::net::TcpListener;

use crate::support::Scenario;

#[test]
fn a_port_that_a_process_holds_is_named_with_its_holder() {
    let holder = TcpListener::bind("0.0.0.0:0").expect("a port to hold");
    let port = holder.local_addr().expect("its address").port();
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{port}:8000'] }} }}"));
    scenario.ado("up -d").exits(1).says(&port.to_string()).says(&std::process::id().to_string());
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
}

#[test]
fn a_port_that_a_container_holds_is_named_with_its_holder() {
    let holder = Scenario::new("services: { other: { image: IMAGE, ports: ['8000'] } }");
    holder.ado("up -d").succeeds();
    let held = holder.container("other");
    let port = held.published("8000/tcp").expect("a published port");
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{port}:8000'] }} }}"));
    scenario.ado("up -d").exits(1).says(&port.to_string()).says(held.name());
    assert!(scenario.everything().is_empty());
    assert!(scenario.network("default").is_none());
}

#[test]
fn two_services_that_want_the_same_port_are_refused_before_anything_is_made() {
    let free = TcpListener::bind("0.0.0.0:0").and_then(|one| one.local_addr()).expect("a free port").port();
    let scenario = Scenario::new(&format!(
        "services: {{ a: {{ image: IMAGE, ports: ['{free}:80'] }}, b: {{ image: IMAGE, ports: ['{free}:80'] }} }}"
    ));
    scenario.ado("up -d").fails().says(&free.to_string()).says("a").says("b");
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_port_that_was_chosen_is_kept_on_recreation() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, scale: 2, ports: ['8000'] } }");
    scenario.ado("up -d").succeeds();
    let ports = || scenario.replicas("web").iter().map(|one| one.published("8000/tcp")).collect::<Vec<_>>();
    let before = ports();
    scenario.ado("up -d --force-recreate").succeeds();
    assert_eq!(ports(), before);
}

#[test]
fn a_service_may_keep_its_own_fixed_port_on_recreation() {
    let free = TcpListener::bind("0.0.0.0:0").and_then(|one| one.local_addr()).expect("a free port").port();
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, ports: ['{free}:8000'] }} }}"));
    scenario.ado("up -d").succeeds();
    scenario.ado("up -d --force-recreate").succeeds();
    assert_eq!(scenario.container("web").published("8000/tcp"), Some(free));
}
