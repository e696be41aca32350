//! `build`: images of the project's own.

use crate::support::Scenario;

fn image(scenario: &Scenario, service: &str) -> Option<serde_json::Value> {
    scenario.engine().get(&format!("/images/{}-{service}:latest/json", scenario.project()))
}

fn environment(image: &serde_json::Value) -> Vec<&str> {
    image["Config"]["Env"].as_array().into_iter().flatten().filter_map(serde_json::Value::as_str).collect()
}

#[test]
fn a_built_image_is_named_after_project_and_service() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\n");
    scenario.ado("build").succeeds();
    assert!(image(&scenario, "web").is_some());
    assert!(scenario.everything().is_empty());
}

#[test]
fn up_builds_an_image_that_is_missing() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nENV BUILT=yes\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").environment("BUILT"), Some("yes"));
}

#[test]
fn up_builds_again_only_when_asked() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nENV RELEASE=1\n");
    scenario.ado("up -d").succeeds();
    scenario.file("Dockerfile", "FROM IMAGE\nENV RELEASE=2\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.container("web").environment("RELEASE"), Some("1"));
    scenario.ado("up -d --build").succeeds();
    assert_eq!(scenario.container("web").environment("RELEASE"), Some("2"));
}

#[test]
fn build_arguments_come_from_the_manifest() {
    let scenario = Scenario::new("services: { web: { build: { context: ., args: { RELEASE: manifest } } } }");
    scenario.file("Dockerfile", "FROM IMAGE\nARG RELEASE\nENV RELEASE=$RELEASE\n");
    scenario.ado("build").succeeds();
    assert!(environment(&image(&scenario, "web").expect("an image")).contains(&"RELEASE=manifest"));
}

#[test]
fn build_arguments_of_the_command_line_win() {
    let scenario = Scenario::new("services: { web: { build: { context: ., args: { RELEASE: manifest } } } }");
    scenario.file("Dockerfile", "FROM IMAGE\nARG RELEASE\nENV RELEASE=$RELEASE\n");
    scenario.ado("build --build-arg RELEASE=line").succeeds();
    assert!(environment(&image(&scenario, "web").expect("an image")).contains(&"RELEASE=line"));
}

#[test]
fn a_target_stage_is_built() {
    let scenario = Scenario::new("services: { web: { build: { context: ., target: first } } }");
    scenario.file("Dockerfile", "FROM IMAGE AS first\nENV STAGE=first\nFROM first AS second\nENV STAGE=second\n");
    scenario.ado("build").succeeds();
    assert!(environment(&image(&scenario, "web").expect("an image")).contains(&"STAGE=first"));
}

#[test]
fn an_inline_dockerfile_is_built() {
    let scenario =
        Scenario::new("services: { web: { build: { dockerfile_inline: \"FROM IMAGE\\nENV INLINE=yes\\n\" } } }");
    scenario.ado("build").succeeds();
    assert!(environment(&image(&scenario, "web").expect("an image")).contains(&"INLINE=yes"));
}

#[test]
fn another_dockerfile_and_labels_are_used() {
    let scenario =
        Scenario::new("services: { web: { build: { context: ./app, dockerfile: Special, labels: { team: blue } } } }");
    scenario.file("app/Special", "FROM IMAGE\nCOPY note /note\n");
    scenario.file("app/note", "copied\n");
    scenario.ado("build").succeeds();
    assert_eq!(image(&scenario, "web").expect("an image")["Config"]["Labels"]["team"], "blue");
    assert_eq!(scenario.ado("run --rm web cat /note").succeeds().stdout().trim_end(), "copied");
}

#[test]
fn ignored_files_stay_out_of_the_context() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nCOPY . /context\n");
    scenario.file(".dockerignore", "*.log\n!kept.log\n");
    scenario.file("big.log", "x");
    scenario.file("kept.log", "x");
    scenario.ado("build").succeeds();
    let listed = scenario.ado("run --rm web ls /context").succeeds().stdout();
    assert!(listed.contains("kept.log") && !listed.contains("big.log"), "{listed}");
}

#[test]
fn a_failing_build_fails_and_shows_the_step_and_its_output() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nRUN echo about-to-fail; exit 9\n");
    scenario.ado("build").fails().says("about-to-fail").says("exit 9");
    scenario.ado("up -d").fails();
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_missing_context_fails_and_is_named() {
    let scenario = Scenario::new("services: { web: { build: ./nowhere } }");
    scenario.ado("build").fails().says("nowhere");
}

#[test]
fn several_images_are_built() {
    let scenario = Scenario::new(
        "services: { a: { build: { dockerfile_inline: FROM IMAGE } }, b: { build: { dockerfile_inline: FROM IMAGE } } }",
    );
    scenario.ado("build").succeeds();
    assert!(image(&scenario, "a").is_some() && image(&scenario, "b").is_some());
}

