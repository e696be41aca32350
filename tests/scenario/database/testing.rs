//! `ado test`: the database of a run is a copy of a template, which is never an old one.

use crate::database::server::{Kind, image};
use crate::support::{Outcome, Scenario};

const CONFIG: &str = r#"
[database]
service = "db"
engine = "postgres"
name = "c3s"
update = "update"

[task.update]
service = "db"
run = ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", "{{ database }}", "-f", "/sources/schema.sql"]
argument.database = {}

[task.test-schema]
service = "db"
run = ["psql", "-XqAt", "-d", "{{ env.ADO_TEST_DATABASE }}", "-c", "SELECT 'it is ' || word FROM schema"]
"#;

fn scenario() -> Scenario {
    let scenario = Scenario::new(&format!(
        "services:
  db:
    image: {}
    shm_size: 128m
    stop_grace_period: 1s
    x-ado: {{ tasks: true }}
    volumes: ['data:/var/lib/postgresql', './sources:/sources:ro']
volumes: {{ data: }}
",
        image(Kind::Postgres)
    ));
    scenario.file("config.toml", CONFIG);
    scenario.file("sources/schema.sql", &schema("first"));
    scenario
}

fn schema(word: &str) -> String {
    format!("CREATE TABLE schema AS SELECT '{word}'::text AS word;")
}

/// The names of databases that belong to tests.
fn kept(scenario: &Scenario) -> Vec<String> {
    let sql = "SELECT datname FROM pg_database WHERE datname LIKE 'ado%' ORDER BY 1";
    scenario.inside("db", &["psql", "-XqAt", "-c", sql]).lines().map(str::to_owned).collect()
}

fn test(scenario: &Scenario, word: &str) -> Outcome {
    let outcome = scenario.ado("test").succeeds();
    assert_eq!(outcome.stdout(), format!("it is {word}\n"));
    outcome
}

#[test]
fn the_template_is_kept_until_what_it_is_made_of_changes() {
    let scenario = scenario();
    test(&scenario, "first").says("the template of test databases is made;");
    let template = kept(&scenario);
    assert_eq!(template.len(), 1, "{template:?}");
    test(&scenario, "first").says_nothing_of("template");
    scenario.file("sources/tests/test_schema.py", "a test is no part of the database");
    test(&scenario, "first").says_nothing_of("template");
    assert_eq!(kept(&scenario), template);

    scenario.file("sources/schema.sql", &schema("second"));
    test(&scenario, "second").says("made anew, because what it was made of has changed");
    let fresh = kept(&scenario);
    assert!(fresh.len() == 1 && fresh != template, "the old one is removed: {fresh:?}, {template:?}");
    test(&scenario, "second").says_nothing_of("template");

    let third =
        CONFIG.replace("\"-f\", \"/sources/schema.sql\"", "\"-c\", \"CREATE TABLE schema AS SELECT 'third' AS word\"");
    scenario.file("config.toml", &third);
    test(&scenario, "third").says("made anew");
    scenario.ado("test --build").succeeds().says("is made anew");
    assert_eq!(kept(&scenario).len(), 1);
}

#[test]
fn a_test_without_its_database_says_how_it_is_run() {
    let scenario = scenario();
    scenario.ado("up -d --wait").succeeds();
    let told = scenario.ado("do test-schema").exits(2).says("is a test").says("ADO_TEST_DATABASE");
    told.says("`ado test db`").says_nothing_of("cannot be rendered");
    let given = scenario.ado("exec -T -e ADO_TEST_DATABASE=postgres db ado-do test-schema").fails();
    given.says("relation \"schema\" does not exist");
}
