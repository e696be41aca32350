//! `!reset` and `!override`: what earlier files say at a path is dropped.

use std::sync::Arc;

use super::node::Node;

/// Takes out what stands at a path of keys, if it is there.
pub fn remove(root: &mut Node, path: &[Arc<str>]) {
    let Some((last, parents)) = path.split_last() else { return };
    let mut here = root;
    for name in parents {
        match here.as_mapping_mut().and_then(|mapping| mapping.get_mut(name)) {
            Some(next) => here = next,
            None => return,
        }
    }
    if let Some(mapping) = here.as_mapping_mut() {
        mapping.remove(last);
    }
}
