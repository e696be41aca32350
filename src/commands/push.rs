//! `ado push`: images to their registries.

use std::cell::RefCell;
use std::collections::BTreeSet;

use clap::Args;
use clap_complete::ArgValueCandidates;
use futures_util::future::join_all;

use super::{Error, Exit};
use crate::context::{self, Context};
use crate::names::{ImageRef, ServiceName};
use crate::plan::Plan;
use crate::project::Dependencies;
use crate::ui::{ProgressMode, Reporter};

/// Which images.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Services; none means all
    #[arg(value_name = "SERVICE", add = ArgValueCandidates::new(context::service_names))]
    services: Vec<ServiceName>,
    /// Push what can be pushed, and succeed
    #[arg(long)]
    ignore_push_failures: bool,
    /// Push the images of services that these depend on, too
    #[arg(long)]
    include_deps: bool,
    /// Show errors only
    #[arg(short, long)]
    quiet: bool,
}

/// Pushes the images of services that are built and have a name of the user's.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let project = context.project()?;
    let dependencies = if arguments.include_deps { Dependencies::Include } else { Dependencies::Exclude };
    let project = project.select(&arguments.services, dependencies)?;
    let named = project.services.values().filter(|service| service.build.is_some() && service.image_named);
    images(context, named.map(|service| &service.image), arguments.quiet, arguments.ignore_push_failures).await
}

/// Pushes these images, all at once.
pub(super) async fn images(
    context: &Context,
    images: impl Iterator<Item = &ImageRef>,
    quiet: bool,
    ignore_failures: bool,
) -> Result<Exit, Error> {
    let images: BTreeSet<&ImageRef> = images.collect();
    let engine = context.engine()?;
    let ui = if quiet { context.ui.with_mode(ProgressMode::Quiet) } else { context.ui.clone() };
    let plan = Plan::default();
    let reporter = RefCell::new(Reporter::new(&ui, "push", &plan));
    let pushes = images.into_iter().map(|image| {
        let reporter = &reporter;
        async move {
            reporter.borrow_mut().working(image.as_str(), "Pushing", None)?;
            if !context.options.dry_run {
                let pushed = engine.push(image, |progress| {
                    // A picture of the progress that cannot be drawn is no reason to stop.
                    let _ = reporter.borrow_mut().working(image.as_str(), "Pushing", Some(progress));
                });
                if let Err(error) = pushed.await {
                    reporter.borrow_mut().end(image.as_str(), None)?;
                    return Err(Error::from(error));
                }
            }
            Ok(reporter.borrow_mut().end(image.as_str(), Some("Pushed"))?)
        }
    });
    let results = join_all(pushes).await;
    reporter.into_inner().finish()?;
    let mut failed = false;
    for error in results.into_iter().filter_map(Result::err) {
        failed = true;
        error.report(&context.ui);
    }
    Ok(if failed && !ignore_failures { Exit::FAILED } else { Exit::DONE })
}
