//! Convergence where Compose is content with less.

use crate::support::Scenario;

#[test]
fn changed_content_recreates_the_service() {
    let manifest = |content: &str| {
        format!(
            "{{ services: {{ web: {{ image: IMAGE, configs: [site] }} }}, configs: {{ site: {{ content: {content} }} }} }}"
        )
    };
    let scenario = Scenario::new(&manifest("one"));
    scenario.ado("up -d").succeeds();
    scenario.manifest(&manifest("two"));
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/site"]), "two");
}
