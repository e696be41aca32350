//! `ado up` in the foreground: logs from the first container's start until everything has ended or the user has had
//! enough.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use jiff::Timestamp;

use super::attached::Options;
use crate::commands::converge::Goal;
use crate::commands::logs::{Exited, Feed, Happening, short_name};
use crate::commands::perform::{Performed, Work, perform};
use crate::commands::scope::Present;
use crate::commands::{Error, Exit};
use crate::context::Context;
use crate::engine::LogsRequest;
use crate::execute::Cancellation;
use crate::names::ServiceName;
use crate::observed::Container;
use crate::plan::{self, Action, Plan, Subject};
use crate::ui::{LogWriter, ProgressMode};

/// After everything was stopped, what is told of it is waited for this long.
const LAST_ENDS: Duration = Duration::from_secs(2);

/// The present moment, as the Engine wants it.
fn now() -> String {
    let now = Timestamp::now();
    format!("{}.{:09}", now.as_second(), now.subsec_nanosecond())
}

/// How progress is shown beside logs: lines cannot change in place then.
pub fn mode(context: &Context) -> ProgressMode {
    match context.ui.mode() {
        ProgressMode::Tty => ProgressMode::Plain,
        other => other,
    }
}

/// The logs of what comes up, and what their ends mean.
pub struct Foreground<'a> {
    context: &'a Context,
    goal: &'a Goal,
    options: &'a Options,
    shown: BTreeSet<ServiceName>,
    feed: Feed<'a>,
    writer: LogWriter,
    exit: Exit,
    /// A container's end has ended everything.
    aborted: bool,
}

impl<'a> Foreground<'a> {
    /// Listens to the project; what the services `shown` write from now on is shown.
    pub async fn open(
        context: &'a Context,
        goal: &'a Goal,
        options: &'a Options,
        shown: BTreeSet<ServiceName>,
    ) -> Result<Self, Error> {
        let request = LogsRequest { follow: true, since: Some(now()), timestamps: true, ..LogsRequest::default() };
        let mut feed = Feed::listen(context.engine()?, &goal.project.name, request).await?;
        feed.end_with(goal.policy.named.clone());
        let writer = options.writer(&context.ui);
        Ok(Self { context, goal, options, shown, feed, writer, exit: Exit::DONE, aborted: false })
    }

