//! How many steps of a kind run at the same time.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::plan::{Action, Condition, Step, StepId};
use crate::project::Project;

/// Pulls and builds at the same time: they share the machine's disk and the way to the registry.
const IMAGES: usize = 4;

/// Stops, restarts and hooks at the same time.
const WAITS: usize = 64;

/// Stops, restarts and removals at the same time. Each unmounts, tears down and waits for locks inside the Engine: 20
/// replicas are gone in 1.0 to 1.2 s with 4 to 8 at a time and in 1.4 s with 24, while creating gains from more.
const ENDINGS: usize = 8;

/// A stop that lasts longer only waits for a process, and others need not wait for it.
const BUSY: Duration = Duration::from_millis(500);

/// What a step costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request that is answered in milliseconds.
    Request,
    /// The start of a container that gets a host port out of a range. The Engine does not allocate these atomically, so
    /// two of them can collide.
    RangedStart,
    /// A pull or a build.
    Image,
    /// It waits for a process to end.
    Process,
    /// The removal of a container.
    Removal,
    /// A command inside a container.
    Hook,
    /// It waits for a condition, as long as that takes.
    Condition,
}

impl Kind {
    pub(super) fn of(project: &Project, step: &Step) -> Self {
        match &step.action {
            Action::Pull { .. } | Action::Build { .. } => Self::Image,
            Action::Stop { .. } => Self::Process,
            Action::Hook { .. } => Self::Hook,
            Action::Remove { .. } => Self::Removal,
            Action::Await { condition: Condition::Healthy | Condition::Completed | Condition::Ready, .. } => {
                Self::Condition
            }
            Action::Start(subject) | Action::Restart { subject, .. } => {
                let ports =
                    project.service(&subject.service).map(|service| service.ports.as_slice()).unwrap_or_default();
                let ranged = ports.iter().any(|port| port.published.is_some_and(|(first, last)| first != last));
                match (ranged, &step.action) {
                    (true, _) => Self::RangedStart,
                    (false, Action::Restart { .. }) => Self::Process,
                    (false, _) => Self::Request,
                }
            }
            Action::Await { condition: Condition::Started, .. }
            | Action::CreateNetwork { .. }
            | Action::RemoveNetwork { .. }
            | Action::CreateVolume { .. }
            | Action::RemoveVolume { .. }
            | Action::RemoveImage { .. }
            | Action::Create { .. }
            | Action::Kill { .. }
            | Action::Pause(_)
            | Action::Unpause(_)
            | Action::Rename { .. }
            | Action::Disconnect { .. }
            | Action::Connect { .. } => Self::Request,
        }
    }

    /// Whether it is given up at the first sign that the run shall end, because nobody knows how long it takes.
    pub(super) fn is_given_up(self) -> bool {
        matches!(self, Self::Image | Self::Condition)
    }
}

/// What runs at present.
#[derive(Debug)]
pub(super) struct Slots {
    limit: usize,
    requests: usize,
    images: usize,
    processes: usize,
    ranged: usize,
    endings: usize,
    /// Processes that still count as endings, and until when, in the order of that.
    busy: VecDeque<(Instant, StepId)>,
}

impl Slots {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), requests: 0, images: 0, processes: 0, ranged: 0, endings: 0, busy: VecDeque::new() }
    }

    /// Whether one more of a kind may run.
    pub(super) fn has_room(&self, kind: Kind) -> bool {
        match kind {
            Kind::Request => self.requests < self.limit,
            Kind::RangedStart => self.requests < self.limit && self.ranged == 0,
            Kind::Image => self.images < IMAGES,
            Kind::Process => self.endings < self.limit.min(ENDINGS) && self.processes < WAITS,
            Kind::Hook => self.processes < WAITS,
            Kind::Removal => self.requests < self.limit && self.endings < self.limit.min(ENDINGS),
            Kind::Condition => true,
        }
    }

    pub(super) fn enter(&mut self, id: StepId, kind: Kind) {
        self.count(kind, 1);
        if kind == Kind::Process {
            self.endings += 1;
            self.busy.push_back((Instant::now() + BUSY, id));
        }
    }

    pub(super) fn leave(&mut self, id: StepId, kind: Kind) {
        self.count(kind, -1);
        if let Some(place) = self.busy.iter().position(|(_, busy)| *busy == id) {
            self.busy.remove(place);
            self.endings -= 1;
        }
    }

    /// Waits until another process counts no longer as an ending, and makes room for it; for ever where there is none.
    pub(super) async fn one_lasts(&mut self) {
        let Some((until, _)) = self.busy.front() else { return std::future::pending().await };
        tokio::time::sleep_until(*until).await;
        self.busy.pop_front();
        self.endings -= 1;
    }

    fn count(&mut self, kind: Kind, change: isize) {
        let counters: &mut [&mut usize] = match kind {
            Kind::Request => &mut [&mut self.requests],
            Kind::RangedStart => &mut [&mut self.requests, &mut self.ranged],
            Kind::Image => &mut [&mut self.images],
            Kind::Process | Kind::Hook => &mut [&mut self.processes],
            Kind::Removal => &mut [&mut self.requests, &mut self.endings],
            Kind::Condition => &mut [],
        };
        for counter in counters {
            **counter = counter.saturating_add_signed(change);
        }
    }
}
