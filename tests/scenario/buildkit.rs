//! What only the newer builder can do, on whatever Engine this machine has.

use std::path::Path;
use std::process::Command;

use nix::sys::signal::Signal;

use crate::support::{Proxy, Scenario, Verdict, skip, until};

/// What a command prints in a new container of the service `web`.
fn printed(scenario: &Scenario, command: &str) -> String {
    scenario.ado(&format!("run --rm web {command}")).succeeds().stdout().trim().to_owned()
}

#[test]
fn a_secret_is_there_while_it_is_built_and_nowhere_afterwards() {
    let scenario = Scenario::new(
        "services:
  web:
    build:
      secrets: [token, { source: file, target: named }]
      dockerfile_inline: |
        FROM IMAGE
        RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length
        RUN --mount=type=secret,id=named cat /run/secrets/named > /from-file
secrets: { token: { environment: TOKEN }, file: { file: ./file.txt } }",
    );
    scenario.file("file.txt", "content");
    let built = scenario.call("build").env("TOKEN", "open-sesame").run().succeeds();
    built.says_nothing_of("open-sesame");
    assert_eq!(printed(&scenario, "cat /length"), "11");
    assert_eq!(printed(&scenario, "cat /from-file"), "content");
    assert_eq!(printed(&scenario, "sh -c 'ls /run/secrets 2> /dev/null || true'"), "");
}

#[test]
fn a_secret_without_a_value_is_reported() {
    let scenario = Scenario::new(
        "services: { web: { build: { secrets: [token], dockerfile_inline: FROM IMAGE } } }
secrets: { token: { environment: NOT_SET } }",
    );
    scenario.ado("build").exits(1).says("token").says("NOT_SET");
}

/// Copies a program of this machine, with the libraries it loads, below a folder.
fn copy_program(program: &str, folder: &Path) {
    let listed = Command::new("ldd").arg(program).output().expect("ldd runs");
    let listed = String::from_utf8(listed.stdout).expect("paths in UTF-8");
    let libraries = listed.split_whitespace().filter(|word| word.starts_with('/'));
    for path in libraries.chain([program]) {
        let target = folder.join(path.trim_start_matches('/'));
        std::fs::create_dir_all(target.parent().expect("a file in a folder")).expect("a folder");
        std::fs::copy(path, target).expect("a copy");
    }
}

#[test]
fn the_ssh_agent_serves_a_build() {
    if skip("ssh-agent", "openssh-client") {
        return;
    }
    let scenario = Scenario::new("services: { web: { build: { context: ., ssh: [default] } } }");
    scenario.file("Dockerfile", "FROM IMAGE\nCOPY program /\nRUN --mount=type=ssh /usr/bin/ssh-add -L > /keys\n");
    copy_program("/usr/bin/ssh-add", &scenario.path("program"));
    let script = "ssh-keygen -q -t ed25519 -N '' -C the-key-of-the-agent -f key && eval \"$(ssh-agent -s)\" > note &&
        trap 'kill $SSH_AGENT_PID' EXIT && ssh-add -q key && \"$ADO\" build";
    scenario.file(".dockerignore", "key*\n");
    scenario.shell(script).run().succeeds();
    assert!(printed(&scenario, "cat /keys").ends_with("the-key-of-the-agent"));
}

#[test]
fn a_file_with_a_private_key_serves_a_build() {
    if skip("ssh-agent", "openssh-client") {
        return;
    }
    let scenario = Scenario::new("services: { web: { build: { context: ., ssh: [mine=./key] } } }");
    let instruction = |id: &str| format!("RUN --mount=type=ssh,id={id} /usr/bin/ssh-add -L > /{id}\n");
    let dockerfile = format!("FROM IMAGE\nCOPY program /\n{}{}", instruction("mine"), instruction("other"));
    scenario.file("Dockerfile", &dockerfile);
    scenario.file(".dockerignore", "*key*\n");
    copy_program("/usr/bin/ssh-add", &scenario.path("program"));
    let script = "for name in key other-key; do
            ssh-keygen -q -t ed25519 -N '' -C \"this-is-$name\" -f $name && chmod 644 $name
        done && \"$ADO\" build --ssh other=./other-key";
    scenario.shell(script).run().succeeds();
    let keys = printed(&scenario, "cat /mine /other");
    assert!(keys.contains("this-is-key") && keys.contains("this-is-other-key"), "{keys}");
}

