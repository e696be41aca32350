//! Where in the tree something is: the keys that lead to it, and lexical paths of files.

use std::path::{Component, Path, PathBuf};

/// The keys from the root to a node, as a list that grows on the stack while the tree is walked.
#[derive(Clone, Copy)]
pub struct Trail<'t> {
    parent: Option<&'t Trail<'t>>,
    name: &'t str,
    depth: usize,
}

/// The step from a sequence to any of its items.
pub const ITEM: &str = "[]";

impl<'t> Trail<'t> {
    /// The root.
    pub const ROOT: Trail<'static> = Trail { parent: None, name: "", depth: 0 };

    /// One step further.
    pub fn child(&'t self, name: &'t str) -> Trail<'t> {
        Trail { parent: Some(self), name, depth: self.depth + 1 }
    }

    /// How many steps from the root.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The keys in order.
    pub fn names(&self) -> Vec<&'t str> {
        let mut names = vec![""; self.depth];
        let mut here = *self;
        while let Some(parent) = here.parent {
            names[here.depth - 1] = here.name;
            here = *parent;
        }
        names
    }
}

/// `base/path` without `.` and `..`, as text decides (links are not followed). An absolute `path` stands for itself.
pub fn join(base: &Path, path: &str) -> PathBuf {
    clean(&base.join(path))
}

/// Removes `.`, `..` and doubled slashes; an empty path becomes `.`.
pub fn clean(path: &Path) -> PathBuf {
    let mut parts: Vec<Component> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match parts.last() {
                Some(Component::Normal(_)) => {
                    parts.pop();
                }
                Some(Component::RootDir) => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.iter().collect() }
}

/// The path from `base` to `target`, both absolute and clean.
pub fn relative(base: &Path, target: &Path) -> PathBuf {
    let mut from = base.components().peekable();
    let mut to = target.components().peekable();
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_cleans() {
        assert_eq!(join(Path::new("/a/b"), "./c/../d"), PathBuf::from("/a/b/d"));
        assert_eq!(join(Path::new("/a"), "../../x"), PathBuf::from("/x"));
        assert_eq!(join(Path::new("."), "."), PathBuf::from("."));
        assert_eq!(join(Path::new("/a"), "/b/"), PathBuf::from("/b"));
    }

    #[test]
    fn relative_paths_lead_back() {
        assert_eq!(relative(Path::new("/a/b"), Path::new("/a/c/d")), PathBuf::from("../c/d"));
        assert_eq!(relative(Path::new("/a"), Path::new("/a")), PathBuf::from("."));
    }
}
