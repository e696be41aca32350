//! Fields that end up as limits, names and settings of the container.

use crate::support::{Container, Scenario};

/// The only container of a service with these further fields.
fn with(fields: &str) -> (Scenario, Container) {
    let scenario = Scenario::new(&format!("services: {{ web: {{ image: IMAGE, {fields} }} }}"));
    scenario.ado("up -d").succeeds();
    let web = scenario.container("web");
    (scenario, web)
}

#[test]
fn ulimits_are_set() {
    let (scenario, web) = with("ulimits: { nofile: { soft: 1000, hard: 2000 }, nproc: 500 }");
    let limits = web.at("/HostConfig/Ulimits").as_array().cloned().unwrap_or_default();
    let find = |name: &str| limits.iter().find(|limit| limit["Name"] == name).cloned().unwrap_or_default();
    assert_eq!((find("nofile")["Soft"].as_i64(), find("nofile")["Hard"].as_i64()), (Some(1000), Some(2000)));
    assert_eq!((find("nproc")["Soft"].as_i64(), find("nproc")["Hard"].as_i64()), (Some(500), Some(500)));
    assert_eq!(scenario.inside("web", &["sh", "-c", "ulimit -Hn"]).trim(), "2000");
}

#[test]
fn memory_and_processors_are_limited() {
    let (_scenario, web) = with("mem_limit: 64m, cpus: 0.5, pids_limit: 50");
    assert_eq!(web.number("/HostConfig/Memory"), 64 * 1024 * 1024);
    assert_eq!(web.number("/HostConfig/NanoCpus"), 500_000_000);
    assert_eq!(web.number("/HostConfig/PidsLimit"), 50);
}

#[test]
fn deploy_resources_are_limits_and_reservations() {
    let (_scenario, web) = with(
        "deploy: { resources: { limits: { memory: 64M, cpus: '0.25', pids: 40 }, reservations: { memory: 32M } } }",
    );
    assert_eq!(web.number("/HostConfig/Memory"), 64 * 1024 * 1024);
    assert_eq!(web.number("/HostConfig/MemoryReservation"), 32 * 1024 * 1024);
    assert_eq!(web.number("/HostConfig/NanoCpus"), 250_000_000);
    assert_eq!(web.number("/HostConfig/PidsLimit"), 40);
}

#[test]
fn extra_hosts_are_known_inside() {
    let (scenario, _web) = with("extra_hosts: ['far.example:192.0.2.7']");
    let hosts = scenario.inside("web", &["cat", "/etc/hosts"]);
    assert!(hosts.lines().any(|line| line.starts_with("192.0.2.7") && line.contains("far.example")), "{hosts}");
}

#[test]
fn hostname_domain_and_name_servers_are_set() {
    let (scenario, web) = with("hostname: box, domainname: example, dns: [192.0.2.53], dns_search: [example]");
    assert_eq!(scenario.inside("web", &["hostname"]).trim(), "box");
    assert_eq!(web.text("/Config/Domainname"), "example");
    assert_eq!(web.at("/HostConfig/Dns"), &serde_json::json!(["192.0.2.53"]));
    assert_eq!(web.at("/HostConfig/DnsSearch"), &serde_json::json!(["example"]));
}

#[test]
fn user_and_working_directory_are_set() {
    let (scenario, _web) = with("user: guest, working_dir: /tmp");
    assert_eq!(scenario.inside("web", &["sh", "-c", "id -un; pwd"]), "guest\n/tmp\n");
}

#[test]
fn capabilities_are_added_and_dropped() {
    let (_scenario, web) = with("cap_add: [NET_ADMIN], cap_drop: [MKNOD], security_opt: ['no-new-privileges:true']");
    // Some Engines add the prefix that the kernel's names have.
    assert!(web.text("/HostConfig/CapAdd/0").ends_with("NET_ADMIN"));
    assert!(web.text("/HostConfig/CapDrop/0").ends_with("MKNOD"));
    assert!(matches!(web.text("/HostConfig/SecurityOpt/0"), "no-new-privileges:true" | "no-new-privileges=true"));
}

