//! Short forms of networks, volumes, secrets and configs.

use super::super::node::{Key, Node, Value};
use super::super::pairs;
use crate::diagnostic::Problem;

/// Lists of labels become mappings.
pub(super) fn labels(entry: &mut Node) {
    if let Some(labels) = entry.as_mapping_mut().and_then(|fields| fields.get_mut("labels")) {
        *labels = pairs::to_mapping(labels.clone());
    }
}

/// `external: {name: n}` becomes `external: true` and `name: n`.
pub(super) fn external(
    entry: &mut Node,
    (section, key): (&str, &Key),
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<String>,
) {
    let Some(fields) = entry.as_mapping_mut() else { return };
    let Some(external) = fields.get_mut("external") else { return };
    let Value::Mapping(old) = &external.value else { return };
    let old_name = old.entry("name").map(|(key, name)| (key.clone(), name.clone()));
    external.value = Value::Bool(true);
    let Some((old_key, old_name)) = old_name else { return };
    warnings.push(format!("{section}.{}: `external.name` is old, write `name` and `external: true`", key.name));
    match fields.entry("name") {
        Some((name_key, name)) if name.as_str() != old_name.as_str() => problems.push(
            Problem::at(old_key.span, "`name` and `external.name` say different things")
                .label("the old form")
                .also(name_key.span, "the new form")
                .help("keep `name` and write `external: true`"),
        ),
        _ => {
            fields.insert(Key { name: "name".into(), span: old_key.span }, old_name);
        }
    }
}
