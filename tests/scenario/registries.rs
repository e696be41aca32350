//! Images from and to a real registry on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::support::{Engine, Forwarder, Registry, Scenario, until};

/// A scenario with one service, whose image of that release is built from a line and named after the registry.
fn scenario(registry: &Registry, further: &str) -> Scenario {
    let scenario = Scenario::new("");
    release(&scenario, registry, "1", further);
    scenario
}

/// Rewrites the manifest for another release.
fn release(scenario: &Scenario, registry: &Registry, number: &str, further: &str) {
    let manifest = format!(
        "services:
  web:
    image: {}
    {further}
    build: {{ dockerfile_inline: \"FROM IMAGE\\nENV RELEASE={number} NAME=PROJECT\\nRUN head -c 300000 /dev/urandom > /data\\n\" }}\n",
        image(scenario, registry)
    );
    scenario.manifest(&manifest);
}

fn image(scenario: &Scenario, registry: &Registry) -> String {
    format!("{}/{}-web:1", registry.address(), scenario.project())
}

fn id(engine: &Engine, image: &str) -> Option<String> {
    engine.get(&format!("/images/{image}/json")).map(|found| found["Id"].as_str().expect("an id").to_owned())
}

fn remove(engine: &Engine, image: &str) {
    engine.delete(&format!("/images/{image}?force=1"));
    assert_eq!(id(engine, image), None);
}

fn running(scenario: &Scenario) -> String {
    scenario.container("web").environment("RELEASE").unwrap_or_default().to_owned()
}

/// Writes the credentials for a registry as `docker login` keeps them.
fn log_in(scenario: &Scenario, registry: &Registry, user: &str, password: &str) {
    let auth = BASE64_STANDARD.encode(format!("{user}:{password}"));
    configure(scenario, &format!(r#"{{"auths": {{"{}": {{"auth": "{auth}"}}}}}}"#, registry.address()));
}

fn configure(scenario: &Scenario, text: &str) {
    let folder = scenario.home().join(".docker");
    fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join("config.json"), text)).expect("a configuration");
}

#[test]
fn an_image_travels_to_a_registry_and_back_layer_by_layer() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let (engine, image) = (scenario.engine(), image(&scenario, &registry));
    scenario.ado("build --push").succeeds().says("Pushed");
    let pushed = id(engine, &image);
    scenario.ado("push").succeeds().says("Layer already exists");
    remove(engine, &image);
    // The layers are the Engine's as long as the builder keeps them.
    scenario.ado("pull").succeeds().says("Pulled");
    assert_eq!(id(engine, &image), pushed);
}

#[test]
fn each_layer_that_is_pulled_is_told() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let image = image(&scenario, &registry);
    // The classic builder leaves nothing behind that would save the download.
    scenario.call("build --no-cache --push").env("DOCKER_BUILDKIT", "0").run().succeeds();
    remove(scenario.engine(), &image);
    let pulled = scenario.ado("pull").succeeds();
    pulled.says("Pull complete").says("Downloa");
    for line in ["pull -q", "up -d --no-build --quiet-pull"] {
        scenario.ado("down").succeeds();
        remove(scenario.engine(), &image);
        scenario.ado(line).succeeds().says("web Pulled").says_nothing_of("Pull complete");
    }
}

#[test]
fn the_pull_policy_says_when_the_registry_is_asked() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let (engine, image) = (scenario.engine(), image(&scenario, &registry));
    scenario.ado("build --push").succeeds();
    let first = id(engine, &image).expect("the first release");
    release(&scenario, &registry, "2", "");
    scenario.ado("build --push").succeeds();
    // The Engine goes back to the first release while the registry has the second.
    let (repository, tag) = image.rsplit_once(':').expect("a tag");
    let go_back = || {
        engine.post(&format!("/images/{first}/tag?repo={repository}&tag={tag}"), &serde_json::Value::Null);
    };
    let up = |policy: &str| {
        scenario.manifest(&format!("services: {{ web: {{ image: '{image}', pull_policy: {policy} }} }}"));
        scenario.ado("up -d")
    };
    engine.post(&format!("/images/{image}/tag?repo={repository}&tag=second"), &serde_json::Value::Null);
    go_back();
    up("missing").succeeds();
    assert_eq!(running(&scenario), "1");
    up("never").succeeds();
    assert_eq!(running(&scenario), "1");
    up("always").succeeds();
    assert_eq!(running(&scenario), "2");
    scenario.ado("down").succeeds();
    remove(engine, &image);
    up("never").exits(1).says(&image);
    up("missing").succeeds();
    assert_eq!(running(&scenario), "2");
}

