//! `config.toml`: what is read, and what is said about mistakes.

use std::path::Path;

use ado::diagnostic::Invalid;
use ado::settings::{self, DatabaseEngine, Kind, Password, Run, Settings};

fn parse(text: &str) -> Result<Settings, Invalid> {
    settings::parse(Path::new("config.toml"), text)
}

fn good(text: &str) -> Settings {
    parse(text).unwrap_or_else(|invalid| panic!("{}", problems(&invalid)))
}

/// One line for each problem: place, message, label and help.
fn problems(invalid: &Invalid) -> String {
    let line = |problem: &ado::diagnostic::Problem| {
        let place = problem.span.map(|span| format!("{}:{}", invalid.sources.place(span), span.column));
        let parts = [place, Some(problem.message.clone()), problem.label.clone(), problem.help.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
    };
    invalid.problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn bad(text: &str) -> String {
    problems(&parse(text).expect_err("it must be refused"))
}

#[test]
fn repositories_directories_and_files_are_read_in_their_order() {
    let settings = good(
        r#"
        [[repository]]
        url = "git@example.org:team/portal.git"

        [[repository]]
        url = "./remotes/api"
        branch = "6.0"
        path = "./src/api"

        [[directory]]
        path = "volumes/data"
        mode = "0750"

        [[file]]
        source = "etc/secret.example"
        target = "etc/secret"
        "#,
    );
    let paths: Vec<_> = settings.repositories.iter().map(|repository| repository.path.display().to_string()).collect();
    assert_eq!(paths, ["portal", "src/api"]);
    assert_eq!(settings.repositories[1].branch.as_deref(), Some("6.0"));
    assert_eq!(settings.directories[0].mode, Some(0o750));
    assert_eq!(settings.files[0].target, Path::new("etc/secret"));
}

#[test]
fn every_mistake_is_reported_at_once_with_its_place() {
    insta::assert_snapshot!(bad(
        r#"[[repository]]
urll = "https://example.org/a.git"
path = "../outside"

[[repository]]
url = "--upload-pack=touch stolen"

[[directory]]
path = "/etc/ado"
mode = "rwx"

[[fil]]
source = 7
"#
    ), @r#"
    config.toml:1:1 | [[repository]] needs `url`
    config.toml:2:1 | `urll` is not a key of [[repository]] | not a known key | did you mean `url`?
    config.toml:6:7 | `--upload-pack=touch stolen` is not a valid address of a repository | an address that begins with `-` would be read as an option by git
    config.toml:9:8 | `/etc/ado` is not a valid path | it must be relative to the project's directory
    config.toml:10:8 | `rwx` is not a file mode | write it in octal, for example "0750"
    config.toml:12:3 | `fil` is not a key of config.toml | not a known key | did you mean `file`?
    "#);
}

#[test]
fn broken_toml_shows_where() {
    insta::assert_snapshot!(bad("[[repository]]\nurl = \"a\nbranch = \n"), @r#"
    config.toml:2:9 | this is not TOML: invalid basic string, expected `"`
    config.toml:3:10 | this is not TOML: string values must be quoted, expected literal string
    "#);
}

#[test]
fn two_repositories_cannot_share_a_place() {
    insta::assert_snapshot!(bad(
        "[[repository]]\nurl = \"a\"\npath = \"src\"\n[[repository]]\nurl = \"b\"\npath = \"src/b\"\n"
    ), @"config.toml:4:1 | the paths `src` and `src/b` lie inside each other | give one of them another path");
}

#[test]
fn one_database_or_several() {
    let one = good("[database]\nservice = \"db\"\nengine = \"postgres\"\nname = \"c3s\"\n");
    let database = &one.databases["default"];
    assert_eq!((database.user.as_str(), database.name.as_deref()), ("postgres", Some("c3s")));

    let several = good(
        r#"
        [database]
        service = "db"
        engine = "postgres"
        user = "tryton"
        password = { file = "etc/password" }

        [database.shop]
        service = "maria"
        engine = "mariadb"
        password = { environment = "MARIADB_ROOT_PASSWORD" }
        "#,
    );
    assert_eq!(several.databases.keys().collect::<Vec<_>>(), ["default", "shop"]);
    assert_eq!(several.databases["default"].password, Some(Password::File("etc/password".into())));
    assert_eq!(several.databases["shop"].engine, DatabaseEngine::Mariadb);
    assert_eq!(several.databases["shop"].user, "root");
}

#[test]
fn a_password_in_the_file_itself_is_refused_without_showing_it() {
    let said = bad("[database]\nservice = \"db\"\nengine = \"postgress\"\npassword = \"hunter2\"\n");
    assert!(!said.contains("hunter2"), "{said}");
    insta::assert_snapshot!(said, @r#"
    line 4: a password does not stand in config.toml itself | write password = { environment = "POSTGRES_PASSWORD" } or { file = "etc/password" }
    config.toml:3:10 | `postgress` is not a database engine | did you mean `postgres`?
    "#);
}

#[test]
fn a_task_is_read() {
    let settings = good(
        r#"
        [task.db-update]
        service = "tryton"
        help = "Update modules"
        needs = { tasks = ["pip-install", ["wait", "{{ database }}"]], services = ["db"] }
        lock = true
        when = ["test", "-e", "/etc/{{ database }}"]
        env = { LANG = "C.UTF-8", WORKERS = 2 }
        run = [["trytond-admin", "-d", "{{ database }}", "{{ modules }}"]]
        exec = ["trytond"]

        [task.db-update.argument.database]
        help = "Name"
        default = "c3s"

        [task.db-update.option.modules]
        short = "m"
        list = true
        default = ["all"]

        [task.db-update.option.dry-run]
        type = "flag"

        [task.pip-install]
        run = "pip install -e ."
        shell = ["bash", "-c"]

        [task.wait]
        run = ["sleep", "{{ seconds }}"]
        argument.seconds = { type = "integer", choices = ["1", "2"] }
        "#,
    );
    let task = &settings.tasks["db-update"];
    assert_eq!(task.arguments[0].default, ["c3s"]);
    assert_eq!((task.options[0].short, task.options[0].list), (Some('m'), true));
    assert_eq!((task.options[1].kind, task.options[1].name.as_str()), (Kind::Flag, "dry_run"));
    assert_eq!(task.options[1].long(), "dry-run");
    assert_eq!(task.needs[1].arguments[0].source(), "{{ database }}");
    assert_eq!(task.lock.as_deref(), Some("project"));
    assert_eq!(task.env["WORKERS"].source(), "2");
    assert!(matches!(&settings.tasks["pip-install"].run, Run::Script { shell, .. } if shell == &["bash", "-c"]));
    assert!(settings.tasks["wait"].arguments[0].required);
}

#[test]
fn mistakes_in_tasks_are_found_before_anything_runs() {
    insta::assert_snapshot!(bad(
        r#"[task.a]
needs = ["b", "nothing"]
run = ["echo", "{{ databse }}", "{{ broken"]
argument.database = {}
option.modules = { type = "lists", short = "h" }

[task.b]
needs = ["a"]

[task.empty]
help = "?"

[task."--help"]
run = ["true"]
"#
    ), @r"
    config.toml:1:7 | tasks need each other in a circle: a → b → a
    config.toml:2:15 | there is no task `nothing`
    config.toml:3:16 | `databse` is neither an argument nor an option of this task | did you mean `database`?
    config.toml:3:33 | this template cannot be read: unexpected end of input, expected end of variable block
    config.toml:5:27 | `lists` is not a type | known types: text, integer, flag
    config.toml:5:44 | `h` cannot be a short option | one letter or digit is wanted; `-h` is help
    config.toml:10:7 | [task.empty] does nothing | give it `run`, `exec` or `needs`
    config.toml:13:7 | `--help` is not a valid name of a task | letters, digits, `-` and `_`, beginning with a letter
    ");
}
