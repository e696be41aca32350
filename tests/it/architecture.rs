//! The house stays a house: who imports whom is fixed, and files stay short.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and the rooms it may import; `names` and `secret` are open to everybody.
const TABLE: &[(&str, &[&str])] = &[
    ("cli", &["commands", "context", "ui"]),
    (
        "commands",
        &[
            "context",
            "database",
            "diagnostic",
            "engine",
            "event",
            "execute",
            "manifest",
            "observed",
            "plan",
            "project",
            "repository",
            "settings",
            "task",
            "ui",
        ],
    ),
    ("context", &["diagnostic", "engine", "manifest", "project", "settings", "ui"]),
    ("database", &["engine", "project", "settings", "task"]),
    ("diagnostic", &[]),
    ("engine", &["event", "observed", "project"]),
    ("event", &["plan"]),
    ("execute", &["engine", "event", "observed", "plan", "project"]),
    ("manifest", &["diagnostic"]),
    ("names", &[]),
    ("observed", &[]),
    ("plan", &["diagnostic", "observed", "project"]),
    ("project", &["diagnostic", "manifest", "settings"]),
    ("repository", &["event", "settings"]),
    ("secret", &[]),
    ("settings", &["diagnostic"]),
    ("task", &["diagnostic", "engine", "project", "settings"]),
    ("ui", &["diagnostic", "event", "plan"]),
];

/// Words that stand for I/O, time or another crate's business, and the rooms that may say them.
const DOORS: &[(&str, &[&str])] = &[
    ("bollard::", &["engine"]),
    ("miette::", &["diagnostic"]),
    ("tokio::", &["cli", "commands", "context", "database", "engine", "execute", "repository", "task", "ui"]),
    ("std::env::", &["cli", "context", "task"]),
    ("println!", &["ui"]),
    ("git2::", &["repository"]),
];

fn room_of(path: &Path) -> String {
    let inside = path.strip_prefix(source_root()).expect("a file of the library");
    let first = inside.components().next().expect("a file has a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The library's files, each with its room and its code without comments and tests.
fn rooms() -> Vec<(PathBuf, String, String)> {
    let mut files = Vec::new();
    files_below(&source_root(), &mut files);
    files
        .into_iter()
        .filter(|path| !path.ends_with("lib.rs") && !path.ends_with("main.rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).expect("the file can be read");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let room = room_of(&path);
            (path, room, code)
        })
        .collect()
}

/// The rooms that follow each `crate::`, groups in braces included.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let names = part.strip_prefix('{').map_or_else(
            || vec![part],
            |group| group.split('}').next().unwrap_or_default().split(',').map(str::trim).collect(),
        );
        for name in names {
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            if end > 0 {
                found.insert(name[..end].to_owned());
            }
        }
    }
    found
}

#[test]
fn nobody_imports_what_the_table_forbids() {
    let mut wrong = Vec::new();
    for (path, room, code) in rooms() {
        let allowed = TABLE.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            wrong.push(format!("{}: the table has no row for `{room}`", path.display()));
            continue;
        };
        for import in imports(&code) {
            let open = import == room || matches!(import.as_str(), "names" | "secret");
            if !open && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports crate::{import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "see ARCHITECTURE.md, who may import whom:\n{}", wrong.join("\n"));
}

#[test]
fn nobody_goes_through_a_closed_door() {
    let mut wrong = Vec::new();
    for (path, room, code) in rooms() {
        for (word, allowed) in DOORS {
            if code.contains(word) && !allowed.contains(&room.as_str()) {
                wrong.push(format!("{} says `{word}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "these belong elsewhere:\n{}", wrong.join("\n"));
}

#[test]
fn files_stop_at_500_lines() {
    let mut files = Vec::new();
    files_below(&source_root(), &mut files);
    files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut files);
    let long: Vec<_> = files
        .iter()
        .filter(|path| fs::read_to_string(path).expect("the file can be read").lines().count() > 500)
        .collect();
    assert!(long.is_empty(), "what in these wants a room of its own? {long:?}");
}

#[test]
fn the_architecture_page_shows_the_table_that_is_enforced() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let page = fs::read_to_string(page).expect("the page can be read");
    for (room, allowed) in TABLE {
        let imports = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
        let row = format!("| {room} | {imports} |");
        assert!(page.contains(&row), "ARCHITECTURE.md lacks the row\n{row}");
    }
}
