//! Users of a container, out of its own `/etc/passwd`.

use std::fs;

use nix::unistd::{Gid, Uid};

/// Ids to take on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) user: u32,
    pub(super) group: u32,
}

/// The ids of `name`, `name:group`, `1000` or `1000:1000`; `None` where the container does not know them.
pub(super) fn ids(text: &str) -> Option<Ids> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let group = fs::read_to_string("/etc/group").unwrap_or_default();
    find(text, &passwd, &group)
}

/// Whether the process has these ids already.
pub(super) fn are_mine(ids: Ids) -> bool {
    Uid::effective().as_raw() == ids.user && Gid::effective().as_raw() == ids.group
}

fn find(text: &str, passwd: &str, groups: &str) -> Option<Ids> {
    let (name, group) = text.split_once(':').map_or((text, None), |(name, group)| (name, Some(group)));
    let line = passwd.lines().map(fields).find(|line| line.first() == Some(&name) || line.get(2) == Some(&name));
    let user = match &line {
        Some(line) => line.get(2)?.parse().ok()?,
        None => name.parse().ok()?,
    };
    let group = match group {
        Some(group) => match groups.lines().map(fields).find(|line| line.first() == Some(&group)) {
            Some(line) => line.get(2)?.parse().ok()?,
            None => group.parse().ok()?,
        },
        None => line.as_ref().and_then(|line| line.get(3)?.parse().ok()).unwrap_or(0),
    };
    Some(Ids { user, group })
}

fn fields(line: &str) -> Vec<&str> {
    line.split(':').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name_and_by_number() {
        let passwd = "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:34:www:/var/www:/bin/false\n";
        let groups = "root:x:0:\nstaff:x:50:\n";
        let find = |text| find(text, passwd, groups).map(|ids| (ids.user, ids.group));
        assert_eq!(find("www-data"), Some((33, 34)));
        assert_eq!(find("33"), Some((33, 34)));
        assert_eq!(find("www-data:staff"), Some((33, 50)));
        assert_eq!(find("1000:1001"), Some((1000, 1001)));
        assert_eq!(find("nobody"), None);
    }
}
