//! `--no-interpolate`: the model of all files, as it is written.

use super::super::{Error, Exit};
use super::{Arguments, Printed, lists, narrow};
use crate::context::{Context, Disk};
use crate::manifest;

/// Shows the model, or the names of its services.
pub(super) async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Error> {
    let model = manifest::model(&super::request(context, arguments)?, &Disk)?;
    for warning in &model.warnings {
        context.ui.warn(warning)?;
    }
    let mut tree = model.tree;
    if arguments.list.services && !arguments.quiet {
        for name in lists::dependencies_first(&tree) {
            context.ui.line(name)?;
        }
        return Ok(Exit::DONE);
    }
    narrow::model(&mut tree, &arguments.services)?;
    if arguments.quiet {
        return Ok(Exit::DONE);
    }
    super::print(context, arguments, tree, Printed::Model).await
}