#[test]
fn an_image_is_pulled_again_only_when_its_last_pull_is_older_than_the_policy_says() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let (engine, image) = (scenario.engine(), image(&scenario, &registry));
    let up = |policy: &str| {
        scenario.manifest(&format!("services: {{ web: {{ image: '{image}', pull_policy: {policy} }} }}"));
        scenario.ado("up -d").succeeds();
        running(&scenario)
    };
    scenario.ado("build --push").succeeds();
    remove(engine, &image);
    assert_eq!(up("daily"), "1");
    // The registry gets a second release behind the Engine's back.
    let (repository, tag) = image.rsplit_once(':').expect("a tag");
    let first = id(engine, &image).expect("the first release");
    engine.post(&format!("/images/{first}/tag?repo={repository}&tag=first"), &serde_json::Value::Null);
    release(&scenario, &registry, "2", "");
    scenario.ado("build --push").succeeds();
    remove(engine, &image);
    engine.post(&format!("/images/{first}/tag?repo={repository}&tag={tag}"), &serde_json::Value::Null);
    for policy in ["daily", "weekly", "every_1h"] {
        assert_eq!(up(policy), "1", "{policy}");
    }
    until("the image is older than a second", || up("every_1s") == "2");
    assert_eq!(up("daily"), "2");
}

#[test]
fn a_registry_with_a_password_is_used_with_the_users_login() {
    let Some(registry) = Registry::with_password(&Engine::of_this_machine(), "ada", "engine") else { return };
    let scenario = scenario(&registry, "");
    let image = image(&scenario, &registry);
    scenario.ado("build").succeeds();
    scenario.ado("push").exits(1).says("refuses access").says("docker login");
    log_in(&scenario, &registry, "ada", "difference");
    scenario.ado("push").exits(1).says("refuses access").says_nothing_of("difference");
    log_in(&scenario, &registry, "ada", "engine");
    scenario.ado("push").succeeds();
    remove(scenario.engine(), &image);
    scenario.ado("pull").succeeds();
    assert!(id(scenario.engine(), &image).is_some());
    // A base image behind a password is fetched by the builder.
    remove(scenario.engine(), &image);
    scenario.manifest(&format!("services: {{ next: {{ build: {{ dockerfile_inline: 'FROM {image}' }} }} }}"));
    scenario.ado("build --pull").succeeds();
    configure(&scenario, "{}");
    scenario.ado("build --pull").exits(1).says("next");
}

