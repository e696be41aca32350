//! The JSON schemas that editors use know the keys that ado reads, and no others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// A `config.toml` that says everything that can be said.
const EVERYTHING: &str = r#"
[[repository]]
url = "https://example.org/a.git"
branch = "main"
path = "checkouts/a"

[[directory]]
path = "data"
mode = "0750"

[[file]]
source = "etc/a.example"
target = "etc/a"

[database]
service = "db"
engine = "postgres"
user = "postgres"
name = "c3s"
template = "template0"
update = "migrate"
demo = "migrate"

[database.password]
file = "etc/password"

[task.migrate]
service = "db"
help = "Bring the database up to date"
lock = true
when = ["true"]
workdir = "/srv"
user = "root"
shell = ["sh", "-eu", "-c"]
run = "echo done"
exec = ["true"]

[task.migrate.needs]
tasks = [["wait", "x"]]
services = ["db"]

[task.migrate.env]
A = "1"

[task.migrate.argument.name]
help = "Which"
type = "text"
default = "a"
choices = ["a", "b"]
list = false

[task.migrate.option.force]
help = "Without asking"
type = "flag"
short = "f"

[task.wait]
run = [["true"]]

[task.wait.argument.name]
required = true
"#;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("etc/schema").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("JSON")
}

fn keys(schema: &Value) -> BTreeSet<String> {
    schema["properties"].as_object().expect("properties").keys().cloned().collect()
}

fn keys_of(table: &toml::Table, name: &[&str]) -> BTreeSet<String> {
    let mut value = &toml::Value::Table(table.clone());
    for step in name {
        value = match value {
            toml::Value::Array(items) => &items[0][*step],
            value => &value[*step],
        };
    }
    let value = if let toml::Value::Array(items) = value { &items[0] } else { value };
    value.as_table().expect("a table").keys().cloned().collect()
}

#[test]
fn what_the_schema_of_config_toml_knows_is_read() {
    let settings = ado::settings::parse(Path::new("config.toml"), EVERYTHING);
    let settings = settings.unwrap_or_else(|invalid| panic!("{:#?}", invalid.problems));
    assert_eq!(settings.tasks.len(), 2);
    let schema = schema("config.json");
    let table: toml::Table = EVERYTHING.parse().expect("TOML");
    let properties = &schema["properties"];
    assert_eq!(keys(&schema), table.keys().cloned().collect());
    assert_eq!(keys(&properties["repository"]["items"]), keys_of(&table, &["repository"]));
    assert_eq!(keys(&properties["directory"]["items"]), keys_of(&table, &["directory"]));
    assert_eq!(keys(&properties["file"]["items"]), keys_of(&table, &["file"]));
    assert_eq!(keys(&properties["database"]["anyOf"][0]), keys_of(&table, &["database"]));
    let task = &properties["task"]["additionalProperties"];
    assert_eq!(keys(task), keys_of(&table, &["task", "migrate"]));
    assert_eq!(keys(&task["properties"]["needs"]["anyOf"][1]), keys_of(&table, &["task", "migrate", "needs"]));
}

#[test]
fn the_schema_of_x_ado_knows_its_keys() {
    assert_eq!(keys(&schema("x-ado.json")), BTreeSet::from(["tasks".to_owned()]));
}
