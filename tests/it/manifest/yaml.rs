//! The YAML of `ado config` says what was read, for whoever reads it again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// What `ado config` prints for a manifest that it gets on its input.
fn config(manifest: &str, arguments: &[&str]) -> String {
    let mut ado = Command::new(env!("CARGO_BIN_EXE_ado"))
        .args(["-p", "demo", "-f", "-", "config"])
        .args(arguments)
        .env_clear()
        .env("HOME", "/home/someone")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("ado runs");
    ado.stdin.take().expect("its input").write_all(manifest.as_bytes()).expect("it reads");
    let output = ado.wait_with_output().expect("ado ends");
    assert!(output.status.success(), "{}{manifest}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn extension(manifest: &str) -> Json {
    let mut json: Json = serde_json::from_str(&config(manifest, &["--format", "json"])).expect("JSON");
    json["x-a"].take()
}

/// A text by the numbers of its characters, so that nothing depends on how it is read.
fn by_numbers(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        write!(written, "\\U{:08X}", u32::from(c)).expect("a string");
    }
    written + "\""
}

/// A manifest with these values below `x-a`: none, a text, or a list with a mapping and a list inside.
fn manifest<'t>(entries: impl IntoIterator<Item = (&'t str, &'t [String])>) -> String {
    let mut text = String::from("services: {a: {image: i}}\nx-a:\n");
    for (key, values) in entries {
        let key = by_numbers(key);
        let values: Vec<String> = values.iter().map(|value| by_numbers(&value.replace('$', "$$"))).collect();
        let written = match &values[..] {
            [] => "null".to_owned(),
            [value] => value.clone(),
            [value, rest @ ..] => format!("[{value}, {{? {key} : {value}}}, [{}]]", rest.join(", ")),
        };
        writeln!(text, "  ? {key}\n  : {written}").expect("a string");
    }
    text
}

/// What [`manifest`] says, as JSON.
fn said(entries: &BTreeMap<String, Vec<String>>) -> Json {
    let said = |(key, values): (&String, &Vec<String>)| {
        let values: Vec<String> = values.iter().map(|value| value.replace('$', "$$")).collect();
        let value = match &values[..] {
            [] => Json::Null,
            [value] => json!(value),
            [value, rest @ ..] => json!([value, { key: value }, rest]),
        };
        (key.clone(), value)
    };
    entries.iter().map(said).collect::<serde_json::Map<_, _>>().into()
}

fn piece() -> impl Strategy<Value = String> {
    let hard = [
        " ",
        "  ",
        "\n",
        "\t",
        "\r",
        "#",
        " #",
        ":",
        ": ",
        "-",
        "- ",
        "? ",
        "?",
        ",",
        "'",
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "---",
        "...",
        "\u{0}",
        "\u{1b}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{2029}",
        "\u{3000}",
        "\u{feff}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{1f600}",
        "0",
        "1",
        "9",
        "0x",
        "0o",
        "0b",
        "_",
        ".",
        "e",
        "+",
        "yes",
        "No",
        "null",
        "~",
        "<<",
        "=",
        "true",
        ".nan",
        ".inf",
        "2001-12-14",
        "T21:59:43",
        "1:30",
        "12345678901234567890",
    ];
    prop_oneof![
        8 => prop::sample::select(hard.to_vec()).prop_map(str::to_owned),
        2 => "[a-zäß0-9]{1,3}",
        1 => any::<char>().prop_filter("a sign of variables", |&c| c != '$').prop_map(String::from),
    ]
}

