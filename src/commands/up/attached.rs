//! What `ado up` shows in the foreground, and when that ends.

use std::collections::BTreeSet;

use clap::Args;

use crate::commands::Error;
use crate::commands::logs::Exited;
use crate::names::ServiceName;
use crate::project::Project;
use crate::ui::{LogWriter, Ui};

/// What is shown, and when it ends.
#[derive(Debug, Args)]
pub struct Options {
    /// End everything when one container has ended
    #[arg(long)]
    abort_on_container_exit: bool,
    /// End everything when one container has failed
    #[arg(long, conflicts_with = "abort_on_container_exit")]
    abort_on_container_failure: bool,
    /// End with the exit code of this service; implies --abort-on-container-exit
    #[arg(long, value_name = "SERVICE")]
    pub(super) exit_code_from: Option<ServiceName>,
    /// Show the logs of these services only
    #[arg(long, value_name = "SERVICE")]
    attach: Vec<ServiceName>,
    /// Show the logs of services that named ones depend on, too
    #[arg(long, conflicts_with = "attach")]
    attach_dependencies: bool,
    /// Do not show the logs of these services
    #[arg(long, value_name = "SERVICE")]
    no_attach: Vec<ServiceName>,
    /// No colours
    #[arg(long)]
    no_color: bool,
    /// No names before the lines
    #[arg(long)]
    no_log_prefix: bool,
    /// Show when a line was written
    #[arg(long)]
    timestamps: bool,
    /// Accepted because scripts say it; ado has no menu.
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    menu: Option<bool>,
}

impl Options {
    /// # Errors
    /// [`Error::Detached`] for what needs the foreground where there is none: `option` leaves it.
    pub fn check_detached(&self, option: &'static str, watch: bool) -> Result<(), Error> {
        let attaches = !self.attach.is_empty() || self.attach_dependencies;
        let aborts = self.abort_on_container_exit || self.exit_code_from.is_some();
        let others = if option == "--wait" && (attaches || aborts) {
            "--abort-on-container-exit, --attach or --attach-dependencies"
        } else if attaches || aborts || self.abort_on_container_failure || watch {
            "--abort-on-container-exit, --abort-on-container-failure, --attach, --attach-dependencies or --watch"
        } else {
            return Ok(());
        };
        Err(Error::Detached { option, others })
    }

    /// The services whose logs are shown.
    pub fn services(&self, project: &Project, asked: &[ServiceName]) -> Result<BTreeSet<ServiceName>, Error> {
        let known = |name: &&ServiceName| project.services.contains_key(*name);
        let options = self.attach.iter().chain(&self.no_attach).chain(&self.exit_code_from);
        if let Some(name) = options.clone().find(|name| !known(name)) {
            return Err(Error::NoSuchService { name: name.clone() });
        }
        let wanted = |name: &ServiceName| {
            let by_default = asked.is_empty() || self.attach_dependencies || asked.contains(name);
            if self.attach.is_empty() { by_default } else { self.attach.contains(name) }
        };
        let attaches =
            project.services.values().filter(|service| service.attach || self.attach.contains(&service.name));
        let names = attaches.map(|service| &service.name).filter(|name| wanted(name) && !self.no_attach.contains(name));
        Ok(names.cloned().collect())
    }

    /// Where the logs are shown.
    pub(super) fn writer(&self, ui: &Ui) -> LogWriter {
        LogWriter::new(ui.prefixes(!self.no_log_prefix, !self.no_color), self.timestamps)
    }

    /// Whether this end is the end of everything.
    pub(super) fn aborts(&self, exited: &Exited) -> bool {
        let any = self.abort_on_container_exit || self.exit_code_from.is_some();
        any || (self.abort_on_container_failure && exited.code != 0)
    }
}
