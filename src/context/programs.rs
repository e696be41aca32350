//! The programs that can work inside containers as `ado-do`: this one, and those for other platforms beside it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::Context;
use crate::project::Programs;

/// Names another program, whatever it is for.
const VARIABLE: &str = "ADO_LINUX_BINARY";

/// Docker's name for each machine of a Linux program (ELF, `e_machine`).
const MACHINES: [(u16, &str); 7] = [
    (0x03, "386"),
    (0x15, "ppc64le"),
    (0x16, "s390x"),
    (0x28, "arm"),
    (0x3e, "amd64"),
    (0xb7, "arm64"),
    (0xf3, "riscv64"),
];

impl Context {
    /// All that are there; the one that the user names goes before those beside ado, and these before ado itself.
    pub(super) fn programs(&self) -> Programs {
        let named = self.environment.get(VARIABLE).map(PathBuf::from);
        let own = std::env::current_exe().ok();
        let beside = own.as_deref().and_then(Path::parent).map(Path::to_owned);
        let beside = beside.into_iter().flat_map(|directory| {
            MACHINES.iter().map(move |(_, architecture)| directory.join(format!("ado-linux-{architecture}")))
        });
        Programs::of(named.into_iter().chain(beside).chain(own).filter_map(candidate))
    }
}

/// The architecture of a Linux program, the program, and what tells it from its other versions.
fn candidate(path: PathBuf) -> Option<(String, PathBuf, String)> {
    let mut file = File::open(&path).ok()?;
    let metadata = file.metadata().ok()?;
    let mut header = [0; 20];
    file.read_exact(&mut header).ok()?;
    let architecture = architecture(&header)?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
    Some((architecture.to_owned(), path, format!("{}-{changed}", metadata.len())))
}

fn architecture(header: &[u8; 20]) -> Option<&'static str> {
    if !header.starts_with(b"\x7fELF") {
        return None;
    }
    let bytes = [header[18], header[19]];
    // The sixth byte says in which order numbers are written.
    let machine = if header[5] == 2 { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) };
    MACHINES.iter().find(|(number, _)| *number == machine).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_says_itself_what_it_is_for() {
        let mut header = [0; 20];
        header[..6].copy_from_slice(b"\x7fELF\x02\x01");
        header[18] = 0xb7;
        assert_eq!(architecture(&header), Some("arm64"));
        header[0] = 0;
        assert_eq!(architecture(&header), None);
    }
}
