//! What `pull` pulls and leaves alone.

use serde_json::json;

use super::super::testing::World;
use super::super::{LeftOut, PullRequest, Refresh, pull, show};
use super::name;
use crate::project::testing::project;

/// What is pulled, and what is not and why, where every image is there.
fn pulled(when: Refresh) -> Vec<String> {
    let project = project(&json!({"services": {
        "always": {"image": "a:1", "pull_policy": "always"},
        "default": {"image": "d:1"},
        "latest": {"image": "host:5000/l", "pull_policy": "missing"},
        "missing": {"image": "m:1", "pull_policy": "missing"},
        "never": {"image": "n:1", "pull_policy": "never"},
    }}));
    let world = World::with_images(&project);
    let pulls = pull(&project, &world.observed, PullRequest { when, buildable: true });
    let steps = show(&pulls.plan).into_iter().map(|row| row.what);
    steps.chain(pulls.left_out.iter().map(|(service, reason)| format!("{service}: {reason}"))).collect()
}

#[test]
fn the_policy_of_the_manifest_counts_only_where_it_is_written() {
    assert_eq!(
        pulled(Refresh::Policy),
        [
            "pull image a:1",
            "pull image d:1",
            "pull image host:5000/l",
            "missing: Skipped - Image is already present locally",
            "never: Skipped"
        ]
    );
}

#[test]
fn the_command_line_goes_before_it() {
    assert_eq!(pulled(Refresh::Always).len(), 5);
    assert!(pulled(Refresh::Always).iter().all(|what| what.starts_with("pull image")));
    let missing = pulled(Refresh::Missing);
    assert_eq!(missing.iter().filter(|what| what.starts_with("pull image")).count(), 1);
}

#[test]
fn what_can_be_built_is_pulled_where_it_is_wanted_and_has_a_name() {
    let project = project(&json!({"services": {
        "named": {"image": "n:1", "build": {"context": "/"}},
        "own": {"build": {"context": "/"}},
    }}));
    let world = World::with_images(&project);
    let of = |buildable| pull(&project, &world.observed, PullRequest { when: Refresh::Policy, buildable });
    assert_eq!(of(true).left_out, [(name("own"), LeftOut::NoImage)]);
    assert_eq!(of(false).left_out, [(name("named"), LeftOut::Buildable), (name("own"), LeftOut::NoImage)]);
}