/// Nobody fills in variables in keys, and Compose doubles their `$` all the same: keys have none.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::collection::vec(piece(), 0..5).prop_map(|pieces| pieces.concat()),
        1 => (piece(), 100..600_usize).prop_map(|(piece, times)| piece.repeat(times)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![9 => key(), 1 => (key(), key()).prop_map(|(one, two)| format!("{one}${two}"))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn texts_are_read_again_as_they_were_written(
        entries in prop::collection::btree_map(key(), prop::collection::vec(text(), 0..4), 1..12)
    ) {
        let first = manifest(entries.iter().map(|(key, values)| (key.as_str(), &values[..])));
        let yaml = config(&first, &["--format", "yaml"]);
        prop_assert_eq!(extension(&first), said(&entries), "{}", first);
        prop_assert_eq!(extension(&yaml), said(&entries), "{}", yaml);
    }
}

#[test]
fn hard_texts_have_the_quotes_that_they_need() {
    let table = [
        ("plain words", "plain words"),
        ("1.2.3", "1.2.3"),
        ("a:b", "a:b"),
        ("a#b", "a#b"),
        ("-a", "-a"),
        ("", r#""""#),
        ("null", r#""null""#),
        ("yes", r#""yes""#),
        ("<<", r#""<<""#),
        ("=", r#""=""#),
        ("42", r#""42""#),
        ("0xffffffffffffffff", r#""0xffffffffffffffff""#),
        ("12345678901234567890", r#""12345678901234567890""#),
        ("123456789012345678901234567890", r#""123456789012345678901234567890""#),
        ("1_000", r#""1_000""#),
        ("1e3", r#""1e3""#),
        (".nan", r#"".nan""#),
        ("1:5", r#""1:5""#),
        ("1:5.5", r#""1:5.5""#),
        ("2001-12-14", r#""2001-12-14""#),
        ("2001-12-14 21:59:43.10 -5", r#""2001-12-14 21:59:43.10 -5""#),
        ("a: b #c", "'a: b #c'"),
        ("it's: so", "'it''s: so'"),
        (" a", "' a'"),
        ("a:", "'a:'"),
        ("- a", "'- a'"),
        ("*a", "'*a'"),
        ("---", "'---'"),
        ("a\tb", r#""a\tb""#),
        ("\u{fffe}\u{ffff}", r#""\uFFFE\uFFFF""#),
        ("\u{7f}\u{2028}", r#""\x7F\u2028""#),
        ("a\nb", "|-\n    a\n    b"),
        ("a\n\n", "|+\n    a\n"),
        (" a\nb", r#"" a\nb""#),
    ];
    for (text, expected) in table {
        let yaml = config(&manifest([("k", &[text.to_owned()][..])]), &["--format", "yaml"]);
        let written = yaml.split_once("\nx-a:\n  k: ").expect("the extension").1;
        assert_eq!(written, format!("{expected}\n"), "{text:?}");
    }
}

#[test]
fn a_long_key_stands_behind_a_question_mark() {
    let yaml = |length: usize| {
        let key = "k".repeat(length);
        config(&manifest([(key.as_str(), &["v".to_owned()][..])]), &["--format", "yaml"]).replace(&key, "KEY")
    };
    assert!(yaml(128).ends_with("\nx-a:\n  KEY: v\n"));
    assert!(yaml(129).ends_with("\nx-a:\n  ? KEY\n  : v\n"));
}

#[test]
fn numbers_keep_their_value() {
    let written = "services: {a: {image: i, cpus: 12345678901234567890, labels: {l: 12_345_678_901_234_567_890}}}
x-a: [.nan, .inf, -.inf, 12345678901234567890, 0xffffffffffffffff, 1e15, 1e16, 1e19, 5.0, 0.1, -12345678901234567890]
";
    let yaml = config(written, &["--format", "yaml"]);
    let items = [
        ".nan",
        ".inf",
        "-.inf",
        "12345678901234567890",
        "18446744073709551615",
        "1e+15",
        "1e+16",
        "1e+19",
        "5",
        "0.1",
        "-1.2345678901234567e+19",
    ];
    assert!(yaml.ends_with(&format!("\nx-a:\n  - {}\n", items.join("\n  - "))), "{yaml}");
    assert!(yaml.contains("l: \"12345678901234567890\"\n"), "{yaml}");
    assert!(yaml.contains("cpus: 1.2345679e+19\n"), "{yaml}");
    // Go prints -12345678901234567000, which is the same number.
    let json = config(written, &["--format", "json"]);
    let items = [
        "null",
        "null",
        "null",
        "12345678901234567890",
        "18446744073709551615",
        "1000000000000000",
        "10000000000000000",
        "10000000000000000000",
        "5",
        "0.1",
        "-1.2345678901234567e+19",
    ];
    assert!(json.ends_with(&format!("\"x-a\": [\n    {}\n  ]\n}}\n", items.join(",\n    "))), "{json}");
    assert_eq!(extension(&yaml), extension(written));
}

#[test]
fn only_the_hook_of_a_watch_is_left_out_where_it_does_nothing() {
    let written = "services:
  exec: {image: i, command: null, develop: {watch: [{path: /p, action: rebuild}]}}
x-a: [{b: 1, exec: {command: null}}]
";
    let yaml = config(written, &["--format", "yaml"]);
    assert!(yaml.contains("\n  exec:\n"), "{yaml}");
    assert!(!yaml.contains("\n          exec:"), "{yaml}");
    assert!(yaml.ends_with("\nx-a:\n  - b: 1\n    exec:\n      command: null\n"), "{yaml}");
}

#[test]
fn the_list_of_variables_is_yaml() {
    let written = "services: {a: {image: 'i${X:-a: b #c}${Y:+1}'}}\n";
    let yaml = config(written, &["--variables", "--format", "yaml"]);
    let expected = "X:
    name: X
    defaultvalue: 'a: b #c'
    presencevalue: \"\"
    required: false
\"Y\":
    name: \"Y\"
    defaultvalue: \"\"
    presencevalue: \"1\"
    required: false
";
    assert_eq!(yaml, expected);
}
