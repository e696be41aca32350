//! Values that are accepted, refused or shown as Docker Compose 2.40.3 does it, each as it was answered there.

use std::path::Path;

use super::load_in;

/// A manifest with one service that says `fragment`; `None` if it is refused, otherwise the value at `path`.
fn loaded(fragment: &str, path: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let lines: Vec<String> = fragment.lines().map(|line| format!("    {line}")).collect();
    let text = format!("services:\n  web:\n    image: x\n{}\n  db:\n    image: y\n", lines.join("\n"));
    std::fs::write(folder.path().join("compose.yaml"), text).expect("the file");
    value(folder.path(), "", path)
}

fn value(folder: &Path, arguments: &str, path: &[&str]) -> Option<String> {
    let loaded = load_in(folder, arguments).ok()?;
    let path: Vec<&str> = ["services", "web"].iter().chain(path).copied().collect();
    Some(loaded.tree.at(&path).map_or_else(String::new, |node| format!("{:?}", node.value)))
}

#[test]
fn a_truth_value_as_text_is_a_word() {
    for (text, fits) in [("yes", true), ("'On'", true), ("n", true), ("'1'", false), ("t", false), ("F", false)] {
        assert_eq!(loaded(&format!("tty: {text}"), &["tty"]).is_some(), fits, "{text}");
        assert_eq!(loaded(&format!("attach: {text}"), &["attach"]).is_some(), fits, "{text}");
    }
    let required = "depends_on:\n  db:\n    condition: service_started\n    required: ";
    assert!(loaded(&format!("{required}false"), &[]).is_some());
    assert!(loaded(&format!("{required}'false'"), &[]).is_none());
}

#[test]
fn numbers_keep_the_bounds_of_their_attribute() {
    for (fragment, fits) in [
        ("cpu_percent: 50", true),
        ("cpu_percent: 50.5", false),
        ("cpu_percent: 101", false),
        ("cpu_percent: '1.5'", false),
        ("cpus: .inf", false),
        ("cpu_quota: 1.5", true),
        ("pids_limit: 1.5", true),
        ("healthcheck: {test: a, retries: -1}", false),
        ("blkio_config: {weight: '5'}", false),
        ("networks: {default: {priority: '5'}}", false),
        ("provider: {type: a, options: {b: null}}", false),
    ] {
        assert_eq!(loaded(fragment, &[]).is_some(), fits, "{fragment}");
    }
    assert_eq!(loaded("cpu_quota: 1.5", &["cpu_quota"]).as_deref(), Some("Int(1)"));
    // A broken number of bytes says nothing.
    assert_eq!(loaded("mem_limit: 1.5", &["mem_limit"]).as_deref(), Some(""));
    assert_eq!(loaded("deploy: null", &["deploy"]).as_deref(), Some(""));
}

#[test]
fn two_exposed_ports_are_the_same_only_if_all_of_their_text_is() {
    let shown = loaded("expose: ['a=b', 'a=c']", &["expose"]).expect("it is accepted");
    assert!(shown.contains("a=b") && shown.contains("a=c"), "{shown}");
}

#[test]
fn a_text_over_variables_is_one_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, environment: &str| {
        let text = format!("services:\n  web:\n    image: x\n    environment: {environment}\n");
        std::fs::write(folder.path().join(name), text).expect("the file");
    };
    write("base.yaml", "{A: 1}");
    write("over.yaml", "B=2");
    let value = |name| value(folder.path(), "-f base.yaml -f over.yaml", &["environment", name]);
    assert_eq!(value("B").as_deref(), Some("String(\"2\")"));
    assert_eq!(value("A").as_deref(), Some("String(\"1\")"));
}

#[test]
fn an_include_without_a_path_takes_nothing_in_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "include:\n  - {}\nservices:\n  web:\n    image: x\n";
    std::fs::write(folder.path().join("compose.yaml"), text).expect("the file");
    let loaded = load_in(folder.path(), "").expect("it is accepted");
    assert!(loaded.warnings.iter().any(|warning| warning.contains("compose.yaml:2")), "{:?}", loaded.warnings);
}