#[test]
fn only_the_service_that_is_named_is_built() {
    let scenario = Scenario::new(
        "services: { a: { build: { dockerfile_inline: FROM IMAGE } }, b: { build: { dockerfile_inline: FROM IMAGE } } }",
    );
    scenario.ado("build a").succeeds();
    assert!(image(&scenario, "a").is_some() && image(&scenario, "b").is_none());
}

#[test]
fn image_and_further_tags_name_what_is_built() {
    let scenario = Scenario::new(
        "services: { web: { image: PROJECT-named, build: { dockerfile_inline: FROM IMAGE, tags: [PROJECT-other:2] } } }",
    );
    scenario.ado("build").succeeds();
    assert!(image(&scenario, "named").is_some());
    assert!(scenario.engine().get(&format!("/images/{}-other:2/json", scenario.project())).is_some());
}

#[test]
fn an_up_to_date_build_does_not_recreate() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nENV BUILT=yes\n");
    scenario.ado("up -d --build").succeeds();
    let before = scenario.container("web");
    scenario.ado("up -d --build").succeeds();
    assert_eq!(scenario.container("web").id(), before.id());
}

/// A service for two platforms, one of them the Engine's.
const TWO_PLATFORMS: &str =
    "services: { web: { build: { dockerfile_inline: FROM IMAGE, platforms: [linux/amd64, linux/arm64] } } }";

#[test]
fn an_image_for_several_platforms_is_refused_where_all_are_wanted() {
    let scenario = Scenario::new(TWO_PLATFORMS);
    scenario.ado("build").exits(1).says("Multi-platform build is not supported for the docker driver.");
    let classic = scenario.call("build").env("DOCKER_BUILDKIT", "0").run().exits(1);
    classic.says("the classic builder doesn't support multi-arch build, set DOCKER_BUILDKIT=1 to use BuildKit");
    assert!(image(&scenario, "web").is_none());
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn a_default_platform_that_is_not_built_for_is_refused() {
    let scenario = Scenario::new(TWO_PLATFORMS);
    let call = |line: &str, platform: &str| scenario.call(line).env("DOCKER_DEFAULT_PLATFORM", platform).run();
    call("up -d", "windows/amd64")
        .exits(1)
        .says("service \"web\" build.platforms does not support value set by DOCKER_DEFAULT_PLATFORM: windows/amd64");
    call("up -d", "linux/amd64").succeeds();
    call("build", "linux/amd64").exits(1).says("Multi-platform build is not supported for the docker driver.");
}

#[test]
fn a_default_platform_is_for_services_that_name_none() {
    let dockerfile = "build: { dockerfile_inline: \"FROM scratch\\nLABEL of=PROJECT\\nCMD never\\n\" }";
    let scenario = Scenario::new("");
    let manifest = |platform: &str| scenario.manifest(&format!("services: {{ web: {{ {platform} {dockerfile} }} }}"));
    let built = || image(&scenario, "web").expect("an image")["Architecture"].as_str().map(str::to_owned);
    manifest("platform: linux/riscv64,");
    scenario.file(".env", "DOCKER_DEFAULT_PLATFORM=linux/arm64\n");
    scenario.ado("create").succeeds();
    assert_eq!(built().as_deref(), Some("riscv64"));
    scenario.ado("build").exits(1).says("does not support value set by DOCKER_DEFAULT_PLATFORM: linux/arm64");
    manifest("");
    scenario.ado("build").succeeds();
    assert_eq!(built().as_deref(), Some("arm64"));
    scenario.call("build").env("DOCKER_DEFAULT_PLATFORM", "linux/s390x").run().succeeds();
    assert_eq!(built().as_deref(), Some("s390x"));
}

#[test]
fn a_platform_of_the_service_has_to_be_built_for() {
    let scenario = Scenario::new(TWO_PLATFORMS);
    scenario.file("compose.override.yaml", "services: { web: { platform: linux/riscv64 } }");
    scenario.ado("build").fails().says("service.build.platforms MUST include service.platform \"linux/riscv64\"");
}

#[test]
fn a_privileged_build_needs_the_newer_builder() {
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE, privileged: true } } }");
    let classic = scenario.call("build").env("DOCKER_BUILDKIT", "0").run().exits(1);
    classic.says("the classic builder doesn't support privileged mode, set DOCKER_BUILDKIT=1 to use BuildKit");
    scenario.ado("build").exits(1).says("granting entitlement security.insecure is not allowed");
}

#[test]
fn a_quiet_build_hides_what_the_builder_writes_and_nothing_else() {
    let scenario = Scenario::new(
        "services: { web: { build: { dockerfile_inline: \"FROM IMAGE\\nRUN echo of-the-builder\\n\" } } }",
    );
    let said = scenario.ado("up -d --build --quiet-build").succeeds();
    said.says(&format!("{}-web  Built", scenario.project())).says("web-1  Started").says_nothing_of("of-the-builder");
    scenario.ado("build --no-cache").succeeds().says("of-the-builder");
    assert_eq!(scenario.ado("build --no-cache -q").succeeds().output(), "");
}
