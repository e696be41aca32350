//! The list of tasks, as `ado do` and `ado-do` show it.

use crate::settings::{Parameter, Settings, Task};
use crate::ui::Table;

/// A row for each task.
pub(super) fn table(settings: &Settings) -> Table {
    let mut table = Table::new(&[("TASK", 0), ("SERVICE", 2), ("WHAT", 1)]).ending_in_prose();
    for task in settings.tasks.values() {
        let service = task.service.as_ref().map(ToString::to_string).unwrap_or_default();
        table.row([title(task), service, task.help.clone().unwrap_or_default()]);
    }
    table
}

/// The name with its arguments: `name DATABASE [MODULE]...`.
fn title(task: &Task) -> String {
    let argument = |parameter: &Parameter| {
        let name = parameter.long().to_uppercase();
        let dots = if parameter.list { "..." } else { "" };
        if parameter.required { format!(" {name}{dots}") } else { format!(" [{name}]{dots}") }
    };
    format!("{}{}", task.name, task.arguments.iter().map(argument).collect::<String>())
}

/// The same for tools.
pub(super) fn json(settings: &Settings) -> serde_json::Value {
    let parameters = |list: &[Parameter]| -> Vec<serde_json::Value> {
        list.iter()
            .map(|one| {
                serde_json::json!({
                    "name": one.long(), "short": one.short, "help": one.help, "list": one.list, "required": one.required,
                    "default": one.default, "choices": one.choices,
                })
            })
            .collect()
    };
    let task = |task: &Task| {
        serde_json::json!({
            "name": task.name, "service": task.service, "help": task.help,
            "arguments": parameters(&task.arguments), "options": parameters(&task.options),
        })
    };
    settings.tasks.values().map(task).collect()
}
