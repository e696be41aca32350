//! What is looked at, and what helps.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use nix::sys::statvfs::statvfs;

use super::{Finding, Grade};
use crate::commands::Error;
use crate::context::Context;
use crate::engine::{Engine, EngineInfo};
use crate::ui;

/// Less free space than this is bad, and less than the second a warning.
const SPACE: (u64, u64) = (1 << 30, 5 << 30);
/// Watching a large source tree needs about so many.
const INOTIFY_WATCHES: u64 = 65536;
/// What search engines and some databases ask for.
const MAP_COUNT: u64 = 262_144;
/// Networks that an Engine can make with its usual address pools (16 of /16 and 16 of /20).
const NETWORKS: usize = 31;
/// Seconds by which two clocks may differ.
const CLOCK: i64 = 2;

/// Every finding. The Engine's machine is looked at only where it is this one.
pub(super) async fn all(context: &Context) -> Result<Vec<Finding>, Error> {
    let engine = context.engine()?;
    let endpoint = engine.endpoint().to_string();
    let version = match engine.version().await {
        Ok(version) => version,
        Err(error) => {
            let fix = error.hint().unwrap_or_default();
            return Ok(vec![Finding { what: "Engine", grade: Grade::Bad, found: error.to_string(), fix }]);
        }
    };
    let info = engine.info().await?;
    let found = format!("version {}, API {}, at {endpoint}", version.version, version.api_version);
    let mut findings =
        vec![good("Engine", found), warnings(&info), clock(&info), networks(engine).await?, left_over(engine).await?];
    if engine.endpoint().is_local() {
        findings.push(space(&info));
        findings.push(at_least(
            "inotify watches",
            "/proc/sys/fs/inotify/max_user_watches",
            (INOTIFY_WATCHES, "fs.inotify.max_user_watches", "`ado watch` of a large tree"),
        ));
        findings.push(at_least(
            "memory maps",
            "/proc/sys/vm/max_map_count",
            (MAP_COUNT, "vm.max_map_count", "some databases and search engines"),
        ));
    }
    Ok(findings)
}

fn good(what: &'static str, found: String) -> Finding {
    Finding { what, grade: Grade::Good, found, fix: String::new() }
}

fn warnings(info: &EngineInfo) -> Finding {
    let what = "Engine's machine";
    let memory = ui::bytes_binary(info.memory);
    let found = format!("{} processors, {memory}, {} on cgroup v{}", info.processors, info.driver, info.cgroup_version);
    // Limits that this Engine cannot keep matter only to those who set them.
    let serious = info.warnings.iter().find(|warning| !warning.contains("No ") && !warning.contains("deprecated"));
    match serious {
        Some(warning) => Finding { what, grade: Grade::Warning, found, fix: warning.clone() },
        None => good(what, found),
    }
}

fn clock(info: &EngineInfo) -> Finding {
    let what = "clock";
    let Ok(there) = info.system_time.parse::<Timestamp>() else {
        return good(what, "the Engine does not tell".to_owned());
    };
    let apart = (there.as_second() - Timestamp::now().as_second()).abs();
    if apart <= CLOCK {
        return good(what, "the Engine's is ours".to_owned());
    }
    let found = format!("the Engine's differs by {apart} s");
    Finding { what, grade: Grade::Warning, found, fix: "let both machines keep their time with NTP".to_owned() }
}

async fn networks(engine: &Engine) -> Result<Finding, Error> {
    let what = "networks";
    let made = engine.network_count().await?;
    let found = format!("{made} bridge networks");
    if made + 5 < NETWORKS {
        return Ok(good(what, found));
    }
    let fix = "`docker network prune`, or smaller subnets in `default-address-pools` of daemon.json".to_owned();
    Ok(Finding {
        what,
        grade: Grade::Warning,
        found: format!("{found}; the usual address pools have room for {NETWORKS}"),
        fix,
    })
}

/// Containers that a run which was killed made to replace others, and never renamed.
async fn left_over(engine: &Engine) -> Result<Finding, Error> {
    let what = "interrupted runs";
    let mut names = Vec::new();
    for project in engine.projects().await? {
        for container in engine.containers(&project.name).await? {
            let temporary =
                container.name.as_str().split_once('_').is_some_and(|(short, _)| {
                    short.len() == 12 && short.chars().all(|digit| digit.is_ascii_hexdigit())
                });
            if temporary {
                names.push(format!("{} (project {})", container.name, project.name));
            }
        }
    }
    if names.is_empty() {
        return Ok(good(what, "nothing is left over".to_owned()));
    }
    let fix = "`ado up -d` in the project finishes or undoes what was begun".to_owned();
    Ok(Finding { what, grade: Grade::Warning, found: names.join(", "), fix })
}

fn space(info: &EngineInfo) -> Finding {
    let what = "disk space";
    let Ok(disk) = statvfs(Path::new(&info.docker_root_dir)) else {
        return good(what, format!("{} cannot be looked at by this user", info.docker_root_dir));
    };
    let free = disk.blocks_available() * disk.fragment_size();
    let found = format!("{} free for {}", ui::bytes_decimal(free, 3), info.docker_root_dir);
    let grade = match free {
        free if free < SPACE.0 => Grade::Bad,
        free if free < SPACE.1 => Grade::Warning,
        _ => return good(what, found),
    };
    Finding { what, grade, found, fix: "`ado clean` removes what no project uses any more".to_owned() }
}

fn at_least(what: &'static str, path: &str, (wanted, key, whom): (u64, &str, &str)) -> Finding {
    let value = fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    match value {
        Some(value) if value < wanted => Finding {
            what,
            grade: Grade::Warning,
            found: format!("{value}; {whom} may need {wanted}"),
            fix: format!("sysctl -w {key}={wanted}"),
        },
        Some(value) => good(what, value.to_string()),
        None => good(what, "this system does not tell".to_owned()),
    }
}
