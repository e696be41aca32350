//! Any bytes as `compose.yaml`, `.env`, an included and an extended file: the loader gives a manifest or a list of problems
//! that can be shown.
//!
//! The pure rooms of the program are compiled in here directly, so that nothing of the Engine has to be built.
#![no_main]
#![allow(dead_code)]

#[path = "../../src"]
mod source {
    pub mod diagnostic;
    pub mod manifest;
    pub mod names;
}

use source::{diagnostic, manifest, names};

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use libfuzzer_sys::fuzz_target;

struct Memory(BTreeMap<PathBuf, Vec<u8>>);

impl manifest::Files for Memory {
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

/// The bytes are cut into files at lines of `%%`.
fn files(data: &[u8]) -> Memory {
    const NAMES: [&str; 4] = ["/p/compose.yaml", "/p/.env", "/p/other.yaml", "/p/compose.override.yaml"];
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut rest = data;
    while parts.len() < NAMES.len() - 1 {
        let Some(at) = rest.windows(4).position(|window| window == b"\n%%\n") else { break };
        parts.push(&rest[..at]);
        rest = &rest[at + 4..];
    }
    parts.push(rest);
    Memory(NAMES.iter().zip(parts).map(|(name, part)| (PathBuf::from(name), part.to_vec())).collect())
}

fuzz_target!(|data: &[u8]| {
    let request = manifest::Request {
        working_directory: "/p".into(),
        environment: BTreeMap::from([("HOME".to_owned(), "/home/someone".to_owned())]),
        ..manifest::Request::default()
    };
    if let Err(invalid) = manifest::load(&request, &files(data)) {
        assert!(!invalid.problems.is_empty());
        let _ = diagnostic::render(&invalid, false);
    }
});
