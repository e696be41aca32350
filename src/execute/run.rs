//! The loop: spawn what is ready, take in what ended, until nothing is left.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc::UnboundedSender;

use super::apply::{Targets, apply_despite_duplicates};
use super::cancel::Cancellation;
use super::failure::StepError;
use super::report::Report;
use super::schedule::Schedule;
use super::slots::{Kind, Slots};
use crate::engine::{BuildOptions, Engine};
use crate::event::{Event, Outcome, Progress};
use crate::names::ContainerId;
use crate::plan::{Action, Plan, Step, StepId, Target};
use crate::project::Project;

/// What the command line decides about a run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Requests under way at the same time; builds, pulls and waiting have limits of their own.
    pub concurrency: usize,
    /// After that long, waiting for a container has failed (`--wait-timeout`).
    pub wait_timeout: Option<Duration>,
    /// How images are built.
    pub build: BuildOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self { concurrency: 8, wait_timeout: None, build: BuildOptions::default() }
    }
}

/// With what a plan is executed.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Where.
    pub engine: &'a Engine,
    /// What the plan was made for.
    pub project: &'a Project,
    /// How.
    pub options: &'a Options,
    /// Whether it shall end early.
    pub cancellation: &'a Cancellation,
    /// Until when may be waited; set by [`Surroundings::new`] out of the options.
    pub(super) deadline: Option<tokio::time::Instant>,
}

impl<'a> Surroundings<'a> {
    /// The time of `wait_timeout` runs from now on.
    pub fn new(engine: &'a Engine, project: &'a Project, options: &'a Options, cancellation: &'a Cancellation) -> Self {
        let deadline = options.wait_timeout.map(|timeout| tokio::time::Instant::now() + timeout);
        Self { engine, project, options, cancellation, deadline }
    }
}

/// How a step ended.
enum End {
    Done(Option<ContainerId>),
    Failed(StepError),
    GivenUp,
}

/// Executes a plan and tells everything that happens to `events`. When a step fails, independent ones go on and those
/// that wait for it are skipped. When the Engine is lost, nothing new is begun and one failure tells it.
pub async fn execute(surroundings: &Surroundings<'_>, plan: &Plan, events: UnboundedSender<Event>) -> Report {
    let mut run = Run {
        surroundings,
        plan,
        schedule: Schedule::new(plan),
        slots: Slots::new(surroundings.options.concurrency),
        running: FuturesUnordered::new(),
        events,
        report: Report::default(),
        ending: false,
    };
    run.walk().await;
    run.report
}

struct Run<'a> {
    surroundings: &'a Surroundings<'a>,
    plan: &'a Plan,
    schedule: Schedule<'a>,
    slots: Slots,
    running: FuturesUnordered<LocalBoxFuture<'a, (StepId, Duration, End)>>,
    events: UnboundedSender<Event>,
    report: Report,
    /// Nothing new is begun any more.
    ending: bool,
}

impl Run<'_> {
    async fn walk(&mut self) {
        let Cancellation { stop, abort } = self.surroundings.cancellation;
        loop {
            self.spawn_ready();
            if self.running.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                () = abort.cancelled() => {
                    self.report.interrupted = true;
                    self.report.unfinished = true;
                    break;
                }
                () = stop.cancelled(), if !self.ending => {
                    self.report.interrupted = true;
                    self.ending = true;
                }
                Some((id, took, end)) = self.running.next() => self.settle(id, took, end),
                () = self.slots.one_lasts() => {}
            }
        }
        let left: Vec<StepId> = self.schedule.running().chain(self.schedule.waiting()).collect();
        for id in left {
            self.tell(Event::Cancelled(id));
        }
    }

    fn spawn_ready(&mut self) {
        while !self.ending {
            let (plan, project, slots) = (self.plan, self.surroundings.project, &self.slots);
            let Some(id) = self.schedule.take(|id| slots.has_room(Kind::of(project, plan.step(id)))) else { return };
            let step = plan.step(id);
            self.slots.enter(id, Kind::of(project, step));
            self.tell(Event::Started(id));
            let future = one(self.surroundings, (id, step), self.targets(&step.action), self.events.clone());
            self.running.push(Box::pin(future));
        }
    }

    fn targets(&self, action: &Action) -> Targets {
        let id = |target: &Target| match target {
            Target::Existing(id) => Some(id.clone()),
            Target::Made(step) => self.report.made.get(step).cloned(),
        };
        let container = action.subject().and_then(|subject| id(&subject.target));
        let references = match action {
            Action::Create { references, .. } => {
                references.iter().filter_map(|(name, target)| Some((name.clone(), id(target)?))).collect()
            }
            _ => std::collections::BTreeMap::new(),
        };
        Targets { container, references }
    }

    fn settle(&mut self, id: StepId, took: Duration, end: End) {
        let step = self.plan.step(id);
        self.slots.leave(id, Kind::of(self.surroundings.project, step));
        match end {
            End::Done(container) => {
                self.report.took.insert(id, took);
                self.report.made.extend(container.clone().map(|container| (id, container)));
                self.schedule.done(id);
                self.tell(Event::Finished(id, Outcome { took, container }));
            }
            End::Failed(error) => self.fail(id, step, error),
            End::GivenUp => {
                self.schedule.failed(id);
                self.tell(Event::Cancelled(id));
            }
        }
    }

    fn fail(&mut self, id: StepId, step: &Step, error: StepError) {
        let lost = error.is_loss_of_engine();
        self.report.unfinished |= lost || error.is_without_answer();
        if lost && std::mem::replace(&mut self.ending, true) {
            // The first failure has told it already.
            self.schedule.failed(id);
            self.tell(Event::Cancelled(id));
            return;
        }
        let container = self.targets(&step.action).container;
        let failure = error.into_failure(step.action.subject().zip(container.as_ref()));
        self.tell(Event::Failed(id, failure.clone()));
        if step.optional && !lost {
            self.report.tolerated.push((id, failure));
        } else {
            self.report.failed.push((id, failure));
        }
        for (skipped, because) in self.schedule.failed(id) {
            self.tell(Event::Skipped(skipped, because));
        }
    }

    /// Nobody listening is no reason to stop.
    fn tell(&self, event: Event) {
        self.events.send(event).ok();
    }
}

/// One step from beginning to end.
async fn one(
    surroundings: &Surroundings<'_>,
    (id, step): (StepId, &Step),
    targets: Targets,
    events: UnboundedSender<Event>,
) -> (StepId, Duration, End) {
    let begun = Instant::now();
    let progress = |progress: Progress| {
        events.send(Event::Progress(id, progress)).ok();
    };
    let kind = Kind::of(surroundings.project, step);
    let given_up = async {
        if kind.is_given_up() {
            surroundings.cancellation.stop.cancelled().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let end = tokio::select! {
        biased;
        result = apply_despite_duplicates(surroundings, step, &targets, &progress) => match result {
            Ok(container) => End::Done(container),
            Err(error) => End::Failed(error),
        },
        () = given_up => End::GivenUp,
    };
    (id, begun.elapsed(), end)
}
