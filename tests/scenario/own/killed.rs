//! Killed anywhere, the next `up` converges: nothing is left over and no volume is lost.
//!
//! `ADO_KILL_MOMENTS` sets the number of runs that are killed (200 without it), `ADO_KILL_SEED` chooses the random moments;
//! a failure says its seed. Several projects are done at once, because most of the time is spent waiting for the Engine.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::support::{Container, Scenario};

/// Projects that are killed side by side.
const PROJECTS: u32 = 5;

fn manifest(mode: u32) -> String {
    format!(
        "services:
  web: {{ image: IMAGE, scale: 2, depends_on: [db], environment: {{ MODE: '{mode}' }}, volumes: [/cache] }}
  db: {{ image: IMAGE, environment: {{ MODE: '{mode}' }}, volumes: ['data:/data'] }}
volumes: {{ data: }}"
    )
}

/// What happens before a run that is killed.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing: the project runs.
    Nothing,
    /// The project is taken down.
    Down,
    /// The manifest wants both services otherwise.
    Change,
}

/// The runs that are killed; each starts from the project as it is then.
const RUNS: [(&str, Before); 6] = [
    ("up -d", Before::Down),
    ("down", Before::Nothing),
    ("scale web=4", Before::Nothing),
    ("up -d", Before::Change),
    ("run --rm -T web true", Before::Nothing),
    ("up -d --force-recreate", Before::Nothing),
];

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|number| number.parse().ok())
}

/// Random numbers between 0 and 1 (splitmix64, so that a seed gives the same moments everywhere).
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
    }
}

/// A project that is killed again and again.
struct Victim {
    scenario: Scenario,
    random: Random,
    /// How long each of [`RUNS`] takes when it is left alone.
    lengths: [Duration; RUNS.len()],
    mode: u32,
}

impl Victim {
    fn new(seed: u64) -> Self {
        let scenario = Scenario::new(&manifest(0));
        scenario.ado("up -d").succeeds();
        scenario.inside("db", &["sh", "-c", "echo kept > /data/note"]);
        let mut victim = Self { scenario, random: Random(seed), lengths: [Duration::ZERO; RUNS.len()], mode: 0 };
        for (kind, (line, _)) in RUNS.iter().enumerate() {
            victim.prepare(kind);
            let start = Instant::now();
            victim.scenario.ado(line).succeeds();
            victim.lengths[kind] = start.elapsed();
            victim.scenario.ado("up -d").succeeds();
        }
        victim
    }

    fn prepare(&mut self, kind: usize) {
        match RUNS[kind].1 {
            Before::Nothing => {}
            Before::Down => drop(self.scenario.ado("down").succeeds()),
            Before::Change => {
                self.mode += 1;
                self.scenario.manifest(&manifest(self.mode));
            }
        }
    }

    /// Kills one run, and sees what the next `up` makes of it. Whether it was killed: it may have ended before.
    fn suffers(&mut self, kind: usize) -> bool {
        self.prepare(kind);
        let after = self.lengths[kind].mul_f64(self.random.next());
        let (line, start) = (RUNS[kind].0, Instant::now());
        let mut running = self.scenario.call(line).start();
        let killed = !running.ends_within(after);
        if killed {
            running.signal(Signal::SIGKILL);
        } else {
            self.lengths[kind] = start.elapsed();
        }
        running.finish();
        self.converges(&format!("`{line}` was killed after {after:?}"));
        killed
    }

    /// What `up` has to make of whatever was left.
    fn converges(&self, what: &str) {
        let scenario = &self.scenario;
        let outcome = scenario.ado("up -d --remove-orphans");
        assert_eq!(outcome.code(), 0, "after {what}: {outcome}");
        let mut all = scenario.everything();
        all.retain(|one| one.label("com.docker.compose.oneoff") == Some("False"));
        // A replica that is made again gets a number that none had, so only the services are known.
        let mut services: Vec<&str> = all.iter().filter_map(|one| one.label("com.docker.compose.service")).collect();
        services.sort_unstable();
        assert_eq!(services, ["db", "web", "web"], "after {what}");
        let own = |one: &Container| {
            let service = one.label("com.docker.compose.service").unwrap_or_default();
            one.name() == format!("{}-{service}-{}", scenario.project(), one.replica())
        };
        assert!(all.iter().all(own), "after {what}: {:?}", all.iter().map(Container::name).collect::<Vec<_>>());
        let states: Vec<_> = all.iter().map(|one| (one.name(), one.status(), one.finished_at())).collect();
        assert!(all.iter().all(Container::is_running), "after {what}: {states:?}; `up` said {outcome}");
        assert_eq!(scenario.inside("db", &["cat", "/data/note"]), "kept\n", "after {what}");
        let again = scenario.ado("plan --exit-code");
        assert_eq!(again.code(), 0, "after {what} and an `up`, there is still something to do: {again}");
    }

    /// Nothing is left but the data.
    fn ends(&self) {
        let left = self.scenario.one_offs();
        assert!(left.iter().all(|one| !one.is_running()), "one-off containers still run");
        self.scenario.ado("down --remove-orphans").succeeds();
        assert!(self.scenario.everything().is_empty());
        assert!(self.scenario.network("default").is_none());
        assert!(self.scenario.volume("data").is_some());
    }
}

/// Kills so many runs of one project, each kind in turn. One that ended before its moment came does not count.
fn kills(number: u32, seed: u64, first: usize) {
    let mut victim = Victim::new(seed);
    let (mut killed, mut tries) = (0, 0);
    while killed < number {
        let kind = (first + tries as usize) % RUNS.len();
        killed += u32::from(victim.suffers(kind));
        tries += 1;
        assert!(tries < 40 + 4 * number, "only {killed} of {tries} runs lasted until their moment");
    }
    victim.ends();
}

#[test]
fn a_run_that_was_killed_anywhere_is_finished_by_the_next() {
    let moments = number("ADO_KILL_MOMENTS").and_then(|number| u32::try_from(number).ok()).unwrap_or(200);
    let seed = number("ADO_KILL_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let failed = std::thread::scope(|scope| {
        let start = |index: u32| {
            let share = moments / PROJECTS + u32::from(index < moments % PROJECTS);
            let work = move || kills(share, seed.wrapping_add(u64::from(index) << 32), index as usize);
            std::thread::Builder::new().name(name.clone()).spawn_scoped(scope, work).expect("a thread")
        };
        let projects: Vec<_> = (0..PROJECTS).map(start).collect();
        projects.into_iter().filter_map(|project| project.join().err()).count()
    });
    assert_eq!(failed, 0, "ADO_KILL_SEED={seed} chooses the same moments again");
}
