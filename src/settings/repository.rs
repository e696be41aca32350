//! `[[repository]]`.

use std::path::{Component, Path, PathBuf};

use super::fields::{Fields, Located, Reader};
use super::rules;
use crate::diagnostic::{Problem, Span};

/// A repository of the team, checked out below the project's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Where it comes from: a URL, `host:path`, or a path of this machine that starts at the project's directory.
    pub url: String,
    /// The branch that is wanted; `None`: the one that the remote checks out by default.
    pub branch: Option<String>,
    /// Below the project's directory, without `.` and `..`.
    pub path: PathBuf,
    /// Where it stands.
    pub span: Span,
}

pub(super) fn repositories(top: &Fields<'_, '_>) -> Vec<Repository> {
    let mut found: Vec<Repository> = Vec::new();
    for fields in top.tables("repository") {
        let reader = fields.reader();
        if let Some(repository) = repository(fields)
            && distinct(reader, &found, &repository)
        {
            found.push(repository);
        }
    }
    found
}

fn repository(fields: Fields<'_, '_>) -> Option<Repository> {
    let reader = fields.reader();
    let span = fields.span;
    let url = fields.required("url");
    let branch = fields.text("branch");
    let path = fields.text("path");
    fields.finish();

    let url = url.filter(|url| reader.allow("address of a repository", url, rules::url(&url.value)));
    let branch_valid = branch.as_ref().is_none_or(|name| reader.allow("branch", name, rules::branch(&name.value)));
    let url = url?;
    let path = path.unwrap_or_else(|| Located { value: last_part(&url.value).to_owned(), span: url.span });
    let path_valid = reader.allow("path of a repository", &path, rules::path(&path.value));
    if !(branch_valid && path_valid) {
        return None;
    }
    Some(Repository { url: url.value, branch: branch.map(|name| name.value), path: clean(&path.value), span })
}

/// The directory that `git clone` would choose.
fn last_part(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    let last = url.rsplit(['/', ':']).next().unwrap_or(url);
    last.strip_suffix(".git").unwrap_or(last)
}

/// The path without `.`.
pub(super) fn clean(path: &str) -> PathBuf {
    Path::new(path).components().filter(|component| *component != Component::CurDir).collect()
}

fn distinct(reader: &Reader<'_>, found: &[Repository], new: &Repository) -> bool {
    let Some(other) = found.iter().find(|other| other.path.starts_with(&new.path) || new.path.starts_with(&other.path))
    else {
        return true;
    };
    let message = if other.path == new.path {
        format!("two repositories want the path `{}`", new.path.display())
    } else {
        format!("the paths `{}` and `{}` lie inside each other", other.path.display(), new.path.display())
    };
    reader
        .report(Problem::at(new.span, message).also(other.span, "the other one").help("give one of them another path"));
    false
}