    /// What comes up.
    pub fn goal(&self) -> &'a Goal {
        self.goal
    }

    /// Shows the logs while `work` carries out `plan`. The end of a container that ends everything ends the work by
    /// `cancellation`.
    pub async fn start(
        &mut self,
        plan: &Plan,
        cancellation: &Cancellation,
        work: impl Future<Output = Result<Performed, Error>>,
    ) -> Result<Performed, Error> {
        self.attach(plan).await?;
        self.feed.expect_more(true);
        let wanted = is_ours(self.goal);
        let mut work = Box::pin(work);
        let performed = loop {
            let happening = tokio::select! {
                performed = &mut work => break performed?,
                happening = self.feed.next(&wanted) => happening?,
            };
            let Some(happening) = happening else { break work.await? };
            if self.show(happening)? {
                cancellation.stop.cancel();
            }
        };
        self.feed.expect_more(false);
        let mut containers = self.context.engine()?.containers(&self.goal.project.name).await?;
        containers.retain(wanted);
        self.feed.catch_up(&containers).await?;
        Ok(performed)
    }

    /// Shows the logs until everything has ended; where the start was interrupted, everything is stopped now.
    pub async fn follow(mut self, interrupted: bool) -> Result<Exit, Error> {
        let interrupts = self.context.interrupts()?;
        let wanted = is_ours(self.goal);
        let mut stopping = None;
        if interrupted || self.aborted {
            stopping = Some(Box::pin(self.stop()?));
        }
        loop {
            let happening = tokio::select! {
                happening = self.feed.next(&wanted) => happening?,
                () = interrupts.stop.cancelled(), if stopping.is_none() => {
                    stopping = Some(Box::pin(self.stop()?));
                    continue;
                }
                result = async { stopping.as_mut().expect("guarded").await }, if stopping.is_some() => {
                    result?;
                    stopping = None;
                    self.show_rest(&wanted).await?;
                    break;
                }
            };
            let Some(happening) = happening else { break };
            if self.show(happening)? && stopping.is_none() {
                stopping = Some(Box::pin(self.stop()?));
            }
        }
        if let Some(stopping) = stopping {
            // Logs end a moment before the containers do.
            stopping.await?;
        }
        self.writer.flush()?;
        Ok(self.exit)
    }

    /// Shows what comes after everything was stopped: the ends of containers are told a moment later, and one of them may
    /// decide the exit code.
    async fn show_rest(&mut self, wanted: &impl Fn(&Container) -> bool) -> Result<(), Error> {
        let rest = async {
            while let Some(happening) = self.feed.next(wanted).await? {
                self.show(happening)?;
            }
            Ok(())
        };
        // What does not come in time is missed, not waited for.
        tokio::time::timeout(LAST_ENDS, rest).await.unwrap_or(Ok(()))
    }

    /// Tells what is shown, and reads what runs already.
    async fn attach(&mut self, plan: &Plan) -> Result<(), Error> {
        let containers = self.context.engine()?.containers(&self.goal.project.name).await?;
        let is_kept =
            |container: &&Container| plan.kept.iter().any(|subject| subject.existing() == Some(&container.id));
        let kept: Vec<Container> = containers.iter().filter(is_kept).cloned().collect();
        self.feed.catch_up(&kept).await?;
        let started = plan.steps().filter_map(|(_, step)| match &step.action {
            Action::Start(subject) => Some(subject),
            _ => None,
        });
        let project = &self.goal.project.name;
        let shown = |subject: &&Subject| self.shown.contains(&subject.service);
        let names: Vec<&str> =
            plan.kept.iter().chain(started).filter(shown).map(|subject| short_name(project, &subject.name)).collect();
        for name in &names {
            self.writer.add(name);
        }
        self.context.ui.line(format!("Attaching to {}", names.join(", ")))?;
        Ok(())
    }

    /// Shows it; tells whether it is the end of everything, the first time.
    fn show(&mut self, happening: Happening) -> Result<bool, Error> {
        match happening {
            Happening::Line { name, service, line } => {
                if self.shown.contains(&service) {
                    self.writer.line(&name, line.complains(), (&line.timestamp, &line.text))?;
                    self.writer.flush()?;
                }
                Ok(false)
            }
            Happening::Exited(exited) => self.exited(&exited),
        }
    }

    fn exited(&mut self, exited: &Exited) -> Result<bool, Error> {
        if self.shown.contains(&exited.service) {
            self.context.ui.line(format!("{} exited with code {}", exited.name, exited.code))?;
        }
        let aborts = !self.aborted && self.exit != Exit::INTERRUPTED && self.options.aborts(exited);
        let decides = match &self.options.exit_code_from {
            Some(service) => *service == exited.service,
            None => aborts,
        };
        if decides && self.exit != Exit::INTERRUPTED {
            self.exit = Exit::of_process(exited.code);
        }
        if aborts {
            self.aborted = true;
            self.context.ui.note("Aborting on container exit...")?;
        }
        Ok(aborts)
    }

    /// Begins to stop everything: because of a container's end, or because the user wants it.
    fn stop(&mut self) -> Result<impl Future<Output = Result<(), Error>> + use<'a>, Error> {
        if !self.aborted {
            self.context.ui.note("Gracefully Stopping... press Ctrl+C again to force")?;
            self.exit = Exit::INTERRUPTED;
        }
        Ok(stop(self.context, self.goal))
    }
}

/// Containers of one-off commands and of services that are not meant go their own way.
fn is_ours(goal: &Goal) -> impl Fn(&Container) -> bool {
    |container| !container.oneoff && goal.project.services.contains_key(&container.service)
}

/// Stops the services that were named, or else all; a second Ctrl-C kills them.
async fn stop(context: &Context, goal: &Goal) -> Result<(), Error> {
    let meant = &goal.policy.named;
    let all = goal.project.services.keys().filter(|name| meant.is_empty() || meant.contains(*name));
    let names: Vec<ServiceName> = all.cloned().collect();
    let present = Present::look(context, "stop", &names).await?;
    let mode = Some(mode(context));
    let plan = plan::stop(present.plan_scope(), goal.policy.timeout);
    // The first Ctrl-C is what led here, so the second one ends this.
    let second = Cancellation { stop: context.interrupts()?.abort.clone(), ..Cancellation::default() };
    let work =
        Work { mode, cancellation: Some(second), tells_hooks: true, ..Work::new("stop", &present.scope.whole, &plan) };
    let stopped = perform(context, &work).await?;
    if !stopped.report.interrupted {
        return Ok(());
    }
    let plan = plan::kill(present.plan_scope(), "SIGKILL");
    let cancellation = Some(Cancellation::default());
    let work = Work { mode, cancellation, ..Work::new("kill", &present.scope.whole, &plan) };
    perform(context, &work).await.map(drop)
}
