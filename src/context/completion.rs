//! Names for the completion of a command line that is still being typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap_complete::CompletionCandidate;

use super::Disk;
use crate::manifest::{self, Request};

/// Services of the manifest that the words typed so far name, or that is found here; none where it cannot be read.
pub fn service_names() -> Vec<CompletionCandidate> {
    let Ok(directory) = std::env::current_dir() else { return Vec::new() };
    let words = std::env::args_os().skip_while(|word| word != "--").skip(2);
    let request = Request { working_directory: directory, environment: super::environment(), ..typed(words) };
    let Ok(loaded) = manifest::load(&request, &Disk) else { return Vec::new() };
    let services = loaded.tree.get("services").and_then(manifest::Node::as_mapping);
    let names = services.into_iter().flat_map(manifest::Mapping::iter);
    names.map(|(key, _)| CompletionCandidate::new(key.name.to_string())).collect()
}

/// The global options that choose the manifest, out of words that need not be a complete command line.
fn typed(mut words: impl Iterator<Item = OsString>) -> Request {
    let mut request = Request::default();
    while let Some(word) = words.next() {
        let word = word.to_string_lossy().into_owned();
        let (option, given) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option.to_owned(), Some(value.to_owned())),
            _ => (word.clone(), None),
        };
        if !option.starts_with('-') {
            break;
        }
        let mut value = || given.clone().or_else(|| words.next()?.into_string().ok());
        match option.as_str() {
            "-f" | "--file" => request.files.extend(value().map(PathBuf::from)),
            "-p" | "--project-name" => request.project_name = value(),
            "--project-directory" => request.project_directory = value().map(PathBuf::from),
            "--env-file" => request.env_files.extend(value().map(PathBuf::from)),
            "--profile" => request.profiles.extend(value()),
            "--progress" | "--ansi" | "--parallel" | "-H" | "--host" | "-c" | "--context" => {
                value();
            }
            _ => {}
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_found_by_the_options_before_the_verb() {
        let words = ["--ansi", "never", "-f", "a.yaml", "--profile=dev", "logs", "-f"].map(OsString::from);
        let request = typed(words.into_iter());
        assert_eq!(request.files, [PathBuf::from("a.yaml")]);
        assert_eq!(request.profiles, ["dev"]);
    }
}
