//! The example at the root of the repository, from end to end: what a newcomer is promised.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::support::{Call, Outcome, Scenario, until_within};

/// Building three images and setting up a database, on a busy machine.
const SET_UP: Duration = Duration::from_mins(25);
/// A replica installs its packages before it answers.
const START: Duration = Duration::from_mins(3);
const TESTS_INSIDE: Duration = Duration::from_mins(5);
/// Of pytest.
const NO_TESTS_WERE_FOUND: i32 = 5;
const ARTIST: &str = "Ada and the Engines";

#[test]
fn a_fresh_clone_comes_up_with_one_command_is_scaled_and_goes_away() {
    let scenario = Scenario::new("services: {}");
    copy_the_repository_to(&scenario.path(""));

    quickstart(&scenario).says("It runs");
    let portal = addresses(&scenario, "portal");
    assert_eq!(portal.len(), 1, "{portal:?}");
    assert!(page(&portal[0], "/").contains(ARTIST), "the portal shows the demo artists");
    assert!(page(&addresses(&scenario, "api")[0], "/artists").contains(ARTIST), "the api lists the demo artists");

    let before = ids(&scenario);
    quickstart(&scenario);
    assert_eq!(ids(&scenario), before, "a second quickstart keeps every container");

    ado(&scenario, "scale portal=3").within(TESTS_INSIDE).run().succeeds();
    let portals = addresses(&scenario, "portal");
    assert_eq!(portals.len(), 3, "{portals:?}");
    for portal in &portals {
        until_within(START, "every replica of the portal answers", || page(portal, "/").contains(ARTIST));
    }

    an_edit_on_the_host_is_live_after_a_restart(&scenario);
    its_own_tests_pass(&scenario);
    its_databases_are_kept_from_both_sides(&scenario);

    ado(&scenario, "down --volumes --yes").run().succeeds();
    assert!(scenario.everything().is_empty(), "no container is left");
    assert!(scenario.volume("database").is_none(), "no volume is left");
}

fn an_edit_on_the_host_is_live_after_a_restart(scenario: &Scenario) {
    let template = scenario.path("checkouts/collecting_society_web/collecting_society_web/templates/page.jinja2");
    let text = fs::read_to_string(&template).expect("the portal's template is checked out");
    fs::write(&template, text.replace("its makers decide about", "we edited on the host")).expect("it can be edited");

    ado(scenario, "restart portal").run().succeeds();

    for portal in addresses(scenario, "portal") {
        until_within(START, "the edit is live", || page(&portal, "/").contains("we edited on the host"));
    }
}

fn its_own_tests_pass(scenario: &Scenario) {
    ado(scenario, "test --junit reports").within(TESTS_INSIDE).run().succeeds().says(" passed");
    for service in ["tryton", "portal", "api"] {
        let report = fs::read_to_string(scenario.path(&format!("reports/test-{service}.xml"))).expect("a report");
        assert!(report.contains("failures=\"0\""), "{report}");
    }
    let one = "test --keep tryton -- --quiet -k unit";
    ado(scenario, one).within(TESTS_INSIDE).run().succeeds().says("deselected").says(" stays");
    ado(scenario, "test tryton -- -k nothing").within(TESTS_INSIDE).run().exits(NO_TESTS_WERE_FOUND);
    ado(scenario, "db-delete --leftovers --yes").run().succeeds().says("ado_test_");
}

/// What a backup inside and one outside hold, and that the restored one is the same database.
fn its_databases_are_kept_from_both_sides(scenario: &Scenario) {
    let inside = |line: &str| ado(scenario, &format!("run --rm -T tryton ado-do {line}")).within(TESTS_INSIDE);
    let artists = |database: &str, call: Call| {
        let counted = call.input("SELECT count(*) FROM collecting_society_artist;").run().succeeds();
        assert!(counted.stdout().contains(" 5\n"), "{database}: {}", counted.stdout());
    };
    let backup = ado(scenario, "db-backup c3s").run().succeeds();
    ado(scenario, "db-create outside").run().succeeds();
    ado(scenario, "db-restore outside").input(backup.bytes()).run().succeeds();
    artists("outside", ado(scenario, "db-psql outside"));
    let backup = inside("db-backup c3s").run().succeeds();
    inside("db-restore inside").input(backup.bytes()).run().succeeds();
    artists("inside", inside("db-psql inside"));

    inside("db-copy inside copied").run().succeeds();
    inside("db-rename copied renamed").run().succeeds();
    ado(scenario, "db-update -m collecting_society renamed").within(TESTS_INSIDE).run().succeeds();
    ado(scenario, "db-list").run().succeeds().says("renamed").says("outside");
    inside("db-demo-setup demo").run().succeeds().says("5 artists");
    ado(scenario, "db-demo-setup demo").run().succeeds().says("exists already");
    ado(scenario, "db-rebuild --yes demo").within(TESTS_INSIDE).run().succeeds().says("5 artists");
    inside("pip-install tryton").run().succeeds();
    ado(scenario, "pip-install portal").within(TESTS_INSIDE).run().succeeds();
    inside("db-delete --yes inside outside renamed demo").run().succeeds();

    ado(scenario, "db-reset --yes").within(SET_UP).run().succeeds();
    let portal = &addresses(scenario, "portal")[0];
    until_within(START, "the portal shows the fresh demo data", || page(portal, "/").contains(ARTIST));
}

/// Everything that git knows or would add: what a fresh clone of the present state holds.
fn copy_the_repository_to(folder: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .expect("git lists the files of the repository");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).expect("names in UTF-8");
    for name in names.split_terminator('\0').filter(|name| root.join(name).is_file()) {
        let target = folder.join(name);
        fs::create_dir_all(target.parent().expect("a file in a folder")).expect("the file's folder");
        fs::copy(root.join(name), target).expect("the file can be copied");
    }
}

fn quickstart(scenario: &Scenario) -> Outcome {
    scenario.script("quickstart").within(SET_UP).run().succeeds()
}

/// The program under test on this scenario's project: the example's manifest has a name of its own.
fn ado(scenario: &Scenario, line: &str) -> Call {
    scenario.call(line).env("COMPOSE_PROJECT_NAME", scenario.project())
}

/// `host:port` of each replica of a service.
fn addresses(scenario: &Scenario, service: &str) -> Vec<String> {
    let rows = ado(scenario, "urls --format json").run().succeeds().json();
    let rows = rows.as_array().expect("a list");
    let urls = rows.iter().filter(|row| row["service"] == service).filter_map(|row| row["url"].as_str());
    urls.map(|url| url.trim_start_matches("http://").trim_end_matches('/').to_owned()).collect()
}

/// What the address answers to a GET; empty while nothing answers.
fn page(address: &str, path: &str) -> String {
    let mut answer = String::new();
    let asked = TcpStream::connect(address).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        stream.read_to_string(&mut answer)
    });
    asked.map(|_| answer).unwrap_or_default()
}

/// The container of each service, to see that it stays the same.
fn ids(scenario: &Scenario) -> Vec<String> {
    scenario.everything().iter().map(|container| container.id().to_owned()).collect()
}
