//! `cp`, `export`, `commit`: files and file systems in and out.

use std::fs;

use crate::support::Scenario;

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

fn web() -> Scenario {
    up("services: { web: { image: IMAGE } }")
}

#[test]
fn a_file_is_copied_into_the_container() {
    let scenario = web();
    scenario.file("note", "from the host\n");
    scenario.ado("cp note web:/tmp/note").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/tmp/note"]), "from the host\n");
}

#[test]
fn a_file_is_copied_into_a_folder_under_its_own_name() {
    let scenario = web();
    scenario.file("note", "from the host\n");
    scenario.ado("cp note web:/tmp").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/tmp/note"]), "from the host\n");
}

#[test]
fn a_folder_is_copied_into_the_container() {
    let scenario = web();
    scenario.file("folder/deep/note", "deep\n");
    scenario.ado("cp folder web:/tmp/copied").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/tmp/copied/deep/note"]), "deep\n");
}

#[test]
fn a_file_is_copied_out_of_the_container() {
    let scenario = web();
    scenario.inside("web", &["sh", "-c", "echo inside > /tmp/note"]);
    scenario.ado("cp web:/tmp/note copied").succeeds();
    assert_eq!(fs::read_to_string(scenario.path("copied")).expect("the copy"), "inside\n");
}

#[test]
fn a_folder_is_copied_out_of_the_container() {
    let scenario = web();
    scenario.inside("web", &["sh", "-c", "mkdir /tmp/folder; echo inside > /tmp/folder/note"]);
    scenario.ado("cp web:/tmp/folder .").succeeds();
    assert_eq!(fs::read_to_string(scenario.path("folder/note")).expect("the copy"), "inside\n");
}

#[test]
fn a_file_is_copied_into_every_replica() {
    let scenario = up("services: { web: { image: IMAGE, scale: 2 } }");
    scenario.file("note", "for all\n");
    scenario.ado("cp note web:/tmp/note").succeeds();
    for replica in scenario.replicas("web") {
        assert_eq!(scenario.engine().exec(replica.id(), &["cat", "/tmp/note"]), "for all\n");
    }
}

#[test]
fn a_file_is_copied_into_the_replica_that_is_asked_for() {
    let scenario = up("services: { web: { image: IMAGE, scale: 2 } }");
    scenario.file("note", "for one\n");
    scenario.ado("cp --index 2 note web:/tmp/note").succeeds();
    let replicas = scenario.replicas("web");
    assert!(scenario.engine().exec(replicas[0].id(), &["cat", "/tmp/note"]).contains("No such file"));
    assert_eq!(scenario.engine().exec(replicas[1].id(), &["cat", "/tmp/note"]), "for one\n");
}

#[test]
fn copying_what_does_not_exist_fails() {
    let scenario = web();
    scenario.ado("cp nowhere web:/tmp/note").exits(1).says("nowhere");
    scenario.ado("cp web:/tmp/nowhere .").exits(1).says("nowhere");
}

#[test]
fn export_writes_the_file_system_as_an_archive() {
    let scenario = web();
    scenario.inside("web", &["touch", "/tmp/exported"]);
    scenario.ado("export -o web.tar web").succeeds();
    let file = fs::File::open(scenario.path("web.tar")).expect("the archive");
    let mut archive = tar::Archive::new(file);
    let found = archive
        .entries()
        .expect("entries")
        .filter_map(Result::ok)
        .any(|entry| entry.path().is_ok_and(|path| path.ends_with("tmp/exported")));
    assert!(found, "the archive lacks the file");
}

#[test]
fn commit_makes_an_image_of_the_container() {
    let scenario = web();
    let image = format!("{}-frozen:1", scenario.project());
    scenario.ado(&format!("commit -m 'as it was' -c 'ENV FROZEN=yes' web {image}")).succeeds();
    let made = scenario.engine().get(&format!("/images/{image}/json")).expect("the image");
    assert_eq!(made["Comment"], "as it was");
    assert!(made["Config"]["Env"].as_array().is_some_and(|all| all.iter().any(|entry| entry == "FROZEN=yes")));
}
