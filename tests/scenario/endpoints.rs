//! Every way to an Engine, and what is said where a way leads nowhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use crate::support::{Authority, Forwarder, Proxy, Scenario, SshServer, Tls, Verdict, skip};

const MANIFEST: &str = "services: { web: { image: IMAGE } }";

/// Runs commands of every kind over a way: short ones, a stream in one direction, and one in both, whose end must come.
fn carries_everything(scenario: &Scenario, environment: &[(&str, &str)]) {
    let ado = |line: &str| {
        let call = environment.iter().fold(scenario.call(line), |call, (name, value)| call.env(name, value));
        call.within(Duration::from_mins(1))
    };
    ado("up -d").run().succeeds();
    assert!(scenario.container("web").is_running());
    assert_eq!(ado("exec -T web cat").input("through and back").run().succeeds().stdout(), "through and back");
    ado("exec -T web sh -c 'cat; exit 7'").input("").run().exits(7);
    let large = vec![b'x'; 300_000];
    assert_eq!(ado("exec -T web cat").input(large.clone()).run().succeeds().bytes(), large);
    scenario.file("note", "copied");
    ado("cp note web:/tmp/note").run().succeeds();
    assert_eq!(ado("run --rm -T web cat").input("once").run().succeeds().stdout(), "once");
    assert_eq!(scenario.inside("web", &["cat", "/tmp/note"]), "copied");
    scenario.file("Dockerfile", "FROM IMAGE\nCOPY note /note\n");
    scenario.manifest("services: { web: { image: IMAGE }, built: { build: . } }");
    ado("build").run().succeeds();
    ado("down").run().succeeds();
    assert!(scenario.everything().is_empty());
}

#[test]
fn tcp_carries_everything() {
    let scenario = Scenario::new(MANIFEST);
    let way = Forwarder::plain(scenario.engine());
    carries_everything(&scenario, &[("DOCKER_HOST", &way.host())]);
}

