//! Called through a link named `docker-compose`.

use crate::support::Scenario;

#[test]
fn a_link_named_docker_compose_works_as_that() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.shell("ln -s $ADO docker-compose").run().succeeds();
    let call = |line: &str| scenario.shell(&format!("./docker-compose {line}")).run().succeeds();
    call("up -d").says(&format!("Container {}-web-1  Started", scenario.project()));
    assert_eq!(call("ps --services").stdout(), "web\n");
    call("down -v");
    assert!(scenario.everything().is_empty());
}
