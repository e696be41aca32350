//! Addresses of repositories: which host they are on, and whether two mean the same repository.

use std::path::{Path, PathBuf};

/// An address taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// On another machine, whatever the transport.
    Remote {
        /// Lower case, without user and port.
        host: String,
        /// Without leading and trailing `/` and without `.git`.
        path: String,
    },
    /// On this machine, absolute.
    Local(PathBuf),
}

impl Address {
    /// Takes a git address apart; relative paths start at `base`.
    pub(super) fn parse(url: &str, base: &Path) -> Self {
        if let Some(path) = url.strip_prefix("file://") {
            return Self::local(Path::new(path));
        }
        if let Some((_, rest)) = url.split_once("://") {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            return Self::remote(authority, path);
        }
        match url.split_once(':') {
            Some((authority, path)) if !authority.contains('/') => Self::remote(authority, path),
            _ => Self::local(&base.join(url)),
        }
    }

    fn remote(authority: &str, path: &str) -> Self {
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
            _ => host,
        };
        let path = path.trim_matches('/');
        Self::Remote { host: host.to_lowercase(), path: path.strip_suffix(".git").unwrap_or(path).to_owned() }
    }

    fn local(path: &Path) -> Self {
        Self::Local(path.canonicalize().unwrap_or_else(|_| path.components().collect()))
    }

    /// What connections are counted by: a host; empty for this machine.
    pub(super) fn host(&self) -> &str {
        match self {
            Self::Remote { host, .. } => host,
            Self::Local(_) => "",
        }
    }
}

/// The address as `git` must get it: a relative path of this machine made absolute.
pub(super) fn absolute(url: &str, base: &Path) -> String {
    let remote = url.contains("://") || url.split_once(':').is_some_and(|(authority, _)| !authority.contains('/'));
    if remote {
        return url.to_owned();
    }
    let path = base.join(url);
    path.canonicalize().unwrap_or_else(|_| path.components().collect()).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_repository_has_many_addresses() {
        let base = Path::new("/project");
        let same = [
            "https://example.org/team/portal.git",
            "https://user@example.org:443/team/portal/",
            "ssh://git@Example.org/team/portal",
            "git@example.org:team/portal.git",
        ];
        for url in same {
            assert_eq!(Address::parse(url, base), Address::parse(same[0], base), "{url}");
        }
        assert_ne!(Address::parse("https://example.org/team/api", base), Address::parse(same[0], base));
    }

    #[test]
    fn a_relative_path_starts_at_the_project() {
        let base = Path::new("/project");
        assert_eq!(absolute("./remotes/a.git", base), "/project/remotes/a.git");
        assert_eq!(Address::parse("remotes/a.git", base), Address::Local("/project/remotes/a.git".into()));
        assert_eq!(absolute("host:a.git", base), "host:a.git");
    }
}