#[test]
fn tls_carries_everything() {
    if skip("openssl", "openssl") {
        return;
    }
    let scenario = Scenario::new(MANIFEST);
    let authority = Authority::new();
    let way = Forwarder::encrypted(scenario.engine(), &Tls(&authority));
    let client = authority.client(&authority).display().to_string();
    let environment = [("DOCKER_HOST", &*way.host()), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", &client)];
    carries_everything(&scenario, &environment);
}

#[test]
fn ssh_carries_everything() {
    let Some(server) = SshServer::start() else { return };
    let scenario = Scenario::new(MANIFEST);
    carries_everything(&scenario, &[("DOCKER_HOST", &server.host()), ("PATH", &server.path())]);
}

#[test]
fn a_key_that_ssh_refuses_is_told_in_its_own_words() {
    let Some(server) = SshServer::start() else { return };
    let scenario = Scenario::new(MANIFEST);
    let call = scenario.call("ps").env("DOCKER_HOST", server.host()).env("PATH", server.path_with_a_foreign_key());
    call.run().exits(1).says("Permission denied").says("ssh://127.0.0.1").says("hint");
}

/// Makes a Docker context in the scenario's home, with the `docker` program.
fn context(scenario: &Scenario, arguments: &[&str]) {
    let made = Command::new("docker")
        .arg("context")
        .args(arguments)
        .env("DOCKER_CONFIG", scenario.home().join(".docker"))
        .env_remove("DOCKER_HOST")
        .output()
        .expect("docker runs");
    assert!(made.status.success(), "docker context: {}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn docker_contexts_lead_to_their_engine() {
    if skip("openssl", "openssl") {
        return;
    }
    let scenario = Scenario::new(MANIFEST);
    let authority = Authority::new();
    let client = authority.client(&authority).display().to_string();
    let plain = Forwarder::plain(scenario.engine());
    let encrypted = Forwarder::encrypted(scenario.engine(), &Tls(&authority));
    context(&scenario, &["create", "plain", "--docker", &format!("host={}", plain.host())]);
    let files = format!("host={},ca={client}/ca.pem,cert={client}/cert.pem,key={client}/key.pem", encrypted.host());
    context(&scenario, &["create", "encrypted", "--docker", &files]);
    context(&scenario, &["create", "nowhere", "--docker", "host=unix:///nowhere/engine.sock"]);
    for name in ["plain", "encrypted"] {
        scenario.call("ps").env("DOCKER_CONTEXT", name).run().succeeds();
    }
    context(&scenario, &["use", "nowhere"]);
    scenario.ado("ps").exits(1).says("/nowhere/engine.sock");
    scenario.call("ps").env("DOCKER_CONTEXT", "encrypted").run().succeeds();
    scenario.call("ps").env("DOCKER_HOST", plain.host()).run().succeeds();
    scenario.call("ps").env("DOCKER_CONTEXT", "absent").run().exits(1).says("`absent`").says("docker context ls");
    context(&scenario, &["use", "plain"]);
    scenario.ado("up -d").succeeds();
    assert!(scenario.container("web").is_running());
}

#[test]
fn an_engine_that_does_not_run_is_reported() {
    let scenario = Scenario::new(MANIFEST);
    let at = |host: &str| scenario.call("up -d").env("DOCKER_HOST", host).run().exits(1);
    at("unix:///nowhere/engine.sock").says("no Docker Engine answers at unix:///nowhere/engine.sock").says("hint");
    let closed = Forwarder::plain(scenario.engine()).host();
    at(&closed).says(&format!("no Docker Engine answers at {closed}")).says("nothing listens there");
}

#[test]
fn a_socket_without_permission_is_reported() {
    if skip("setpriv", "util-linux") {
        return;
    }
    let scenario = Scenario::new(MANIFEST);
    let proxy = Proxy::before(scenario.engine(), |_| Verdict::Pass);
    let socket = proxy.host().replace("unix://", "");
    fs::set_permissions(&socket, fs::Permissions::from_mode(0o000)).expect("a socket for nobody");
    // The right to pass over all permissions is what makes root different here.
    let drop_rights = "setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-all";
    let prefix = if nix::unistd::geteuid().is_root() { drop_rights } else { "" };
    let refused = scenario.shell(&format!("{prefix} \"$ADO\" ps")).env("DOCKER_HOST", proxy.host()).run().exits(1);
    refused.says("no permission to use the Docker Engine").says(&socket).says("usermod");
}

#[test]
fn a_wrong_endpoint_is_reported() {
    let scenario = Scenario::new(MANIFEST);
    let at = |host: &str| scenario.call("ps").env("DOCKER_HOST", host).run().exits(1).says("hint");
    at("tcp://nowhere.invalid:2375").says("nowhere.invalid");
    at("localhost:2375").says("localhost:2375");
    at("ftp://localhost").says("unix, tcp or ssh");
    let stranger = Forwarder::stranger();
    at(&stranger.host()).says("is not a Docker Engine");
}

#[test]
fn certificates_that_are_not_trusted_are_reported() {
    if skip("openssl", "openssl") {
        return;
    }
    let scenario = Scenario::new(MANIFEST);
    let (ours, others) = (Authority::new(), Authority::new());
    let way = Forwarder::encrypted(scenario.engine(), &Tls(&ours));
    let with = |folder: &std::path::Path| {
        let call = scenario.call("ps").env("DOCKER_HOST", way.host()).env("DOCKER_TLS_VERIFY", "1");
        call.env("DOCKER_CERT_PATH", folder).run().exits(1).says("do not trust each other").says("ca.pem")
    };
    // The client trusts another authority than the one that signed for the Engine.
    with(&others.client(&ours)).says("its certificate is not valid here");
    // The Engine does not know who signed for the client.
    with(&ours.client(&others)).says("refuses the client certificate");
    let client = ours.client(&ours);
    fs::remove_file(client.join("cert.pem")).expect("a client without a certificate");
    with(&client).says("asks for a client certificate");
    // Encryption on one side only.
    let plain = Forwarder::plain(scenario.engine());
    let half = scenario.call("ps").env("DOCKER_HOST", plain.host()).env("DOCKER_TLS_VERIFY", "1");
    half.env("DOCKER_CERT_PATH", &client).run().exits(1).says("does not speak TLS");
    scenario.call("ps").env("DOCKER_HOST", way.host()).run().exits(1).says("is it behind TLS?");
}
