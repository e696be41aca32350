//! What every verb says about itself: a change of the command line shows here first.

use std::fmt::Write;

use ado::cli::Cli;
use clap::CommandFactory;

#[test]
fn every_verb_explains_its_options() {
    let mut command = Cli::command().term_width(100);
    command.build();
    let mut text = command.render_help().to_string();
    let names: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        let verb = command.find_subcommand_mut(name).expect("it was listed");
        writeln!(text, "\n=== {name}\n{}", verb.clone().term_width(100).render_help()).expect("text can grow");
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_option_is_without_an_explanation() {
    let mut command = Cli::command();
    command.build();
    let mut silent = Vec::new();
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let arguments = verb.get_arguments().filter(|argument| !argument.is_hide_set());
        let unexplained = arguments.filter(|argument| argument.get_help().is_none());
        silent.extend(unexplained.map(|argument| format!("{} {}", verb.get_name(), argument.get_id())));
    }
    assert_eq!(silent, Vec::<String>::new());
}
