//! Secrets stay secret: a sentinel is looked for in everything that is printed.

use crate::support::Scenario;

const SENTINEL: &str = "xyzzy-sentinel-4711";

const MANIFEST: &str = "services:
  web:
    image: IMAGE
    env_file: [secret.env]
    secrets: [token]
secrets: { token: { file: ./token } }";

#[test]
fn no_output_shows_a_secret_unless_asked() {
    let scenario = Scenario::new(MANIFEST);
    scenario.file("secret.env", &format!("PASSWORD={SENTINEL}\n"));
    scenario.file("token", SENTINEL);
    for line in [
        "plan",
        "plan --format json",
        "--dry-run up -d",
        "--progress json up -d",
        "--progress plain up -d --force-recreate",
        "ps --format json",
        "config",
        "urls --format json",
        "down",
    ] {
        scenario.ado(line).succeeds().says_nothing_of(SENTINEL);
    }
}

#[test]
fn a_secret_reaches_the_container_although_no_output_shows_it() {
    let scenario = Scenario::new(MANIFEST);
    scenario.file("secret.env", &format!("PASSWORD={SENTINEL}\n"));
    scenario.file("token", SENTINEL);
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").environment("PASSWORD"), Some(SENTINEL));
    assert_eq!(scenario.inside("web", &["cat", "/run/secrets/token"]), SENTINEL);
    let labels = scenario.container("web").at("/Config/Labels").to_string();
    assert!(!labels.contains(SENTINEL), "{labels}");
}

#[test]
fn config_shows_secrets_when_asked() {
    let scenario = Scenario::new(MANIFEST);
    scenario.file("secret.env", &format!("PASSWORD={SENTINEL}\n"));
    scenario.file("token", "x");
    scenario.ado("config --show-secrets").succeeds().says(SENTINEL);
}
