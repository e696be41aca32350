//! Directories and example files.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use ado::repository::{Error, LaidOut, lay_out};

use super::sandbox::{Sandbox, settings};

const CONFIG: &str = r#"
[[directory]]
path = "volumes/private"
mode = "0750"

[[file]]
source = "etc/secret.example"
target = "etc/local/secret"
"#;

fn laid_out(sandbox: &Sandbox, config: &str) -> Vec<LaidOut> {
    lay_out(&sandbox.project(), &settings(config))
}

fn made(laid_out: &[LaidOut]) -> Vec<bool> {
    laid_out.iter().map(|one| *one.result.as_ref().unwrap_or_else(|error| panic!("{error}"))).collect()
}

#[test]
fn what_is_missing_is_made_once() {
    let sandbox = Sandbox::new();
    sandbox.write("project/etc/secret.example", "change me");
    assert_eq!(made(&laid_out(&sandbox, CONFIG)), [true, true]);
    let mode = fs::metadata(sandbox.path("project/volumes/private")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o750);
    assert_eq!(sandbox.read("project/etc/local/secret"), "change me");

    sandbox.write("project/etc/local/secret", "changed");
    assert_eq!(made(&laid_out(&sandbox, CONFIG)), [false, false]);
    assert_eq!(sandbox.read("project/etc/local/secret"), "changed");
}

#[test]
fn a_copy_has_the_permissions_of_its_example() {
    let sandbox = Sandbox::new();
    sandbox.write("project/etc/secret.example", "#!/bin/sh");
    let example = sandbox.path("project/etc/secret.example");
    fs::set_permissions(&example, fs::Permissions::from_mode(0o740)).expect("a mode");
    laid_out(&sandbox, CONFIG);
    let mode = fs::metadata(sandbox.path("project/etc/local/secret")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o740);
}

#[test]
fn a_missing_example_is_named_and_the_rest_is_made() {
    let sandbox = Sandbox::new();
    let results = laid_out(&sandbox, CONFIG);
    assert!(matches!(results[0].result, Ok(true)));
    let error = results[1].result.as_ref().expect_err("there is no example");
    assert_eq!(error.to_string(), "the example etc/secret.example is missing");
}

#[test]
fn links_that_lead_out_of_the_project_are_refused() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("outside")).expect("a directory");
    sandbox.write("outside/passwd", "secret");
    sandbox.write("project/etc/secret.example", "x");
    symlink(sandbox.path("outside"), sandbox.path("project/volumes")).expect("a link");
    symlink(sandbox.path("outside"), sandbox.path("project/etc/local")).expect("a link");
    for one in laid_out(&sandbox, CONFIG) {
        assert!(matches!(one.result, Err(Error::Outside { .. })), "{one:?}");
    }
    symlink(sandbox.path("outside/passwd"), sandbox.path("project/example")).expect("a link");
    let results = laid_out(&sandbox, "[[file]]\nsource = \"example\"\ntarget = \"copy\"\n");
    assert!(matches!(results[0].result, Err(Error::Outside { .. })), "{results:?}");
    assert_eq!(fs::read_dir(sandbox.path("outside")).expect("it is there").count(), 1);
}
