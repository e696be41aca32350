//! Every broken manifest of `tests/data/invalid` has a snapshot, and its problems point at the lines that say `# wrong`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ado::diagnostic::{Invalid, lines, render};

use super::{data, load_in};

/// Name of the folder and what is wrong with its manifest.
fn cases() -> Vec<(String, Invalid)> {
    let mut names: Vec<String> = fs::read_dir(data("invalid"))
        .expect("the broken manifests are there")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let load = |name: String| {
        let directory = data("invalid").join(&name);
        let arguments = fs::read_to_string(directory.join("arguments")).unwrap_or_default();
        let invalid = load_in(&directory, &arguments).err();
        let invalid = invalid.unwrap_or_else(|| panic!("{name} was loaded without any problem"));
        (name, invalid)
    };
    names.into_iter().map(load).collect()
}

/// `file:line` of every line below a folder that says `# wrong`.
fn marked(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the case") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            marked(root, &path, found);
            continue;
        }
        let text = fs::read_to_string(&path).expect("a text");
        let name = path.strip_prefix(root).expect("below the case").display();
        let wrong = text.lines().enumerate().filter(|(_, line)| line.contains("# wrong"));
        found.extend(wrong.map(|(index, _)| format!("{name}:{}", index + 1)));
    }
}

#[test]
fn there_are_many_broken_manifests() {
    assert!(cases().len() >= 60);
}

#[test]
fn each_broken_manifest_is_shown_as_its_snapshot_says() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots/invalid");
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, invalid) in cases() {
            insta::assert_snapshot!(name, render(&invalid, false));
        }
    });
}

#[test]
fn each_problem_points_at_the_line_that_a_person_would_change() {
    let mut elsewhere = Vec::new();
    for (name, invalid) in cases() {
        let folder = data("invalid").join(&name);
        let mut expected = BTreeSet::new();
        marked(&folder, &folder, &mut expected);
        let places: BTreeSet<String> = invalid
            .problems
            .iter()
            .filter_map(|problem| problem.span.map(|span| invalid.sources.place(span)))
            .collect();
        if places != expected {
            elsewhere.push(format!("{name}: {places:?} instead of {expected:?}"));
        }
    }
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}

#[test]
fn the_typing_mistake_on_line_14_of_the_third_file_is_shown_there() {
    let invalid = load_in(&data("invalid/typo-in-the-third-file"), "-f base.yaml -f override.yaml -f local.yaml");
    let invalid = invalid.expect_err("`enviroment` is not a key");
    let span = invalid.problems[0].span.expect("a place");
    assert_eq!(invalid.sources.place(span), "local.yaml:14");
    assert_eq!(invalid.problems[0].help.as_deref(), Some("did you mean `environment`?"));
}

#[test]
fn every_problem_is_a_line_of_json_as_well() {
    for (name, invalid) in cases() {
        for line in lines(&invalid) {
            let json: serde_json::Value = serde_json::from_str(&line).expect("one object a line");
            assert_eq!(json["level"], "error", "{name}");
            assert!(json["message"].as_str().is_some_and(|message| !message.is_empty()), "{name}");
        }
    }
}
