//! A plan carried out in front of the user: progress, interruption, failures.

use std::time::Duration;

use tokio::sync::mpsc;

use super::{Error, Exit, lock};
use crate::context::Context;
use crate::engine::BuildOptions;
use crate::event::{Event, Outcome, Progress};
use crate::execute::{self, Cancellation, Options, Report, Surroundings};
use crate::plan::{Action, Plan, StepId};
use crate::project::Project;
use crate::ui::{Answer, ProgressMode, Reporter, Terse};

/// Requests that are sent to the Engine at once, where the user says nothing.
const CONCURRENCY: usize = 24;

/// What is carried out.
#[derive(Debug, Clone)]
pub struct Work<'a> {
    /// The verb, for the heading.
    pub title: &'static str,
    /// What the plan was made for.
    pub project: &'a Project,
    /// The plan.
    pub plan: &'a Plan,
    /// How long waiting for readiness may take; `None`: as long as it takes.
    pub wait_timeout: Option<Duration>,
    /// What the command line adds to builds.
    pub build: BuildOptions,
    /// Rows of what nothing is done about, each with why.
    pub left_out: Vec<(String, String)>,
    /// Steps of which only the beginning and the end are shown.
    pub terse: Terse,
    /// A step that is not shown.
    pub hidden: Option<StepId>,
    /// Another way to show progress than the command line says.
    pub mode: Option<ProgressMode>,
    /// Show what hooks write, as one more log.
    pub tells_hooks: bool,
    /// What ends it early; `None`: Ctrl-C, once in order and twice at once.
    pub cancellation: Option<Cancellation>,
}

impl<'a> Work<'a> {
    /// Work without anything special about it.
    pub fn new(title: &'static str, project: &'a Project, plan: &'a Plan) -> Self {
        Self {
            title,
            project,
            plan,
            wait_timeout: None,
            build: BuildOptions::default(),
            left_out: Vec::new(),
            terse: Terse::default(),
            hidden: None,
            mode: None,
            tells_hooks: false,
            cancellation: None,
        }
    }
}

/// What became of the work.
#[derive(Debug, Clone, Default)]
pub struct Performed {
    /// How it went; empty under `--dry-run`.
    pub report: Report,
}

impl Performed {
    /// The exit code it leads to.
    pub fn exit(&self) -> Exit {
        match &self.report {
            Report { interrupted: true, .. } => Exit::INTERRUPTED,
            Report { failed, .. } if !failed.is_empty() => Exit::FAILED,
            _ => Exit::DONE,
        }
    }

    /// Stops the command where the work was not done.
    ///
    /// # Errors
    /// [`Error::Shown`].
    pub fn ensure_done(&self) -> Result<(), Error> {
        if self.exit() == Exit::DONE { Ok(()) } else { Err(Error::Shown(self.exit())) }
    }
}

/// Carries a plan out and shows it; under `--dry-run` it is only shown. Failures were shown when this returns.
pub async fn perform(context: &Context, work: &Work<'_>) -> Result<Performed, Error> {
    for notice in &work.plan.notices {
        context.ui.warn(&notice.to_string())?;
    }
    let ui = context.ui.with_mode(work.mode.unwrap_or(context.ui.mode()));
    let mut reporter = Reporter::new(&ui, work.title, work.plan).terse(work.terse).hiding(work.hidden);
    for subject in &work.plan.kept {
        reporter.end(&format!("Container {}", subject.name), Some("Running"))?;
    }
    for (id, reason) in &work.left_out {
        reporter.left_out(id, reason)?;
    }
    if context.options.dry_run {
        for (id, _) in work.plan.steps() {
            reporter.event(&Event::Started(id))?;
            reporter.event(&Event::Finished(id, Outcome::default()))?;
        }
        reporter.finish()?;
        return Ok(Performed::default());
    }
    // A plan without steps changes nothing, and is the most frequent one.
    let mark = if work.plan.is_empty() { None } else { Some(lock::mark(context, &work.project.name, work.title)?) };
    // Boxed, because what waits for it would be large otherwise.
    let report = Box::pin(execute_shown(context, work, &mut reporter)).await?;
    if let Some(mark) = mark.filter(|_| !report.unfinished) {
        mark.remove();
    }
    reporter.finish()?;
    for (_, failure) in report.failed.iter().chain(&report.tolerated) {
        context.ui.failure(&failure.message, &failure.details, failure.hint.as_deref())?;
    }
    Ok(Performed { report })
}

async fn execute_shown(context: &Context, work: &Work<'_>, reporter: &mut Reporter) -> Result<Report, Error> {
    let interrupts = context.interrupts()?;
    let by_signals = || Cancellation { stop: interrupts.stop.clone(), abort: interrupts.abort.clone() };
    let cancellation = work.cancellation.clone().unwrap_or_else(by_signals);
    let options = Options {
        concurrency: concurrency(context.options.parallel),
        wait_timeout: work.wait_timeout,
        build: work.build.clone(),
    };
    let surroundings = Surroundings::new(context.engine()?, work.project, &options, &cancellation);
    let (sender, mut events) = mpsc::unbounded_channel();
    let mut execution = Box::pin(execute::execute(&surroundings, work.plan, sender));
    let mut frames = reporter.frames();
    let mut report = None;
    loop {
        tokio::select! {
            biased;
            event = events.recv() => match event {
                Some(event) => {
                    tell_hook(context, work, &event)?;
                    reporter.event(&event)?;
                }
                None => break,
            },
            ended = &mut execution, if report.is_none() => report = Some(ended),
            () = frames.next() => reporter.tick()?,
        }
    }
    match report {
        Some(report) => Ok(report),
        None => Ok(execution.await),
    }
}

/// Shows a line that a hook wrote, as Compose does.
fn tell_hook(context: &Context, work: &Work<'_>, event: &Event) -> Result<(), Error> {
    let Event::Progress(id, Progress::Line(line)) = event else { return Ok(()) };
    if let (true, Action::Hook { subject, .. }) = (work.tells_hooks, &work.plan.step(*id).action) {
        let name = super::logs::short_name(&work.project.name, &subject.name);
        context.ui.line(format!("{name} -> | {line}"))?;
    }
    Ok(())
}

fn concurrency(parallel: i64) -> usize {
    usize::try_from(parallel).ok().filter(|count| *count > 0).unwrap_or(CONCURRENCY)
}

/// Whether the user is sure: said so before, or says so now.
///
/// # Errors
/// Where nobody can be asked.
pub fn confirmed(context: &Context, sure: bool, question: &str) -> Result<bool, Error> {
    if sure {
        return Ok(true);
    }
    match context.ui.confirm(question)? {
        Answer::Yes => Ok(true),
        Answer::No => Ok(false),
        Answer::Nobody => Err(Error::NobodyToAsk { question: question.to_owned() }),
    }
}
