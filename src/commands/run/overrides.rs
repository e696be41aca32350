//! What `run` changes of a service for its one container.

use clap::Args;
use indexmap::IndexMap;

use super::short_forms;
use crate::commands::session::Wiring;
use crate::commands::{Error, session};
use crate::context::Context;
use crate::project::{Attachment, Service};
use crate::secret::Secret;
use crate::ui::Ui;

/// What differs from the manifest.
#[derive(Debug, Args)]
pub struct Overrides {
    /// Give this right
    #[arg(long, value_name = "RIGHT")]
    cap_add: Vec<String>,
    /// Take this right away
    #[arg(long, value_name = "RIGHT")]
    cap_drop: Vec<String>,
    /// The entrypoint, instead of the image's
    #[arg(long)]
    entrypoint: Option<String>,
    /// `NAME=value`, or `NAME` to pass on the variable of this environment
    #[arg(short, long, value_name = "VARIABLE")]
    env: Vec<String>,
    /// Variables from a file
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    env_from_file: Vec<std::path::PathBuf>,
    /// Keep its input open
    #[arg(short, long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value_t = true,
          action = clap::ArgAction::Set)]
    interactive: bool,
    /// `NAME=value`
    #[arg(short, long, value_name = "LABEL")]
    label: Vec<String>,
    /// Name of the container
    #[arg(long)]
    name: Option<String>,
    /// Give the command no terminal; it has one where ado has one
    #[arg(short = 'T', long = "no-TTY", alias = "no-tty", num_args = 0..=1, require_equals = true,
          default_missing_value = "true", value_name = "BOOL", hide_possible_values = true)]
    no_tty: Option<bool>,
    /// Give the command a terminal: the default where ado has one, an error elsewhere.
    #[arg(short = 't', long = "tty", hide = true, num_args = 0..=1, require_equals = true,
          default_missing_value = "true", conflicts_with = "no_tty")]
    tty: Option<bool>,
    /// Publish a port, `[[ADDRESS:]PORT:]PORT[/PROTOCOL]`
    #[arg(short, long, value_name = "PORT")]
    publish: Vec<String>,
    /// Publish the service's ports
    #[arg(short = 'P', long)]
    service_ports: bool,
    /// Be reached under the service's name
    #[arg(long)]
    use_aliases: bool,
    /// Run it as `user[:group]`
    #[arg(short, long)]
    user: Option<String>,
    /// Mount something, `[SOURCE:]TARGET[:ro]`
    #[arg(short, long, value_name = "VOLUME", alias = "volumes")]
    volume: Vec<String>,
    /// Run it in this folder of the container
    #[arg(short, long)]
    workdir: Option<String>,
}

impl Overrides {
    /// The name that was given.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What is connected to the command.
    ///
    /// # Errors
    /// A terminal was asked for, and the input is none.
    pub(super) fn wiring(&self, ui: &Ui, detached: bool) -> Result<Wiring, Error> {
        let asked = self.tty.or(self.no_tty.map(|without| !without));
        let stdin = self.interactive && !detached;
        if asked == Some(true) && stdin && !ui.input_is_terminal() {
            return Err(Error::NoTerminal);
        }
        let terminal = ui.input_is_terminal() && ui.output_is_terminal();
        Ok(Wiring { tty: asked.unwrap_or(terminal) && !detached, stdin })
    }

    /// Whether the process finds its input open. In the background it does as well: somebody may attach to it later.
    pub(super) fn keeps_stdin_open(&self) -> bool {
        self.interactive
    }

    /// The volumes that were given, with those that the project does not know.
    pub(super) fn volumes(&self, context: &Context) -> Result<Vec<short_forms::GivenVolume>, Error> {
        self.volume.iter().map(|text| short_forms::volume(text, &context.directory)).collect()
    }

    /// Changes the service.
    pub(super) fn apply(&self, context: &Context, service: &mut Service) -> Result<(), Error> {
        if let Some(entrypoint) = &self.entrypoint {
            service.entrypoint = Some(shlex::split(entrypoint).unwrap_or_else(|| vec![entrypoint.clone()]));
            // The service's command was meant for its own entrypoint.
            service.command = None;
        }
        service.user = self.user.clone().or_else(|| service.user.take());
        service.working_dir = self.workdir.clone().or_else(|| service.working_dir.take());
        service.security.cap_add.extend(self.cap_add.iter().cloned());
        service.security.cap_drop.extend(self.cap_drop.iter().cloned());
        service.labels.extend(pairs(&self.label));
        let mut variables = Vec::new();
        for file in &self.env_from_file {
            let path = context.directory.join(file);
            let text = std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
            variables.extend(
                text.lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty() && !line.starts_with('#'))
                    .map(str::to_owned),
            );
        }
        variables.extend(self.env.iter().cloned());
        for (name, value) in pairs(&session::variables(&context.loaded()?.environment, &variables)) {
            service.environment.insert(name, Some(Secret::new(value)));
        }
        if !self.service_ports {
            service.ports.clear();
        }
        for text in &self.publish {
            service.ports.push(short_forms::port(text, service.span)?);
        }
        self.aliases(service);
        Ok(())
    }

    /// A container of `run` does not answer for its service, unless that is asked for.
    fn aliases(&self, service: &mut Service) {
        let name = service.name.to_string();
        let Attachment::Networks(endpoints) = &mut service.attachment else { return };
        for endpoint in endpoints.values_mut() {
            if self.use_aliases {
                endpoint.aliases.push(name.clone());
            } else {
                endpoint.aliases.clear();
            }
            // The service's own container has the address.
            endpoint.ipv4_address = None;
            endpoint.ipv6_address = None;
        }
    }
}

/// `NAME=value`; `NAME` alone has an empty value.
fn pairs(given: &[String]) -> IndexMap<String, String> {
    given
        .iter()
        .map(|text| text.split_once('=').unwrap_or((text, "")))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
