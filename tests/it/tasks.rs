//! `ado-do` as a container sees it: the same binary under another name, definitions and locks in its own directory.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

struct Container {
    root: TempDir,
    services: serde_json::Value,
}

impl Container {
    fn new(config: &str) -> Self {
        Self::with_services(config, serde_json::json!({}))
    }

    fn with_services(config: &str, services: serde_json::Value) -> Self {
        let root = TempDir::new().expect("a temporary directory");
        fs::create_dir_all(root.path().join("locks/project")).expect("a lock");
        symlink(env!("CARGO_BIN_EXE_ado"), root.path().join("ado-do")).expect("a link");
        let container = Self { root, services };
        container.define(config);
        container
    }

    fn define(&self, config: &str) {
        let text = serde_json::json!({ "settings": config, "services": self.services }).to_string();
        fs::write(self.path("definitions.json"), text).expect("definitions");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.path("ado-do"));
        command.args(arguments).env("ADO_HOME", self.root.path()).env("ADO_SERVICE", "web");
        command.current_dir(self.root.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("ado-do starts")
    }

    /// Starts it and waits for its first line on standard output.
    fn start(&self, arguments: &[&str], first_line: &str) -> Child {
        let mut child = self.command(arguments).stdout(Stdio::piped()).spawn().expect("ado-do starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
        output.read_line(&mut line).expect("a line");
        assert_eq!(line.trim(), first_line);
        child
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn tell(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).expect("an id")), signal).expect("it runs");
}

#[test]
fn commands_run_in_their_order_and_get_arguments_as_arguments() {
    let container = Container::new(
        r#"
        [task.show]
        run = [["printf", "%s\n", "first"], ["printf", "[%s]\n", "{{ name }}", "{{ words }}"]]
        env = { GREETING = "hello {{ name }}" }
        argument.name = {}
        argument.words = { list = true }
        "#,
    );
    let output = container.run(&["show", "$(id); '", "a b", "c"]);
    assert_eq!(text(&output.stdout), "first\n[$(id); ']\n[a b]\n[c]\n", "{}", text(&output.stderr));
}

