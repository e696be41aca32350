//! Several files, formats and places of the manifest, as far as they show in what runs.

use std::fs;

use crate::support::Scenario;

#[test]
fn an_override_file_is_merged() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, environment: { A: base, B: base } } }");
    scenario.file("compose.override.yaml", "services: { web: { environment: { B: override } } }");
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    assert_eq!((web.environment("A"), web.environment("B")), (Some("base"), Some("override")));
}

#[test]
fn files_named_on_the_command_line_are_merged_in_order() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, environment: { A: first } } }");
    scenario.file("second.yaml", "services: { web: { environment: { A: second } } }");
    scenario.ado("-f compose.yaml -f second.yaml up -d").succeeds();
    assert_eq!(scenario.container("web").environment("A"), Some("second"));
}

#[test]
fn a_manifest_comes_from_the_standard_input() {
    let scenario = Scenario::new("services: { other: { image: IMAGE } }");
    let manifest = "services: { web: { image: ado-scenario } }";
    scenario.call("-f - up -d").input(manifest).run().succeeds();
    assert!(scenario.container("web").is_running());
    assert!(scenario.replicas("other").is_empty());
}

#[test]
fn the_manifest_is_found_from_a_folder_below() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    fs::create_dir_all(scenario.path("deep/deeper")).expect("folders");
    scenario.call("up -d").folder(scenario.path("deep/deeper")).run().succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn variables_come_from_the_dotenv_file_and_the_environment_wins() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, environment: { A: '$A', B: '${B}' } } }");
    scenario.file(".env", "A=file\nB=file\n");
    scenario.call("up -d").env("B", "shell").run().succeeds();
    let web = scenario.container("web");
    assert_eq!((web.environment("A"), web.environment("B")), (Some("file"), Some("shell")));
}

#[test]
fn another_environment_file_is_read_when_named() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, environment: { A: '$A' } } }");
    scenario.file("other.env", "A=other\n");
    scenario.ado("--env-file other.env up -d").succeeds();
    assert_eq!(scenario.container("web").environment("A"), Some("other"));
}

#[test]
fn the_project_name_comes_from_the_command_line_the_environment_or_the_manifest() {
    let scenario = Scenario::new("{ name: PROJECT-manifest, services: { web: { image: IMAGE } } }");
    let name = |line: &str, variable: Option<&str>| {
        let call = scenario.call(line);
        let call = if let Some(value) = variable { call.env("COMPOSE_PROJECT_NAME", value) } else { call };
        call.run().succeeds().json()["name"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(name("-p line config --format json", Some("shell")), "line");
    assert_eq!(name("config --format json", Some("shell")), "shell");
    assert_eq!(name("config --format json", None), format!("{}-manifest", scenario.project()));
}

#[test]
fn a_project_with_extends_and_include_comes_up() {
    let scenario = Scenario::new(
        "include: [more/compose.yaml]
services: { web: { extends: { file: base.yaml, service: base }, environment: { B: web } } }",
    );
    scenario.file("base.yaml", "services: { base: { image: IMAGE, environment: { A: base, B: base } } }");
    scenario.file("more/compose.yaml", "services: { api: { image: IMAGE, env_file: [more.env] } }");
    scenario.file("more/more.env", "FROM=included\n");
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    assert_eq!((web.environment("A"), web.environment("B")), (Some("base"), Some("web")));
    assert_eq!(scenario.container("api").environment("FROM"), Some("included"));
}

#[test]
fn profiles_are_activated_by_option_environment_and_name() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE }, a: { image: IMAGE, profiles: [one] }, b: { image: IMAGE, profiles: [two] }, c: { image: IMAGE, profiles: [three] } }",
    );
    scenario.call("--profile one up -d").run().succeeds();
    assert!(scenario.container("a").is_running());
    assert!(scenario.replicas("b").is_empty());
    scenario.call("up -d").env("COMPOSE_PROFILES", "two").run().succeeds();
    assert!(scenario.container("b").is_running());
    scenario.ado("up -d c").succeeds();
    assert!(scenario.container("c").is_running());
}

#[test]
fn a_missing_manifest_is_said() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    fs::remove_file(scenario.path("compose.yaml")).expect("the manifest can be removed");
    scenario.ado("up -d").fails().says("no ");
}

#[test]
fn another_project_directory_is_the_base_of_paths() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, volumes: ['./data:/data:ro'] } }");
    scenario.file("elsewhere/data/note", "elsewhere\n");
    let line = format!("-p {} --project-directory elsewhere -f compose.yaml up -d", scenario.project());
    scenario.ado(&line).succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/data/note"]), "elsewhere\n");
}

#[test]
fn a_secret_out_of_a_variable_of_an_included_file_is_found() {
    let scenario = Scenario::new("include: [{ path: more/compose.yaml, env_file: more/own.env }]");
    scenario.file(
        "more/compose.yaml",
        "{ services: { web: { image: IMAGE, secrets: [token] } }, secrets: { token: { environment: OWN_TOKEN } } }",
    );
    scenario.file("more/own.env", "OWN_TOKEN=only-there\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/token"]), "only-there");
}

#[test]
fn a_service_of_an_inactive_profile_has_what_nobody_else_uses() {
    let scenario = Scenario::new(
        "services:
  web:
    profiles: [later]
    image: PROJECT-web
    networks: [own]
    volumes: ['data:/data']
    secrets: [token]
    build:
      secrets: [token]
      dockerfile_inline: |
        FROM IMAGE
        RUN --mount=type=secret,id=token cp /run/secrets/token /built && : PROJECT
  other: { profiles: [never], image: IMAGE, networks: [elsewhere] }
networks: { own: , elsewhere: { external: true } }
volumes: { data: }
secrets: { token: { environment: TOKEN } }",
    );
    scenario.call("build web").env("TOKEN", "given").run().succeeds();
    scenario.call("up -d web").env("TOKEN", "given").run().succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/token", "/built"]), "givengiven");
    assert!(scenario.network("own").is_some() && scenario.volume("data").is_some());
    scenario.confirmed("--profile later down -v").succeeds();
    assert!(scenario.network("own").is_none() && scenario.volume("data").is_none());
}
