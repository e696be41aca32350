//! Volumes, bind mounts and tmpfs.

use std::fs;

use crate::support::Scenario;

fn up(manifest: &str) -> Scenario {
    let scenario = Scenario::new(manifest);
    scenario.ado("up -d").succeeds();
    scenario
}

#[test]
fn services_share_a_volume() {
    let scenario = up(
        "{ services: { a: { image: IMAGE, volumes: ['data:/a'] }, b: { image: IMAGE, volumes: ['data:/b'] } }, volumes: { data: } }",
    );
    scenario.inside("a", &["sh", "-c", "echo shared > /a/note"]);
    assert_eq!(scenario.inside("b", &["cat", "/b/note"]), "shared\n");
}

#[test]
fn a_bind_mount_shows_the_hosts_files() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, volumes: ['./shared:/shared'] } }");
    scenario.file("shared/note", "from the host\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/shared/note"]), "from the host\n");
}

#[test]
fn a_missing_folder_of_a_short_bind_mount_is_made() {
    let scenario = up("services: { web: { image: IMAGE, volumes: ['./made:/made'] } }");
    assert!(scenario.path("made").is_dir());
}

#[test]
fn a_missing_folder_of_a_long_bind_mount_fails_without_leave_to_create_it() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, volumes: [{ type: bind, source: ./missing, target: /data, bind: { create_host_path: false } }] } }",
    );
    scenario.ado("up -d").exits(1).says("missing");
    assert!(!scenario.path("missing").exists());
}

#[test]
fn a_read_only_mount_cannot_be_written() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, volumes: ['./shared:/shared:ro'] } }");
    fs::create_dir_all(scenario.path("shared")).expect("the folder");
    scenario.ado("up -d").succeeds();
    assert!(scenario.inside("web", &["touch", "/shared/x"]).contains("Read-only"));
}

#[test]
fn a_tmpfs_is_mounted() {
    let scenario = up("services: { web: { image: IMAGE, tmpfs: ['/scratch:size=1m'] } }");
    let mounts = scenario.inside("web", &["grep", " /scratch ", "/proc/mounts"]);
    assert!(mounts.starts_with("tmpfs") && mounts.contains("size=1024k"), "{mounts}");
}

#[test]
fn a_tmpfs_mount_takes_size_and_mode() {
    let scenario = up(
        "services: { web: { image: IMAGE, volumes: [{ type: tmpfs, target: /scratch, tmpfs: { size: 2097152, mode: 0o700 } }] } }",
    );
    let mounts = scenario.inside("web", &["grep", " /scratch ", "/proc/mounts"]);
    assert!(mounts.starts_with("tmpfs") && mounts.contains("size=2048k") && mounts.contains("mode=700"), "{mounts}");
}

#[test]
fn labels_and_driver_options_reach_the_volume() {
    let scenario = up("services: { web: { image: IMAGE, volumes: ['data:/data'] } }
volumes: { data: { labels: { team: blue }, driver_opts: { type: tmpfs, device: tmpfs, o: size=1m } } }");
    let volume = scenario.volume("data").expect("the volume");
    assert_eq!(volume["Labels"]["team"], "blue");
    assert_eq!(volume["Options"]["type"], "tmpfs");
}

#[test]
fn a_missing_external_volume_fails_and_is_named() {
    let scenario = Scenario::new(
        "{ services: { web: { image: IMAGE, volumes: ['far:/data'] } }, volumes: { far: { external: true, name: PROJECT_far } } }",
    );
    scenario.ado("up -d").exits(1).says(&format!("{}_far", scenario.project()));
    assert!(scenario.everything().is_empty());
}

#[test]
fn a_volume_with_a_name_has_that_name() {
    let scenario = up(
        "{ services: { web: { image: IMAGE, volumes: ['data:/data'] } }, volumes: { data: { name: PROJECT_special } } }",
    );
    assert!(scenario.volume("special").is_some());
}

#[test]
fn volumes_from_mounts_what_another_service_mounts() {
    let scenario = up(
        "{ services: { a: { image: IMAGE, volumes: ['data:/data'] }, b: { image: IMAGE, volumes_from: [a] } }, volumes: { data: } }",
    );
    scenario.inside("a", &["sh", "-c", "echo shared > /data/note"]);
    assert_eq!(scenario.inside("b", &["cat", "/data/note"]), "shared\n");
}

#[test]
fn a_new_volume_starts_with_the_images_content() {
    let scenario = up("{ services: { web: { image: IMAGE, volumes: ['data:/etc'] } }, volumes: { data: } }");
    assert!(scenario.inside("web", &["cat", "/etc/passwd"]).contains("guest"));
}

#[test]
fn nocopy_starts_with_an_empty_volume() {
    let scenario = up("{ services: { web: { image: IMAGE, volumes: ['data:/home:nocopy'] } }, volumes: { data: } }");
    assert_eq!(scenario.container("web").volume("/home"), Some(format!("{}_data", scenario.project()).as_str()));
}

#[test]
fn an_undefined_volume_is_refused() {
    let scenario = Scenario::new("services: { web: { image: IMAGE, volumes: ['data:/data'] } }");
    scenario.ado("up -d").fails().says("data");
    assert!(scenario.everything().is_empty());
}
