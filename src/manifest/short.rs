//! Short forms are written out: a text becomes the mapping that it stands for, at its place.

mod ports;
mod resources;
mod services;
mod volumes;

pub use services::{build, dependency};
pub use volumes::volume_target;

use super::form::Form;
use super::node::Node;
use super::schema::Checked;

/// Writes out all short forms of a manifest that was checked. What cannot be read is reported and taken out; where
/// variables are not filled in, it may become readable later, and stays.
pub fn write_out(root: &mut Node, checked: &mut Checked, warnings: &mut Vec<String>, form: Form) {
    let Some(manifest) = root.as_mapping_mut() else { return };
    for (section, entries) in manifest.iter_mut() {
        let Some(entries) = entries.as_mapping_mut() else { continue };
        for (key, entry) in entries.iter_mut() {
            let mut problems = Vec::new();
            match &*section.name {
                "services" => services::write_out(entry, &mut problems, form),
                "networks" | "volumes" | "secrets" | "configs" => {
                    if form == Form::Filled {
                        resources::labels(entry);
                    }
                    resources::external(entry, (&section.name, key), &mut problems, warnings);
                }
                _ => {}
            }
            if !problems.is_empty() {
                checked.broken.insert((section.name.to_string(), key.name.to_string()));
                checked.problems.append(&mut problems);
            }
        }
    }
}
