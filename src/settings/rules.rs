//! What a path, an address and a branch may be, so that none of them can become an option, another transport or a
//! place outside the project.

use std::path::{Component, Path};

/// Why a text cannot be used; `None`: it can.
pub(super) type Refusal = Option<&'static str>;

/// A path below the project's directory.
pub(super) fn path(text: &str) -> Refusal {
    let path = Path::new(text);
    if text.is_empty() || path.components().next().is_none() {
        return Some("a path below the project's directory is wanted");
    }
    if text.chars().any(char::is_control) {
        return Some("a path has no control characters");
    }
    if path.is_absolute() {
        return Some("it must be relative to the project's directory");
    }
    let mut components = path.components().skip_while(|component| *component == Component::CurDir).peekable();
    if components.peek().is_none() {
        return Some("the project's directory itself cannot be meant");
    }
    if components.clone().any(|component| component == Component::ParentDir) {
        return Some("it must stay below the project's directory, so `..` is not allowed");
    }
    if components.any(|component| component.as_os_str() == ".git") {
        return Some("`.git` belongs to git");
    }
    None
}

/// The address of a repository: a URL, `host:path` or a path of this machine.
pub(super) fn url(text: &str) -> Refusal {
    if text.is_empty() {
        return Some("an address is wanted");
    }
    if text.starts_with('-') {
        return Some("an address that begins with `-` would be read as an option by git");
    }
    if text.chars().any(char::is_control) {
        return Some("an address has no control characters");
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        if !matches!(scheme, "https" | "http" | "ssh" | "git" | "file" | "git+ssh" | "ssh+git") {
            return Some("the known ones are https, http, ssh, git, file, `host:path` and a path of this machine");
        }
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        if host.starts_with('-') || rest.starts_with('-') {
            return Some("a host that begins with `-` would be read as an option by ssh");
        }
        return None;
    }
    let before_slash = text.split('/').next().unwrap_or(text);
    if before_slash.contains("::") && !before_slash.contains('[') {
        return Some("`helper::address` runs a program, so it is not allowed");
    }
    if before_slash.contains(':') && before_slash.rsplit_once('@').is_some_and(|(_, host)| host.starts_with('-')) {
        return Some("a host that begins with `-` would be read as an option by ssh");
    }
    None
}

/// A branch (git-check-ref-format).
pub(super) fn branch(text: &str) -> Refusal {
    if text.starts_with('-') {
        return Some("a branch that begins with `-` would be read as an option by git");
    }
    let forbidden = |c: char| c.is_control() || " ~^:?*[\\".contains(c);
    // Case matters: git refuses `.lock` only.
    let part = |part: &str| part.is_empty() || part.starts_with('.') || part.strip_suffix(".lock").is_some();
    if text == "@" || text.contains("..") || text.contains("@{") || text.ends_with('.') || text.contains(forbidden) {
        return Some("git does not accept it as the name of a branch");
    }
    if text.split('/').any(part) {
        return Some("git does not accept it as the name of a branch");
    }
    None
}

/// The name of a task, an argument or an option.
pub(super) fn word(text: &str) -> Refusal {
    let valid = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if valid { None } else { Some("letters, digits, `-` and `_`, beginning with a letter") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_project() {
        for right in ["src/portal", "./src", "a b", "ä"] {
            assert_eq!(path(right), None, "{right:?}");
        }
        for wrong in ["", ".", "./", "..", "a/../../b", "/etc", "a\nb", "src/.git", ".git/hooks"] {
            assert!(path(wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_is_no_option_and_starts_no_program() {
        for right in [
            "https://example.org/a.git",
            "ssh://git@example.org:22/a",
            "git@example.org:a/b.git",
            "./remotes/a.git",
            "/srv/git/a.git",
            "file:///srv/a.git",
        ] {
            assert_eq!(url(right), None, "{right:?}");
        }
        for wrong in [
            "",
            "--upload-pack=touch x",
            "-a",
            "ext::sh -c touch% x",
            "ssh://-oProxyCommand=x/a",
            "ssh://a@-oProxyCommand=x/a",
            "git@-oProxyCommand=x:a",
            "fd::17",
            "https://a\nb",
            "gopher://a",
        ] {
            assert!(url(wrong).is_some(), "{wrong:?}");
        }
    }

    #[test]
    fn a_branch_is_one_for_git() {
        for right in ["main", "feature/x", "6.0", "ä"] {
            assert_eq!(branch(right), None, "{right:?}");
        }
        for wrong in ["", "-x", "a..b", "a b", "a/", "/a", "a.lock", "@", "a@{1}", "a~1", "refs/.x"] {
            assert!(branch(wrong).is_some(), "{wrong:?}");
        }
    }
}
