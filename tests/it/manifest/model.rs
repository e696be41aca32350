//! `ado config` with steps left out, against the answers of Docker Compose 2.40.3.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value as Json, json};

use super::data;

fn ado(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ado"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("HOME", "/home/someone")
        .envs([("B", "shell"), ("FROM_SHELL", "shell")])
        .output()
        .expect("ado runs")
}

/// What is printed for the files of a folder; the folder is `@DIR@`.
fn printed(directory: &Path, arguments: &[&str]) -> String {
    let output = ado(directory, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = directory.canonicalize().expect("the folder");
    String::from_utf8_lossy(&output.stdout).replace(&*folder.to_string_lossy(), "@DIR@")
}

/// The JSON that is printed for one manifest.
fn of(manifest: &str, arguments: &[&str]) -> Json {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let words = [&["config", "--format", "json"], arguments].concat();
    serde_json::from_str(&printed(folder.path(), &words)).expect("JSON")
}

fn keys(json: &Json) -> Vec<&str> {
    json.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn without_interpolation_the_model_is_as_it_is_written() {
    let folder = data("manifest/model");
    let words = ["-f", "compose.yaml", "-f", "override.yaml", "config", "--no-interpolate"];
    for format in ["json", "yaml"] {
        let expected = std::fs::read_to_string(folder.join(format!("expected.{format}"))).expect("the answer");
        let got = printed(&folder, &[&words[..], &["--format", format]].concat());
        assert_eq!(got.trim_end(), expected.trim_end(), "{format}");
    }
}

#[test]
fn the_services_of_a_model_are_those_of_all_profiles() {
    let words = ["config", "--no-interpolate", "--services"];
    assert_eq!(printed(&data("manifest/model"), &words), "db\ninner\nweb\n");
    let only = printed(&data("manifest/model"), &["config", "--no-interpolate", "--format", "json", "web"]);
    let only: Json = serde_json::from_str(&only).expect("JSON");
    assert_eq!(keys(&only["services"]), ["db", "web"]);
}

#[test]
fn what_variables_may_mend_is_no_mistake_in_a_model() {
    let manifest =
        r#"services: {a: {image: x, ports: ["80", "${P}:81", "x:y"], depends_on: [b], environment: ["A =1"]}}"#;
    let model = of(manifest, &["--no-interpolate"]);
    assert_eq!(model["services"]["a"]["ports"], json!(["80", "${P}:81", "x:y"]));
    assert_eq!(model["services"]["a"]["environment"], json!(["A =1"]));
}

#[test]
fn a_variable_is_none_of_the_words_that_a_place_allows_as_in_compose() {
    let folder = tempfile::tempdir().expect("a folder");
    let places = ["depends_on: {b: {condition: '${C}'}}", "pull_policy: '${P}'", "use_api_socket: '${U}'"];
    for place in places {
        let manifest = format!("services: {{a: {{image: x, {place}}}, b: {{image: x}}}}");
        std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
        assert_eq!(ado(folder.path(), &["config", "--no-interpolate"]).status.code(), Some(2), "{place}");
    }
}

#[test]
fn a_service_that_is_not_there_is_a_mistake_even_if_nothing_is_shown() {
    let output = ado(&data("manifest/model"), &["config", "--no-interpolate", "--quiet", "nobody"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no such service: nobody"));
}

#[test]
fn sections_of_json_are_sorted_and_so_is_what_is_below_extensions() {
    let manifest =
        "x-a: {z: 1, b: 2}\nvolumes: {vol: }\nservices: {a: {image: x, volumes: ['vol:/v']}}\nnetworks: {n: }";
    let json = of(manifest, &["--no-normalize"]);
    assert_eq!(keys(&json), ["name", "services", "volumes", "x-a"]);
    assert_eq!(keys(&json["x-a"]), ["b", "z"]);
    assert_eq!(keys(&of(manifest, &[])), ["name", "networks", "services", "volumes", "x-a"]);
}

#[test]
fn without_normalization_resources_are_empty_and_the_name_is_as_written() {
    let manifest =
        "name: Shop\nservices: {a: {image: x, networks: [n], volumes: ['vol:/v']}}\nnetworks: {n: }\nvolumes: {vol: }";
    let json = of(manifest, &["--no-normalize"]);
    assert_eq!((&json["networks"]["n"], &json["volumes"]["vol"]), (&json!({"ipam": {}}), &json!({})));
    assert_eq!(json["name"], "Shop");
    assert_eq!(of(manifest, &[])["name"], "shop");
}

#[test]
fn without_normalization_a_shared_network_still_has_to_lead_somewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = "services: {a: {image: x, network_mode: 'service:nobody'}}";
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let output = ado(folder.path(), &["config", "--no-normalize"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`nobody`"));
}

#[test]
fn without_the_check_of_consistency_replicas_stay_as_written() {
    let manifest = "services: {a: {image: x, scale: 2, deploy: {replicas: 3}}}";
    assert_eq!(of(manifest, &["--no-consistency"])["services"]["a"]["deploy"]["replicas"], 3);
}

#[test]
fn paths_of_an_included_file_are_its_own_even_where_paths_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("a:b");
    std::fs::create_dir(&inner).expect("a folder");
    std::fs::write(inner.join("c.yaml"), "services: {i: {image: x, volumes: ['./q:/q']}}").expect("the file");
    let source = |home: &str| {
        let include = format!("include: [{{path: './a:b/c.yaml', project_directory: '{home}'}}]");
        std::fs::write(folder.path().join("compose.yaml"), include).expect("the file");
        let text = printed(folder.path(), &["config", "--no-path-resolution", "--format", "json"]);
        let json: Json = serde_json::from_str(&text).expect("JSON");
        json["services"]["i"]["volumes"][0]["source"].as_str().map(str::to_owned)
    };
    assert_eq!(source("./a:b").as_deref(), Some("a:b/q"));
    assert_eq!(source(&inner.to_string_lossy()).as_deref(), Some("@DIR@/a:b/q"));
}

#[test]
fn what_comes_out_of_files_stands_in_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("v.env"), "A=1\n").expect("the file");
    let manifest = "services: {a: {image: x, env_file: v.env, label_file: v.env, volumes: [/v], x-b: 1}}";
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let json: Json = serde_json::from_str(&printed(folder.path(), &["config", "--format", "json"])).expect("JSON");
    let expected = ["command", "entrypoint", "environment", "image", "labels", "networks", "volumes"];
    assert_eq!(keys(&json["services"]["a"]), expected);
}

#[test]
fn empty_mappings_models_and_large_numbers_are_written_as_yaml() {
    let manifest =
        "services: {a: {image: x, networks: [n], models: [m]}}\nnetworks: {n: }\nmodels: {m: {model: y}}\nx-n: 1e21";
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("compose.yaml"), manifest).expect("the file");
    let yaml = printed(folder.path(), &["config", "--no-normalize"]);
    for part in ["\n  \"n\": {}\n", "\nmodels:\n  m:\n    model: \"y\"\n", "\nx-n: 1e+21\n"] {
        assert!(yaml.contains(part), "{part}: {yaml}");
    }
}
