//! What the template of test databases is made of, as a digest: with another digest it is made anew.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::Error;
use super::super::scope::running_replica;
use crate::context::Context;
use crate::project::{MountKind, Project, Service, config_hash, hexadecimal};
use crate::settings::{Database, Settings};
use crate::task::{self, doing};

/// Files up to this size count by their content, larger ones by size and time: sources are small.
const READ: u64 = 256 * 1024;
/// So many files of one mount are looked at; a mount with more holds data rather than sources.
const FILES: usize = 20_000;
/// Folders that nothing in a database comes from: tests themselves, and what tools make again.
const WITHOUT: [&str; 8] = ["test", "tests", "spec", "__pycache__", "node_modules", "target", "dist", "build"];

/// The digest, in hexadecimal digits: of the update task with all that it needs, of the images and definitions of the
/// services where it runs, and of the files that are mounted there.
pub async fn of(context: &Context, settings: &Settings, database: &Database) -> Result<String, Error> {
    let mut digest = Sha256::new();
    digest.update(format!("{:?}\n", database.template));
    let Some(update) = &database.update else { return Ok(hexadecimal(&digest.finalize())) };
    for task in task::with_needed(settings, update)? {
        digest.update(format!("{} {:?} {:?}\n", task.name, task.user, task.texts()));
    }
    let project = context.project()?;
    let words = ["--".into(), OsString::from("NAME")];
    let mut mounted: Vec<PathBuf> = Vec::new();
    for call in task::route(settings, update, &words, None)? {
        let Some(service) = doing(&project, &call.service)? else { continue };
        let image = match running_replica(context.engine()?, &project.name, &call.service, None).await {
            Ok(container) => container.image_id.to_string(),
            Err(_) => image(context, service).await?,
        };
        digest.update(format!("{} {image} {}\n", call.service, config_hash(&project, service)));
        mounted.extend(sources(&project, service));
    }
    mounted.sort();
    mounted.dedup();
    let read = tokio::task::spawn_blocking(move || {
        for path in &mounted {
            add_files(&mut digest, path);
        }
        digest
    });
    let digest = read.await.map_err(|error| Error::Runtime(error.into()))?;
    Ok(hexadecimal(&digest.finalize()))
}

/// The image that a container would be made from; empty where it is not there yet.
async fn image(context: &Context, service: &Service) -> Result<String, Error> {
    let found = context.engine()?.image(&service.image).await?;
    Ok(found.map(|image| image.id.to_string()).unwrap_or_default())
}

/// Files and folders of this machine that the service sees, as far as they are the project's or lie beside it.
fn sources(project: &Project, service: &Service) -> Vec<PathBuf> {
    let near = project.directory.parent().filter(|parent| parent.parent().is_some()).unwrap_or(&project.directory);
    let paths = service.volumes.iter().filter_map(|mount| match &mount.kind {
        MountKind::Bind { source, .. } => Some(PathBuf::from(source)),
        _ => None,
    });
    paths.filter(|path| path.starts_with(near)).collect()
}

/// What git ignores is made by tools, and so is most of what is hidden.
fn add_files(digest: &mut Sha256, root: &Path) {
    let mut walk = ignore::WalkBuilder::new(root);
    walk.require_git(false).sort_by_file_path(Ord::cmp).filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !WITHOUT.contains(&&*name) && !name.ends_with(".egg-info") && !name.ends_with(".pyc")
    });
    let files =
        walk.build().filter_map(Result::ok).filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
    for entry in files.take(FILES) {
        // A file that goes away meanwhile is not there.
        let Ok(metadata) = entry.metadata() else { continue };
        digest.update(entry.path().as_os_str().as_bytes());
        digest.update(content(entry.path(), &metadata));
    }
}

fn content(path: &Path, metadata: &Metadata) -> Vec<u8> {
    if metadata.len() <= READ
        && let Ok(bytes) = fs::read(path)
    {
        return Sha256::digest(bytes).to_vec();
    }
    format!("\0{} {}.{}\n", metadata.len(), metadata.mtime(), metadata.mtime_nsec()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(root: &Path) -> String {
        let mut digest = Sha256::new();
        add_files(&mut digest, root);
        hexadecimal(&digest.finalize())
    }

    #[test]
    fn sources_count_and_what_tools_and_tests_leave_does_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        write(".gitignore", "*.log\n");
        write("module/model.py", "a = 1");
        let before = digest(folder.path());
        for made in ["module/__pycache__/model.pyc", "module.egg-info/PKG-INFO", "run.log", "tests/test_model.py"] {
            write(made, "made");
        }
        assert_eq!(digest(folder.path()), before);
        write("module/model.py", "a = 1");
        assert_eq!(digest(folder.path()), before, "the same written again is the same");
        write("module/model.py", "a = 2");
        assert_ne!(digest(folder.path()), before);
        write("module/model.py", "a = 1");
        write("module/view.xml", "");
        assert_ne!(digest(folder.path()), before);
        let large = vec![0; usize::try_from(READ).expect("a small number") + 1];
        fs::write(folder.path().join("large"), &large).expect("a file");
        let before = digest(folder.path());
        fs::write(folder.path().join("large"), [&large[..], &[1]].concat()).expect("a file");
        assert_ne!(digest(folder.path()), before);
    }
}
