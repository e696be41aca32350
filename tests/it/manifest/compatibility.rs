//! The list of attributes in `docs/compatibility.md` is the table of the program.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use ado::manifest::schema::{Support, attributes};

const BEGIN: &str = "<!-- attributes: begin -->\n";
const END: &str = "<!-- attributes: end -->";

fn list() -> String {
    let mut text = String::from("\n| attribute | | |\n| --- | --- | --- |\n");
    for (name, attribute) in attributes() {
        let (state, note) = match attribute.support {
            Support::Full => ("supported", ""),
            Support::Explained(note) => ("explained", note),
            Support::Engine(note) => ("not on this Engine", note),
        };
        writeln!(text, "| `{name}` | {state} | {note} |").expect("a string");
    }
    text.push('\n');
    text
}

/// With `ADO_WRITE_DOCS=1` the list is written, without it is compared.
#[test]
fn the_document_lists_each_attribute_as_the_table_has_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/compatibility.md");
    let text = fs::read_to_string(&path).expect("the document");
    let (before, rest) = text.split_once(BEGIN).expect("the list begins");
    let (written, after) = rest.split_once(END).expect("the list ends");
    if std::env::var("ADO_WRITE_DOCS").is_ok() {
        fs::write(&path, format!("{before}{BEGIN}{}{END}{after}", list())).expect("the document can be written");
        return;
    }
    assert_eq!(written, list(), "call this test with ADO_WRITE_DOCS=1 to write the list anew");
}