#[test]
fn system_controls_shared_memory_and_read_only_root_are_set() {
    let (scenario, web) = with("sysctls: { net.core.somaxconn: 1024 }, shm_size: 128m, read_only: true");
    assert_eq!(scenario.inside("web", &["cat", "/proc/sys/net/core/somaxconn"]).trim(), "1024");
    assert_eq!(web.number("/HostConfig/ShmSize"), 128 * 1024 * 1024);
    assert!(scenario.inside("web", &["touch", "/x"]).contains("Read-only"));
}

#[test]
fn devices_are_visible_inside() {
    let (scenario, _web) = with("devices: ['/dev/null:/dev/nothing']");
    assert!(scenario.inside("web", &["ls", "-l", "/dev/nothing"]).starts_with('c'));
}

#[test]
fn logging_options_are_set() {
    let (_scenario, web) = with("logging: { driver: json-file, options: { max-size: 1m, max-file: '2' } }");
    assert_eq!(web.text("/HostConfig/LogConfig/Type"), "json-file");
    assert_eq!(web.text("/HostConfig/LogConfig/Config/max-size"), "1m");
}

#[test]
fn labels_are_set() {
    let (_scenario, web) = with("labels: { team: blue, empty: '' }");
    assert_eq!(web.label("team"), Some("blue"));
    assert_eq!(web.label("empty"), Some(""));
}

#[test]
fn environment_comes_from_files_and_the_manifest_wins() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, env_file: [one.env], environment: { MODE: manifest, PASSED: } } }",
    );
    scenario.file("one.env", "MODE=file\nONLY=file\nQUOTED=\"a b\"\n");
    scenario.call("up -d").env("PASSED", "through").run().succeeds();
    let web = scenario.container("web");
    assert_eq!(web.environment("MODE"), Some("manifest"));
    assert_eq!(web.environment("ONLY"), Some("file"));
    assert_eq!(web.environment("QUOTED"), Some("a b"));
    assert_eq!(web.environment("PASSED"), Some("through"));
}

#[test]
fn a_command_in_shell_notation_is_split() {
    let (_scenario, web) = with("command: sh -c \"trap 'exit 0' TERM; while :; do sleep 0.1; done\"");
    assert_eq!(
        web.at("/Config/Cmd"),
        &serde_json::json!(["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"])
    );
}

#[test]
fn an_entrypoint_drops_the_images_command() {
    let (_scenario, web) = with("entrypoint: [idle]");
    assert_eq!(web.at("/Config/Entrypoint"), &serde_json::json!(["idle"]));
    assert!(web.at("/Config/Cmd").as_array().is_none_or(Vec::is_empty));
}

#[test]
fn a_health_check_has_its_times() {
    let (_scenario, web) =
        with("healthcheck: { test: 'true', interval: 1m30s, timeout: 10s, retries: 4, start_period: 5s }");
    assert_eq!(web.at("/Config/Healthcheck/Test"), &serde_json::json!(["CMD-SHELL", "true"]));
    assert_eq!(web.number("/Config/Healthcheck/Interval"), 90_000_000_000);
    assert_eq!(web.number("/Config/Healthcheck/Timeout"), 10_000_000_000);
    assert_eq!(web.number("/Config/Healthcheck/Retries"), 4);
    assert_eq!(web.number("/Config/Healthcheck/StartPeriod"), 5_000_000_000);
}

#[test]
fn a_terminal_and_an_open_input_are_kept() {
    let (_scenario, web) = with("tty: true, stdin_open: true");
    assert_eq!(web.at("/Config/Tty"), true);
    assert_eq!(web.at("/Config/OpenStdin"), true);
}

#[test]
fn namespaces_are_shared_with_other_services() {
    let scenario = Scenario::new(
        "services: { web: { image: IMAGE, ipc: shareable }, side: { image: IMAGE, pid: 'service:web', ipc: 'service:web' } }",
    );
    scenario.ado("up -d").succeeds();
    let expected = format!("container:{}", scenario.container("web").id());
    let side = scenario.container("side");
    assert_eq!(side.text("/HostConfig/PidMode"), expected);
    assert_eq!(side.text("/HostConfig/IpcMode"), expected);
}