#[test]
fn a_script_gets_arguments_and_variables() {
    let container = Container::new(
        r#"
        [task.script]
        run = '''
        echo "$1|$2|$#|$name|$verbose|$GREETING"
        false
        echo never
        '''
        env = { GREETING = "hello" }
        argument.name = {}
        argument.rest = { list = true }
        option.verbose = { type = "flag", short = "v" }
        "#,
    );
    let output = container.run(&["script", "-v", "a;b", "c d"]);
    assert_eq!(text(&output.stdout), "a;b|c d|2|a;b|true|hello\n");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_exit_code_is_the_one_of_the_command() {
    let config = "[task.fail]\nrun = [[\"sh\", \"-c\", \"exit 7\"], [\"echo\", \"never\"]]\n\
        [task.gone]\nrun = [[\"true\"], [\"/nonexistent/x\"]]\n[task.killed]\nrun = [[\"sh\", \"-c\", \"kill -9 $$\"], [\"true\"]]\n";
    let container = Container::new(config);
    let failed = container.run(&["fail"]);
    assert_eq!((failed.status.code(), text(&failed.stdout).as_str()), (Some(7), ""));
    assert_eq!(container.run(&["gone"]).status.code(), Some(127));
    assert_eq!(container.run(&["killed"]).status.code(), Some(137));
}

#[test]
fn help_is_real_help_and_unknown_tasks_suggest_the_nearest() {
    let container = Container::new(
        "[task.deploy]\nhelp = \"Bring it out\"\nrun = [\"true\"]\nargument.database = { help = \"Its name\", default = \"c3s\" }\n",
    );
    let help = container.run(&["deploy", "--help"]);
    assert_eq!(help.status.code(), Some(0));
    let shown = text(&help.stdout);
    assert!(shown.contains("Bring it out") && shown.contains("Its name [default: c3s]"), "{shown}");
    assert!(shown.contains("Usage: ado-do deploy [DATABASE]"), "{shown}");

    let unknown = container.run(&["deplyo"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean `deploy`?"), "{}", text(&unknown.stderr));
    assert_eq!(container.run(&["deploy", "--nonsense"]).status.code(), Some(2));
    assert!(text(&container.run(&[]).stdout).contains("deploy [DATABASE]"));
}

#[test]
fn needed_tasks_run_once_and_before() {
    let container = Container::new(
        r#"
        [task.all]
        needs = ["install", ["build", "{{ target }}"], "install"]
        run = ["echo", "all"]
        argument.target = {}
        [task.install]
        run = ["echo", "install"]
        [task.build]
        needs = ["install"]
        run = ["echo", "build", "{{ what }}"]
        argument.what = {}
        [task.other]
        service = "db"
        run = ["true"]
        [task.wrong]
        needs = ["other"]
        "#,
    );
    assert_eq!(text(&container.run(&["all", "x"]).stdout), "install\nbuild x\nall\n");
    let elsewhere = container.run(&["wrong"]);
    assert_eq!(elsewhere.status.code(), Some(1));
    assert!(text(&elsewhere.stderr).contains("runs in service `db`"), "{}", text(&elsewhere.stderr));
    let done = container.command(&["wrong"]).env("ADO_DONE", "other").status().expect("ado-do starts");
    assert!(done.success());
}

#[test]
fn a_condition_decides_about_the_work_but_not_about_becoming_the_service() {
    let container = Container::new(
        "[task.once]\nwhen = [\"test\", \"!\", \"-e\", \"made\"]\nrun = [\"touch\", \"made\"]\nexec = [\"echo\", \"serving\"]\n",
    );
    assert_eq!(text(&container.run(&["once"]).stdout), "serving\n");
    assert!(container.path("made").exists());
    let again = container.run(&["once"]);
    assert_eq!(text(&again.stdout), "serving\n");
    assert!(text(&again.stderr).contains("`once` has nothing to do"));
}

#[test]
fn it_becomes_the_service_with_the_same_process_id() {
    let container =
        Container::new("[task.serve]\nrun = [\"true\"]\nexec = [\"sh\", \"-c\", \"echo $$; exec sleep 60\"]\n");
    let mut child = container.command(&["serve"]).stdout(Stdio::piped()).spawn().expect("ado-do starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert_eq!(line.trim(), child.id().to_string());
    tell(&child, Signal::SIGTERM);
    assert!(!child.wait().expect("it ends").success());
}

#[test]
fn signals_reach_the_command_and_end_the_task() {
    let script = "trap 'echo bye >ended; exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    let container =
        Container::new(&format!("[task.work]\nlock = true\nrun = [\"sh\", \"-c\", \"\"\"{script}\"\"\"]\n"));
    let mut child = container.start(&["work"], "ready");
    tell(&child, Signal::SIGTERM);
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    assert_eq!(fs::read_to_string(container.path("ended")).expect("it was told"), "bye\n");
}

#[test]
fn only_one_holds_the_lock_and_a_crash_frees_it() {
    let container = Container::new(
        "[task.hold]\nlock = true\nrun = [\"sh\", \"-c\", \"echo held; exec sleep 5\"]\n[task.next]\nlock = true\nrun = [\"date\", \"+%s\"]\n",
    );
    let mut holder = container.start(&["hold"], "held");
    let mut waiting =
        container.command(&["next"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(waiting.stderr.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.contains("holds the lock `project`"), "{line}");
    assert!(waiting.try_wait().expect("it can be asked").is_none());
    tell(&holder, Signal::SIGKILL);
    holder.wait().expect("it ends");
    let freed = Instant::now();
    assert!(waiting.wait().expect("it ends").success());
    assert!(freed.elapsed() < Duration::from_secs(3), "the crash freed the lock");
}

#[test]
fn a_locked_task_can_call_another_one_with_the_same_lock() {
    let container = Container::new(
        "[task.outer]\nlock = true\nneeds = [\"inner\"]\nrun = [\"./ado-do\", \"inner\"]\n[task.inner]\nlock = true\nrun = [\"echo\", \"inner\"]\n",
    );
    assert_eq!(text(&container.run(&["outer"]).stdout), "inner\ninner\n");
}

#[test]
fn a_waiting_task_ends_when_it_is_told() {
    let services = serde_json::json!({ "localhost": { "ports": [1], "database": null } });
    let container =
        Container::with_services("[task.t]\nneeds = { services = [\"localhost\"] }\nrun = [\"true\"]\n", services);
    let mut child = container.command(&["t"]).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for service `localhost`"), "{line}");
    tell(&child, Signal::SIGTERM);
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
}

#[test]
fn it_waits_until_a_service_listens() {
    let reserved = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = reserved.local_addr().expect("an address").port();
    drop(reserved);
    let services = serde_json::json!({ "localhost": { "ports": [port], "database": null } });
    let container =
        Container::with_services("[task.t]\nneeds = { services = [\"localhost\"] }\nrun = [\"true\"]\n", services);
    let mut child = container.command(&["t"]).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.contains("waiting for service `localhost`"), "{line}");
    let _listening = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn a_task_runs_where_and_as_whom_it_says() {
    if !nix::unistd::Uid::effective().is_root() {
        return;
    }
    let container = Container::new(
        "[task.who]\nuser = \"65534:65534\"\nworkdir = \"/{{ place }}\"\nrun = [\"sh\", \"-c\", \"id -u; pwd\"]\nargument.place = { default = \"tmp\" }\n[task.nobody]\nuser = \"no-such-user\"\nrun = [\"true\"]\n",
    );
    assert_eq!(text(&container.run(&["who"]).stdout), "65534\n/tmp\n");
    let unknown = container.run(&["nobody"]);
    assert!(text(&unknown.stderr).contains("there is no user `no-such-user`"), "{}", text(&unknown.stderr));
}

#[test]
fn without_definitions_it_says_what_is_missing() {
    let container = Container::new("");
    fs::remove_file(container.path("definitions.json")).expect("it is there");
    let output = container.run(&["x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("x-ado: {tasks: true}"), "{}", text(&output.stderr));
}