#[test]
fn a_credential_helper_is_asked() {
    let Some(registry) = Registry::with_password(&Engine::of_this_machine(), "ada", "engine") else { return };
    let scenario = scenario(&registry, "");
    scenario.ado("build").succeeds();
    configure(&scenario, &format!(r#"{{"credHelpers": {{"{}": "scenario"}}}}"#, registry.address()));
    let helper = scenario.path("bin/docker-credential-scenario");
    let answer = |text: &str| {
        scenario.file("bin/docker-credential-scenario", text);
        fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).expect("a script that can run");
        let path = format!("{}:{}", scenario.path("bin").display(), std::env::var("PATH").expect("a PATH"));
        scenario.call("push").env("PATH", path).run()
    };
    answer(&format!(
        "#!/bin/sh\nread -r registry\n[ \"$1 $registry\" = 'get {}' ] || exit 9\necho '{{\"Username\":\"ada\",\"Secret\":\"engine\"}}'\n",
        registry.address()
    ))
    .succeeds();
    answer("#!/bin/sh\necho 'the key ring is locked'\nexit 1\n").exits(1).says("the key ring is locked");
    answer("#!/bin/sh\necho 'credentials not found in native keychain'\nexit 1\n").exits(1).says("refuses access");
    scenario.ado("push").exits(1).says("docker-credential-scenario");
}

#[test]
fn what_was_built_elsewhere_is_a_cache() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = Scenario::new("");
    let image = image(&scenario, &registry);
    let build = format!("dockerfile_inline: \"FROM IMAGE\\nRUN echo PROJECT > /made\\n\", cache_from: ['{image}']");
    scenario.manifest(&format!(
        "services: {{ web: {{ image: '{image}', build: {{ {build}, cache_to: ['type=inline'] }} }} }}"
    ));
    // There is nothing to take from at first, which is no failure.
    scenario.ado("build --push").succeeds();
    remove(scenario.engine(), &image);
    let cached = format!("importing cache manifest from {image}");
    scenario.ado("build").succeeds().says(&cached).says("CACHED");
}

#[test]
fn an_image_that_the_registry_does_not_have_is_named() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = Scenario::new("");
    let image = image(&scenario, &registry);
    scenario.manifest(&format!("services: {{ web: {{ image: '{image}' }} }}"));
    scenario.ado("pull").exits(1).says(&image);
    scenario.ado("up -d").exits(1).says(&image);
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_registry_that_is_gone_is_reported() {
    let Some(mut registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    scenario.ado("build").succeeds();
    registry.kill();
    scenario.ado("push").exits(1).says("the registry does not answer").says("hint");
    remove(scenario.engine(), &image(&scenario, &registry));
    scenario.ado("pull").exits(1).says("the registry does not answer");
}

#[test]
fn a_registry_that_goes_away_half_way_is_reported() {
    let Some(mut registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let image = image(&scenario, &registry);
    scenario.call("build --no-cache --push").env("DOCKER_BUILDKIT", "0").run().succeeds();
    remove(scenario.engine(), &image);
    let forwarder = Forwarder::breaking(registry.address(), 150_000);
    registry.known_as(forwarder.address());
    let broken = image.replace(&registry.address().to_string(), &forwarder.address().to_string());
    scenario.manifest(&format!("services: {{ web: {{ image: '{broken}' }} }}"));
    // The Engine tries again for most of a minute before it gives up.
    let patience = Duration::from_mins(3);
    scenario.call("up -d").within(patience).run().exits(1).says("Retrying").says(&broken);
    assert!(scenario.everything().is_empty());
}

#[test]
fn images_are_pinned_to_what_the_registry_has() {
    let Some(registry) = Registry::open(&Engine::of_this_machine()) else { return };
    let scenario = scenario(&registry, "");
    let (engine, image) = (scenario.engine(), image(&scenario, &registry));
    scenario.ado("build --push").succeeds();
    let found = engine.get(&format!("/images/{image}/json")).expect("the image");
    let pushed = found["RepoDigests"][0].as_str().expect("a digest").rsplit_once('@').expect("a digest").1.to_owned();
    // The Engine does not have it any more, so it is the registry that answers.
    remove(engine, &image);
    scenario.manifest(&format!("services: {{ web: {{ image: '{image}' }} }}"));
    scenario.ado("config --resolve-image-digests").succeeds().says(&format!("image: {image}@{pushed}"));
    let locked = scenario.ado("config --lock-image-digests").succeeds();
    scenario.file("locked.yaml", &locked.stdout());
    scenario.ado("-f compose.yaml -f locked.yaml up -d").succeeds();
    assert_eq!(scenario.container("web").text("/Config/Image"), format!("{image}@{pushed}"));
    scenario.manifest(&format!("services: {{ web: {{ image: '{image}-none' }} }}"));
    scenario.ado("config --resolve-image-digests").exits(1).says(&format!("{image}-none"));
}
