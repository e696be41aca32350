//! `ado config`, as a process.

use std::path::Path;
use std::process::{Command, Output};

use super::data;

fn config(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ado"))
        .arg("config")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HOME", "/home/someone")
        .output()
        .expect("ado runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn society() -> std::path::PathBuf {
    data("manifest/society")
}

#[test]
fn people_read_yaml_in_composes_order_and_spelling() {
    insta::assert_snapshot!(text(&config(&society(), &[])));
}

#[test]
fn the_yaml_can_be_read_as_a_manifest_again() {
    let once = text(&config(&society(), &["--format", "yaml"]));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("compose.yaml"), &once).expect("the file");
    assert_eq!(text(&config(folder.path(), &["--format", "yaml"])), once);
}

#[test]
fn the_json_is_composes() {
    let json: serde_json::Value =
        serde_json::from_str(&text(&config(&society(), &["--format", "json"]))).expect("JSON");
    assert_eq!(json["services"]["portal"]["image"], "portal:1.2");
    assert_eq!(json["services"]["portal"]["command"][4], "5$$");
    assert_eq!(json["services"]["db"]["healthcheck"]["interval"], "1m30s");
    assert_eq!(json["services"]["db"]["environment"]["POSTGRES_PASSWORD"], "sentinel-3141");
    assert_eq!(json["networks"]["default"]["name"], "society_default");
    assert!(json["services"]["portal"].get("x-note").is_none());
    assert!(json["services"].get("debug").is_none());
}

#[test]
fn values_out_of_an_env_file_are_shown_only_where_that_is_asked_for() {
    let hidden: [&[&str]; 5] = [&[], &["--origin"], &["db"], &["--hash", "*"], &["--environment"]];
    for arguments in hidden {
        let output = config(&society(), arguments);
        for stream in [&output.stdout, &output.stderr] {
            assert!(!String::from_utf8_lossy(stream).contains("sentinel-3141"), "{arguments:?}");
        }
    }
    assert!(text(&config(&society(), &[])).contains("‹secret›"));
    let asked: [&[&str]; 3] = [&["--show-secrets"], &["--format", "yaml"], &["--origin", "--show-secrets"]];
    for arguments in asked {
        assert!(text(&config(&society(), arguments)).contains("sentinel-3141"), "{arguments:?}");
    }
}

#[test]
fn each_value_says_where_it_is_written_and_each_variable_where_it_comes_from() {
    insta::assert_snapshot!(text(&config(&society(), &["--origin"])));
}

#[test]
fn lists() {
    let list = |arguments: &[&str]| text(&config(&society(), arguments)).lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(list(&["--services"]), ["db", "portal"]);
    assert_eq!(list(&["--volumes"]), ["data"]);
    assert_eq!(list(&["--networks"]), ["default"]);
    assert_eq!(list(&["--profiles"]), ["debug"]);
    assert_eq!(list(&["--images"]), ["postgres:15", "portal:1.2"]);
    assert_eq!(list(&["-q"]), Vec::<String>::new());
    assert_eq!(list(&["--hash", "portal"]).len(), 1);
    assert!(list(&["--environment"]).contains(&"TAG=1.2".to_owned()));
    let variables = list(&["--variables"]);
    assert!(variables.iter().any(|line| line.starts_with("POSTGRES") && line.contains("15")), "{variables:?}");
    assert!(variables.iter().any(|line| line.starts_with("TAG") && line.contains("true")), "{variables:?}");
}

#[test]
fn steps_can_be_left_out() {
    let plain = text(&config(&society(), &["--no-interpolate"]));
    assert!(plain.contains("image: portal:${TAG:?say which}"), "{plain}");
    let plain = text(&config(&society(), &["--no-normalize"]));
    assert!(!plain.contains("society_default"), "{plain}");
    let plain = text(&config(&society(), &["--no-env-resolution"]));
    assert!(plain.contains("env_file"), "{plain}");
}

#[test]
fn a_service_is_shown_with_what_it_depends_on_even_if_its_profile_is_not_active() {
    let json = text(&config(&society(), &["--format", "json", "debug"]));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let names: Vec<&String> = json["services"].as_object().expect("services").keys().collect();
    assert_eq!(names, ["db", "debug", "portal"]);
    let output = config(&society(), &["nobody"]);
    assert!(!output.status.success());
}

#[test]
fn problems_end_with_2_and_are_json_lines_where_tools_read() {
    let folder = data("invalid/several-problems");
    let output = config(&folder, &["--progress", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let lines = String::from_utf8_lossy(&output.stderr).into_owned();
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["file"], &first["line"]), (&"compose.yaml".into(), &3.into()));
}

#[test]
fn the_format_of_2014_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = "web:\n  build: .\n  dockerfile: Dockerfile.web\n  links: [db]\n  log_driver: syslog\ndb:\n  image: postgres\n  net: host\n";
    std::fs::write(folder.path().join("docker-compose.yml"), old).expect("the file");
    let json: serde_json::Value =
        serde_json::from_str(&text(&config(folder.path(), &["--format", "json"]))).expect("JSON");
    assert_eq!(json["services"]["web"]["build"]["dockerfile"], "Dockerfile.web");
    assert_eq!(json["services"]["web"]["logging"]["driver"], "syslog");
    assert_eq!(json["services"]["web"]["depends_on"]["db"]["condition"], "service_started");
    assert_eq!(json["services"]["db"]["network_mode"], "host");
}

#[test]
fn two_services_with_one_container_name_are_a_problem_where_both_are_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "name: demo
services:
  one:
    image: nginx
    container_name: web
  two:
    image: nginx
    container_name: web
";
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let refused: [&[&str]; 2] = [&[], &["--quiet"]];
    for arguments in refused {
        let output = config(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        insta::assert_snapshot!("one_container_name_for_two", String::from_utf8_lossy(&output.stderr));
    }
    let fine: [&[&str]; 4] = [&["one"], &["--services"], &["--no-consistency"], &["--no-interpolate"]];
    for arguments in fine {
        text(&config(folder.path(), arguments));
    }
}

#[test]
fn a_container_name_that_is_inherited_points_at_the_services_that_inherit_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let base = "services:
  a:
    image: nginx
    container_name: web
";
    let manifest = "name: demo
services:
  b:
    extends: {file: base.yaml, service: a}
  c:
    extends: {file: base.yaml, service: a}
  d:
    extends: {file: base.yaml, service: a}
";
    std::fs::write(folder.path().join("base.yaml"), base).expect("the file");
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let output = config(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
}