/// A scenario with an ssh key, whose build prints the key and then does this; agents stand below the folder `temporary`.
fn with_a_key(then: &str) -> Scenario {
    let scenario = Scenario::new("services: { web: { build: { context: ., ssh: [mine=./key] } } }");
    let run = format!("RUN --mount=type=ssh,id=mine /usr/bin/ssh-add -L && {then} && : PROJECT\n");
    scenario.file("Dockerfile", &format!("FROM IMAGE\nCOPY program /\n{run}"));
    scenario.file(".dockerignore", "key*\ntemporary\n");
    scenario.file("temporary/.keep", "");
    copy_program("/usr/bin/ssh-add", &scenario.path("program"));
    scenario.shell("ssh-keygen -q -t ed25519 -N '' -C comment-of-the-key -f key").run().succeeds();
    scenario
}

/// Whether an agent listens below the folder `temporary`.
fn agent_listens(scenario: &Scenario) -> bool {
    let sockets = std::fs::read_to_string("/proc/net/unix").expect("the sockets of this machine");
    sockets.contains(scenario.path("temporary").to_str().expect("a path in UTF-8"))
}

/// Waits until no agent is left, and nothing of it.
fn until_the_agent_is_gone(scenario: &Scenario) {
    let left = || std::fs::read_dir(scenario.path("temporary")).expect("the folder").count();
    until("the agent and its folder are gone", || !agent_listens(scenario) && left() == 1);
}

#[test]
fn an_agent_with_keys_ends_with_the_build() {
    if skip("ssh-agent", "openssh-client") {
        return;
    }
    let scenario = with_a_key("true");
    let built = scenario.call("build").env("TMPDIR", scenario.path("temporary")).run();
    built.succeeds().says("comment-of-the-key");
    until_the_agent_is_gone(&scenario);
}

#[test]
fn an_agent_with_keys_ends_where_the_program_is_killed() {
    if skip("ssh-agent", "openssh-client") {
        return;
    }
    let scenario = with_a_key("sleep 30");
    let running = scenario.call("build").env("TMPDIR", scenario.path("temporary")).start();
    running.until_prints("comment-of-the-key");
    assert!(agent_listens(&scenario));
    running.signal(Signal::SIGKILL);
    running.finish().fails();
    until_the_agent_is_gone(&scenario);
}

#[test]
fn ssh_without_an_agent_or_a_right_key_is_reported() {
    if skip("ssh-agent", "openssh-client") {
        return;
    }
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE } } }");
    scenario.file("no-key", "not a key\n");
    for line in ["build --ssh ''", "build --ssh default", "build --ssh mine="] {
        scenario.ado(line).exits(1).says("invalid empty ssh agent socket: make sure SSH_AUTH_SOCK is set");
    }
    scenario.ado("build --ssh mine=no-key").exits(1).says("no-key` cannot be used as an ssh key");
    scenario.ado("build --ssh mine=nowhere").exits(1).says("nowhere");
}

#[test]
fn an_ssh_agent_that_does_not_start_is_reported_in_its_own_words() {
    let scenario = Scenario::new("services: { web: { build: { dockerfile_inline: FROM IMAGE } } }");
    scenario.file("key", "");
    let build = |script: &str| {
        scenario.file("bin/ssh-agent", &format!("#!/bin/sh\n{script}\n"));
        scenario.shell("chmod +x bin/ssh-agent && PATH=$PWD/bin:$PATH && \"$ADO\" build --ssh mine=key").run().exits(1)
    };
    build("echo no sockets today >&2; exit 3")
        .says("ssh-agent: no sockets today")
        .says("install OpenSSH's client programs");
    build("exit 3").says("ssh-agent ended with exit status: 3");
}

