//! Addresses that a person can open.

use crate::support::Scenario;

#[test]
fn urls_has_one_row_for_each_published_port_of_each_replica() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, scale: 2, ports: ['8000'], command: httpd -f -p 8000 -h / }, db: { image: IMAGE } }",
    );
    scenario.ado("up -d").succeeds();
    let rows = scenario.ado("urls --format json").succeeds().json();
    let rows = rows.as_array().expect("a list").clone();
    assert_eq!(rows.len(), 2, "{rows:?}");
    for (row, replica) in rows.iter().zip(scenario.replicas("web")) {
        let port = replica.published("8000/tcp").expect("a published port");
        assert_eq!(row["service"], "web");
        assert_eq!(row["replica"], replica.replica());
        let url = row["url"].as_str().expect("a URL");
        assert!(url.starts_with("http://") && url.contains(&format!(":{port}")), "{url}");
    }
}

#[test]
fn a_port_that_has_two_numbers_is_one_address() {
    // Where the Engine chooses, it counts for IPv4 and IPv6 apart, and the first service moves one of the counts only.
    let scenario = Scenario::new(
        "services: { four: { image: IMAGE, ports: ['0.0.0.0::8000'] }, web: { image: IMAGE, ports: ['8000'] } }",
    );
    scenario.ado("up -d four").succeeds();
    scenario.ado("up -d web").succeeds();
    let rows = scenario.ado("urls web --format json").succeeds().json();
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
    let port = scenario.container("web").published("8000/tcp").expect("a published port");
    assert_eq!(rows[0]["url"], format!("http://localhost:{port}/"));
}

#[test]
fn up_prints_the_urls() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['8000'] } }");
    let outcome = scenario.ado("up -d").succeeds();
    let port = scenario.container("web").published("8000/tcp").expect("a published port");
    outcome.says(&format!(":{port}"));
}

#[test]
fn scale_prints_the_urls_of_all_replicas() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, ports: ['8000'] } }");
    scenario.ado("up -d").succeeds();
    let outcome = scenario.ado("scale web=3").succeeds();
    for replica in scenario.replicas("web") {
        let port = replica.published("8000/tcp").expect("a published port");
        assert!(outcome.output().contains(&format!(":{port}")), "{outcome}");
    }
}
