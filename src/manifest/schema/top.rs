//! The keys of the file itself.

use super::resources::{CONFIG, MODEL, NETWORK, SECRET, VOLUME};
use super::service::SERVICE;
use super::shape::{Attribute, Kind, Record, Shape, TEXT_OR_TEXTS, attribute, explained};

/// A manifest (Compose specification), in the order of Compose's output.
pub static MANIFEST: Record = Record {
    name: "manifest",
    attributes: &[
        explained("version", &Shape::Text, "accepted and ignored, as Compose does"),
        attribute("name", &Shape::Text),
        attribute("include", &INCLUDES),
        attribute("services", &Shape::Map { values: &Shape::Record(&SERVICE), named: true }),
        attribute("networks", &any_name(&Shape::Nullable(&Shape::Record(&NETWORK)))),
        attribute("volumes", &resources(&Shape::Nullable(&Shape::Record(&VOLUME)))),
        attribute("secrets", &resources(&Shape::Record(&SECRET))),
        attribute("configs", &resources(&Shape::Record(&CONFIG))),
        explained("models", &any_name(&Shape::Record(&MODEL)), "read, checked and shown; ado runs no language models"),
    ],
    extensible: true,
};

const fn any_name(values: &'static Shape) -> Shape {
    Shape::Map { values, named: false }
}

const fn resources(values: &'static Shape) -> Shape {
    Shape::Map { values, named: true }
}

static INCLUDES: Shape = Shape::List { items: &Shape::Short(&[Kind::Text], &Shape::Record(&INCLUDE)), unique: false };

/// Another manifest that is taken in.
pub(in super::super) static INCLUDE: Record = Record {
    name: "include",
    attributes: &[
        attribute("path", &TEXT_OR_TEXTS),
        attribute("env_file", &TEXT_OR_TEXTS),
        attribute("project_directory", &Shape::Text),
    ],
    extensible: false,
};

/// All attributes under these keys, with the keys joined by dots.
pub fn attributes() -> Vec<(String, &'static Attribute)> {
    let mut all = Vec::new();
    collect(&MANIFEST, "", &mut all);
    all
}

fn collect(record: &'static Record, prefix: &str, all: &mut Vec<(String, &'static Attribute)>) {
    for attribute in record.attributes {
        let name = format!("{prefix}{}", attribute.name);
        descend(attribute.shape, &name, attribute, all);
    }
}

fn descend(shape: &'static Shape, name: &str, of: &'static Attribute, all: &mut Vec<(String, &'static Attribute)>) {
    all.push((name.to_owned(), of));
    if let Some((record, step)) = record_in(shape, "") {
        collect(record, &format!("{name}{step}."), all);
    }
}

/// The record that a shape holds, and how it is reached.
fn record_in(shape: &'static Shape, step: &str) -> Option<(&'static Record, String)> {
    match shape {
        Shape::Record(record) => Some((record, step.to_owned())),
        Shape::Short(_, inner) | Shape::Names(inner) | Shape::Nullable(inner) | Shape::Omissible(inner) => {
            record_in(inner, step)
        }
        Shape::List { items, .. } | Shape::Gpus(items) => record_in(items, &format!("{step}[]")),
        Shape::Map { values, .. } => record_in(values, &format!("{step}.*")),
        _ => None,
    }
}
