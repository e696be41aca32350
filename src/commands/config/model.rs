//! `--no-interpolate`: the model of all files, as it is written.

use super::super::{Error, Exit};
use super::{Arguments, Format, digests, json, lists, narrow, write, yaml};
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
    if arguments.resolve_image_digests || arguments.lock_image_digests {
        digests::resolve(context, &mut tree).await?;
    }
    if arguments.lock_image_digests {
        tree = digests::only_images(tree);
    }
    let text = match arguments.format {
        Some(Format::Json) => format!("{:#}\n", json::model(&tree)),
        _ => yaml::model(&tree),
    };
    write(context, arguments, &text)
}
