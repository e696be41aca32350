//! `pull`: what it says of each service. No registry is asked that answers.

use crate::support::Scenario;

/// Nothing listens there.
const NOWHERE: &str = "localhost:1/PROJECT";

#[test]
fn services_without_anything_to_pull_are_told_with_the_reason() {
    let scenario = Scenario::new("");
    scenario.image("there", &[]);
    scenario.manifest(
        "services:
  built: { build: { dockerfile_inline: FROM IMAGE } }
  here: { image: 'PROJECT-there:1', pull_policy: missing }
  never: { image: IMAGE, pull_policy: never }
  named: { image: PROJECT-named, build: { dockerfile_inline: FROM IMAGE } }",
    );
    let image = format!("/images/{0}-there:latest/tag?repo={0}-there&tag=1", scenario.project());
    scenario.engine().post(&image, &serde_json::Value::Null);
    let said = scenario.ado("pull --ignore-buildable").succeeds();
    said.says("built Skipped - No image to be pulled")
        .says("here Skipped - Image is already present locally")
        .says("named Skipped - Image can be built")
        .says("never Skipped")
        .says_nothing_of("Pulling");
    scenario.engine().delete(&format!("/images/{}-there:1", scenario.project()));
}

#[test]
fn an_image_of_two_services_is_pulled_once() {
    let scenario = Scenario::new(&format!("services: {{ a: {{ image: {NOWHERE} }}, b: {{ image: {NOWHERE} }} }}"));
    let said = scenario.ado("pull").fails().output();
    let told = |one: &str, other: &str| {
        said.contains(&format!("{one} Pulling"))
            && said.contains(&format!("{other} Skipped - Image is already being pulled by {one}"))
    };
    assert!(told("a", "b") || told("b", "a"), "{said}");
}

#[test]
fn an_image_that_can_be_built_and_not_pulled_comes_with_advice() {
    let scenario = Scenario::new(&format!(
        "services: {{ web: {{ image: {NOWHERE}, build: {{ dockerfile_inline: FROM IMAGE }} }} }}"
    ));
    let advice = "WARNING: Some service image(s) must be built from source by running:\n    ";
    let said = scenario.ado("pull --ignore-pull-failures").succeeds().output();
    assert!(said.contains(advice) && said.contains(" build web\n"), "{said}");
    scenario.ado("pull").fails().says(advice);
}
