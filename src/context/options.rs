//! Options that stand before the verb.

use std::path::PathBuf;

use clap::Args;

use crate::ui::{Ansi, ProgressMode};

/// Options of every verb, as Docker Compose has them; `COMPOSE_` variables stand for those that are not given.
#[expect(clippy::doc_markdown, reason = "these comments are the help that people read in a terminal")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalOptions {
    /// Service manifest; several are merged in their order, `-` is standard input [env: COMPOSE_FILE]
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: Vec<PathBuf>,
    /// Name of the project [env: COMPOSE_PROJECT_NAME]
    #[arg(short, long, value_name = "NAME")]
    pub project_name: Option<String>,
    /// Where relative paths of the manifest start; without it, the folder of the first manifest
    #[arg(long, value_name = "DIRECTORY", alias = "workdir", value_hint = clap::ValueHint::DirPath)]
    pub project_directory: Option<PathBuf>,
    /// File of variables for the manifest, instead of `.env` [env: COMPOSE_ENV_FILES]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub env_file: Vec<PathBuf>,
    /// Activate a profile; `*` is all of them [env: COMPOSE_PROFILES]
    #[arg(long, value_name = "PROFILE")]
    pub profile: Vec<String>,
    /// How progress is shown
    #[arg(long, global = true, value_enum, default_value_t = ProgressMode::Auto, env = "COMPOSE_PROGRESS", hide_env_values = true)]
    pub progress: ProgressMode,
    /// When colours and cursor movements are used
    #[arg(long, global = true, value_enum, default_value_t = Ansi::Auto, env = "COMPOSE_ANSI", hide_env_values = true)]
    pub ansi: Ansi,
    /// How many requests are sent to the Engine at once; -1 leaves it to ado
    #[arg(
        long,
        value_name = "N",
        default_value_t = -1,
        allow_negative_numbers = true,
        env = "COMPOSE_PARALLEL_LIMIT",
        hide_env_values = true
    )]
    pub parallel: i64,
    /// Networks, volumes, configs and secrets that no service uses as well
    #[arg(long)]
    pub all_resources: bool,
    /// Accepted because scripts say it; names are those of Compose v2 either way
    #[arg(long, hide = true)]
    pub compatibility: bool,
    /// Show more of what happens
    #[arg(long, hide = true, alias = "debug", short = 'D')]
    pub verbose: bool,
    /// Show what would be done and change nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// Address of the Engine, for example ssh://host [env: DOCKER_HOST]
    #[arg(short = 'H', long, value_name = "ADDRESS")]
    pub host: Option<String>,
    /// Docker context that names the Engine [env: DOCKER_CONTEXT]
    #[arg(short = 'c', long, value_name = "NAME")]
    pub context: Option<String>,
}
