//! A full disk is an error with a reason, and nothing half done bears a name.
//!
//! Each scenario fills a small file system of its own, which nobody else can see.

use std::fs;

use crate::support::{Outcome, Scenario};

/// More than the small file system holds.
const LARGE: &str =
    "services: { web: { image: IMAGE, command: sh -c 'head -c 3000000 /dev/urandom > /large; exec idle' } }";

/// Runs a script in which `small` is a file system of 1 MiB; `code`, `listing` and `said` are what became of `$ADO LINE`.
fn on_a_small_disk(scenario: &Scenario, before: &str, line: &str, after: &str) -> Outcome {
    let script = format!(
        "mkdir -p small && mount -t tmpfs -o size=1m none small && {{ {before}; }} && \
         {{ {line} > said 2>&1; echo $? > code; ls -A small > listing; {after}; }}"
    );
    let quoted = shlex::try_quote(&script).expect("no NUL").into_owned();
    scenario.shell(&format!("export ADO; unshare --mount sh -c {quoted}")).run().succeeds()
}

fn read(scenario: &Scenario, name: &str) -> String {
    fs::read_to_string(scenario.path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).trim().to_owned()
}

fn fails_with_a_reason(scenario: &Scenario, what: &str) {
    let said = read(scenario, "said");
    assert_eq!(read(scenario, "code"), "1", "{what}: {said}");
    assert!(said.contains("No space left on device"), "{what}: {said}");
    assert!(!said.contains("panicked"), "{what}: {said}");
}

#[test]
fn what_is_taken_out_of_a_container_is_whole_or_not_there() {
    let scenario = Scenario::new(LARGE);
    scenario.ado("up -d").succeeds();
    crate::support::until("the large file is there", || {
        scenario.inside("web", &["sh", "-c", "stat -c %s /large"]).trim() == "3000000"
    });
    scenario.inside("web", &["sh", "-c", "mkdir /folder; echo short > /folder/a; cp /large /folder/b"]);
    for (line, left) in [
        ("$ADO export web -o small/web.tar", ""),
        ("$ADO cp web:/large small/large", ""),
        ("$ADO cp web:/large small", ""),
        ("$ADO cp web:/folder small/new", ""),
    ] {
        on_a_small_disk(&scenario, ":", line, ":");
        fails_with_a_reason(&scenario, line);
        assert_eq!(read(&scenario, "listing"), left, "{line}");
    }
    // Files that had room are there, the one that had not is not.
    on_a_small_disk(&scenario, ":", "$ADO cp web:/folder/. small", ":");
    fails_with_a_reason(&scenario, "cp of a folder's content");
    assert!(["a", ""].contains(&read(&scenario, "listing").as_str()), "{}", read(&scenario, "listing"));
}

#[test]
fn an_output_file_of_before_stays() {
    let scenario = Scenario::new(LARGE);
    let fill = "echo before > small/config.yaml; head -c 2000000 /dev/zero > small/fill 2>/dev/null || :";
    on_a_small_disk(&scenario, fill, "$ADO config -o small/config.yaml", "cat small/config.yaml > content");
    fails_with_a_reason(&scenario, "config -o");
    assert_eq!(read(&scenario, "content"), "before");
    assert_eq!(read(&scenario, "listing"), "config.yaml\nfill");
}

#[test]
fn a_full_disk_under_the_lock_files_stops_nobody() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    let fill = "head -c 2000000 /dev/zero > small/fill 2>/dev/null || :";
    on_a_small_disk(&scenario, fill, "XDG_RUNTIME_DIR=$PWD/small $ADO up -d", ":");
    assert_eq!(read(&scenario, "code"), "0", "{}", read(&scenario, "said"));
    assert!(scenario.container("web").is_running());
}

#[test]
fn a_build_without_room_for_temporary_files_is_an_error() {
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE } } }");
    let fill = "head -c 2000000 /dev/zero > small/fill 2>/dev/null || :";
    on_a_small_disk(&scenario, fill, "TMPDIR=$PWD/small $ADO build", ":");
    fails_with_a_reason(&scenario, "build");
    assert_eq!(read(&scenario, "listing"), "fill");
    scenario.ado("build").succeeds();
}

#[test]
fn a_checkout_without_room_leaves_none() {
    let scenario = Scenario::new("services: { web: { image: IMAGE } }");
    scenario.file("config.toml", "[[repository]]\nurl = \"./remote\"\npath = \"small/portal\"\n");
    let remote = "git init -q -b main remote && cd remote && head -c 3000000 /dev/urandom > large && git add large && \
                  git -c user.name=a -c user.email=a@example.org commit -q -m 'A large file' && cd ..";
    scenario.shell(remote).run().succeeds();
    on_a_small_disk(&scenario, ":", "$ADO update", ":");
    fails_with_a_reason(&scenario, "update");
    assert_eq!(read(&scenario, "listing"), "");
    scenario.ado("update").succeeds();
    assert_eq!(fs::metadata(scenario.path("small/portal/large")).expect("the checkout").len(), 3_000_000);
}
