//! The variables that containers of 2014 read.

use crate::support::{Scenario, until};

#[test]
fn a_manifest_of_2014_brings_the_variables_of_its_links_and_they_lead_there() {
    let scenario = Scenario::new(
        "db: { image: IMAGE, expose: ['8000'], command: httpd -f -p 8000 -h /etc }\nweb: { image: IMAGE, links: [db], command: sleep 1000 }\n",
    );
    scenario.ado("up -d").succeeds();
    let port = scenario.inside("web", &["sh", "-c", "echo $DB_1_PORT"]);
    assert_eq!(port.trim(), format!("tcp://{}:8000", scenario.container("db").name()));
    let connect = "nc $DB_PORT_8000_TCP_ADDR $DB_PORT_8000_TCP_PORT </dev/null && echo open";
    until("the linked service answers", || scenario.inside("web", &["sh", "-c", connect]).trim() == "open");
}
