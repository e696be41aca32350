//! No bytes make the loader panic, loop, or need much time or memory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ado::diagnostic::Invalid;
use ado::manifest::{Files, Loaded, Request, load};
use proptest::prelude::*;

/// Files in memory.
#[derive(Default)]
struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl Memory {
    fn with(files: &[(&str, &[u8])]) -> Self {
        Self(files.iter().map(|(name, bytes)| (Path::new("/p").join(name), bytes.to_vec())).collect())
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
    fn exists(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }
    fn is_directory(&self, _: &Path) -> bool {
        false
    }
}

/// Loads `/p/compose.yaml` and says how long that took.
fn timed(files: &[(&str, &[u8])]) -> (Result<Loaded, Invalid>, Duration) {
    let request = Request { working_directory: "/p".into(), ..Request::default() };
    let start = Instant::now();
    let loaded = load(&request, &Memory::with(files));
    (loaded, start.elapsed())
}

/// Tests run unoptimised and beside each other, so they get several times what a release needs.
const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

fn within_limit(files: &[(&str, &[u8])]) -> Result<Loaded, Invalid> {
    let (loaded, time) = timed(files);
    assert!(time < LIMIT, "{time:?}");
    loaded
}

fn manifest(text: &str) -> Result<Loaded, Invalid> {
    within_limit(&[("compose.yaml", text.as_bytes())])
}

#[test]
fn aliases_of_aliases_are_refused_before_they_fill_the_memory() {
    let mut text =
        String::from("x-a0: &a0 [\"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\", \"lol\"]\n");
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        writeln!(text, "x-a{level}: &a{level} [{before}]").expect("a string");
    }
    let invalid = manifest(&text).expect_err("too much");
    assert!(invalid.problems[0].message.contains("aliases"), "{:?}", invalid.problems);
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let text = format!("x-deep: {}1{}\n", open.repeat(20_000), close.repeat(20_000));
        assert!(manifest(&text).is_err());
    }
    let mut text = String::from("x-deep:\n");
    for depth in 1..2_000 {
        writeln!(text, "{}a:", " ".repeat(depth)).expect("a string");
    }
    assert!(manifest(&text).is_err());
}

#[test]
fn a_text_of_ten_megabytes_is_just_a_text() {
    let long = "x".repeat(10 << 20);
    let loaded = manifest(&format!("services:\n  a:\n    image: i\n    labels:\n      long: {long}\n"));
    let loaded = loaded.expect("a long label");
    let label = loaded.tree.at(&["services", "a", "labels", "long"]).and_then(ado::manifest::Node::as_str);
    assert_eq!(label.map(str::len), Some(10 << 20));
    let dollars = "${A:-".repeat(200_000);
    assert!(manifest(&format!("services:\n  a:\n    image: \"{dollars}\"\n")).is_err());
}

#[test]
fn manifests_that_include_or_extend_each_other_end() {
    let include = b"include: [b.yaml]\nservices: {a: {image: i}}\n";
    let back = b"include: [compose.yaml]\n";
    assert!(within_limit(&[("compose.yaml", include), ("b.yaml", back)]).is_err());
    let one = b"services: {a: {extends: {file: b.yaml, service: b}}}\n";
    let two = b"services: {b: {extends: {file: compose.yaml, service: a}}}\n";
    assert!(within_limit(&[("compose.yaml", one), ("b.yaml", two)]).is_err());
}

#[test]
fn files_that_include_two_others_each_do_not_double_forever() {
    let mut files = Vec::new();
    for level in 0..30 {
        let name = if level == 0 { "compose.yaml".to_owned() } else { format!("{level}.yaml") };
        let next = level + 1;
        files.push((name, format!("include: [{next}.yaml, ./{next}.yaml]\nservices: {{s{level}: {{image: i}}}}\n")));
    }
    files.push(("30.yaml".to_owned(), "services: {last: {image: i}}\n".to_owned()));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    // Whether that is too much or not: it has to end.
    let _ = within_limit(&files);
}

#[test]
fn variables_that_name_themselves_end() {
    let dotenv = b"A=${A}\nB=${C}\nC=${B}\n";
    let text = b"services:\n  a:\n    image: \"i${A}${B}\"\n";
    let loaded = within_limit(&[("compose.yaml", text), (".env", dotenv)]).expect("they are empty");
    assert_eq!(loaded.tree.at(&["services", "a", "image"]).and_then(ado::manifest::Node::as_str), Some("i"));
}

#[test]
fn thousands_of_services_are_loaded() {
    let mut text = String::from("services:\n");
    for number in 0..5_000 {
        writeln!(text, "  s{number}:\n    image: i\n    environment: {{A: \"{number}\", B: x}}").expect("a string");
        if number > 0 {
            writeln!(text, "    depends_on: [s{}]", number - 1).expect("a string");
        }
    }
    let loaded = manifest(&text).expect("many services");
    let services = loaded.tree.get("services").and_then(ado::manifest::Node::as_mapping);
    assert_eq!(services.map(ado::manifest::Mapping::len), Some(5_000));
}

/// Pieces of manifests that, put together at random, get further than random bytes.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "services:",
            "\n  ",
            "\n    ",
            "\n      ",
            "\n",
            "a:",
            "image: i",
            "build: .",
            "- ",
            "*a ",
            "&a ",
            "<<: ",
            "!reset ",
            "!override ",
            "${A:-${B}}",
            "$",
            "{",
            "}",
            "[",
            "]",
            ",",
            ": ",
            "\"",
            "'",
            "|",
            ">",
            "#",
            "---\n",
            "extends: a",
            "include: [compose.yaml]",
            "ports: [\"80-90:80-90\"]",
            "depends_on: [a]",
            "environment: [A=1, B]",
            "volumes: [a:/b]",
            "networks:",
            "null",
            "~",
            "0x1f",
            "1e400",
            "2024-01-01",
            "\t",
            "\u{feff}",
            "ä",
            "env_file: .env",
            "profiles: [x]",
        ])
        .prop_map(str::to_owned),
        "[a-z0-9:=/.-]{0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_a_manifest_or_a_list_of_problems(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(invalid) = within_limit(&[("compose.yaml", &bytes)]) {
            prop_assert!(!invalid.problems.is_empty());
        }
    }

    #[test]
    fn any_pieces_are_a_manifest_or_a_list_of_problems(pieces in prop::collection::vec(piece(), 0..40)) {
        let text = pieces.concat();
        if let Err(invalid) = within_limit(&[("compose.yaml", text.as_bytes()), (".env", b"A=1\n")]) {
            prop_assert!(!invalid.problems.is_empty());
            // Every place can be shown.
            let _ = ado::diagnostic::render(&invalid, false);
        }
    }

    #[test]
    fn any_file_of_variables_is_read_or_refused(text in "[A-Z=:'\"\\\\$#{}\n -]{0,200}") {
        let _ = within_limit(&[("compose.yaml", b"services: {a: {image: \"$A\"}}"), (".env", text.as_bytes())]);
    }
}
