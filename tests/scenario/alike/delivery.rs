//! Configs and secrets inside the containers.

use crate::support::Scenario;

#[test]
fn a_config_from_a_file_is_delivered() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, configs: [site] } }, configs: { site: { file: ./site.conf } } }",
    );
    scenario.file("site.conf", "listen 80\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/site"]), "listen 80\n");
}

#[test]
fn a_config_with_content_is_delivered() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, configs: [{ source: site, target: /etc/site.conf }] } }
configs: { site: { content: 'listen ${PORT:-80}' } }",
    );
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/etc/site.conf"]), "listen 80");
}

#[test]
fn a_config_from_the_environment_is_delivered() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, configs: [site] } }, configs: { site: { environment: SITE } } }",
    );
    scenario.call("up -d").env("SITE", "from the environment").run().succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/site"]), "from the environment");
}

#[test]
fn a_secret_from_a_file_is_delivered() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, secrets: [token] } }, secrets: { token: { file: ./token } } }",
    );
    scenario.file("token", "s3cret");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/token"]), "s3cret");
}

#[test]
fn a_secret_from_the_environment_is_delivered() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, secrets: [token] } }, secrets: { token: { environment: TOKEN } } }",
    );
    scenario.call("up -d").env("TOKEN", "s3cret").run().succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/token"]), "s3cret");
}

#[test]
fn a_delivered_file_has_the_owner_and_mode_of_the_manifest() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, configs: [{ source: site, target: /site, uid: '405', gid: '405', mode: 0440 }] } }
configs: { site: { content: text } }",
    );
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["stat", "-c", "%u %g %a", "/site"]).trim(), "405 405 440");
}

#[test]
fn a_secret_has_a_target_of_its_own() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, secrets: [{ source: token, target: renamed }] } }
secrets: { token: { file: ./token } }",
    );
    scenario.file("token", "s3cret");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/renamed"]), "s3cret");
}

#[test]
fn run_gets_the_files_too() {
    let scenario =
        Scenario::new("{ services: { web: { image: IMAGE, configs: [site] } }, configs: { site: { content: text } } }");
    assert_eq!(scenario.ado("run --rm web cat /site").succeeds().stdout().trim_end(), "text");
}

#[test]
fn an_undefined_secret_is_refused() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, secrets: [token] } }");
    scenario.ado("up -d").fails().says("token");
    assert!(scenario.everything().is_empty());
}