#[test]
fn named_contexts_stand_for_images_directories_and_services() {
    let scenario = Scenario::new(
        "services:
  base: { build: { dockerfile_inline: \"FROM IMAGE\\nENV BASE=service\\n\" } }
  web:
    build:
      context: .
      additional_contexts: { alpine: 'service:base', files: ./elsewhere, tools: 'docker-image://IMAGE' }",
    );
    scenario.file("elsewhere/note", "from elsewhere\n");
    scenario.file("elsewhere/.hidden", "left out\n");
    scenario.file("elsewhere/.dockerignore", ".hidden\n");
    scenario.file(
        "Dockerfile",
        "FROM alpine\nCOPY --from=files / /copied\n\
         RUN --mount=from=tools,target=/tools --mount=from=files,target=/mounted \\\n \
         /tools/bin/busybox cat /mounted/note > /through-a-mount\n",
    );
    scenario.ado("build").succeeds();
    assert_eq!(printed(&scenario, "cat /copied/note /through-a-mount"), "from elsewhere\nfrom elsewhere");
    assert_eq!(printed(&scenario, "sh -c 'echo $BASE; ls -A /copied'").replace(".dockerignore\n", ""), "service\nnote");
    let left = scenario.engine().get("/images/json").expect("images").to_string();
    assert!(!left.contains("ado-context-"), "images of contexts are left: {left}");
    // A change in the other directory is seen by the next build.
    scenario.file("elsewhere/note", "changed\n");
    scenario.ado("build").succeeds();
    assert_eq!(printed(&scenario, "cat /copied/note"), "changed");
}

#[test]
fn steps_that_are_up_to_date_come_from_the_cache() {
    let scenario = Scenario::new("services: { web: { build: . } }");
    scenario.file("Dockerfile", "FROM IMAGE\nCOPY note /note\nRUN cat /proc/sys/kernel/random/uuid > /made\n");
    scenario.file("note", "PROJECT 1");
    scenario.ado("build").succeeds();
    let first = printed(&scenario, "cat /made");
    scenario.ado("build").succeeds().says("CACHED");
    assert_eq!(printed(&scenario, "cat /made"), first);
    scenario.ado("build --no-cache").succeeds();
    let second = printed(&scenario, "cat /made");
    assert_ne!(second, first);
    scenario.file("note", "PROJECT 2");
    scenario.ado("build").succeeds();
    assert_ne!(printed(&scenario, "cat /made"), second);
}

#[test]
fn the_classic_builder_is_used_where_it_is_wanted() {
    let scenario =
        Scenario::new("services: { web: { build: { dockerfile_inline: \"FROM IMAGE\\nENV BUILT=yes\\n\" } } }");
    scenario.call("build").env("DOCKER_BUILDKIT", "0").run().succeeds().says("Step 2/");
    assert_eq!(printed(&scenario, "sh -c 'echo $BUILT'"), "yes");
}

#[test]
fn an_engine_that_refuses_a_session_builds_in_the_classic_way() {
    let scenario = Scenario::new(
        "services:
  web: { build: { dockerfile_inline: \"FROM IMAGE\\nENV BUILT=yes\\n\" } }
  new: { build: { dockerfile_inline: FROM IMAGE, secrets: [token] } }
secrets: { token: { file: ./compose.yaml } }",
    );
    let proxy = Proxy::before(scenario.engine(), |line| {
        if line.contains("/session") { Verdict::Refuse(404, "page not found") } else { Verdict::Pass }
    });
    scenario.call("build web").env("DOCKER_HOST", proxy.host()).run().succeeds();
    assert!(proxy.hits() > 0);
    assert_eq!(printed(&scenario, "sh -c 'echo $BUILT'"), "yes");
    let refused = scenario.call("build new").env("DOCKER_HOST", proxy.host()).run().exits(1);
    refused.says("the classic builder doesn't support secrets, set DOCKER_BUILDKIT=1 to use BuildKit");
}

#[test]
fn a_secret_out_of_a_variable_of_an_included_file_reaches_the_build() {
    let scenario = Scenario::new("include: [{ path: more/compose.yaml, env_file: more/own.env }]");
    scenario.file(
        "more/compose.yaml",
        "services:
  web:
    build:
      secrets: [token]
      dockerfile_inline: |
        FROM IMAGE
        RUN --mount=type=secret,id=token cp /run/secrets/token /built && : PROJECT
secrets: { token: { environment: OWN_TOKEN } }",
    );
    scenario.file("more/own.env", "OWN_TOKEN=only-there\n");
    scenario.ado("up -d").succeeds();
    assert_eq!(scenario.inside("web", &["cat", "/built"]), "only-there");
}
