//! The server's own client on a terminal.

use crate::database::server::{Kind, Server};
use crate::support::{Terminal, until};

fn is_interactive(kind: Kind, prompt: &str, leave: &str) {
    let server = Server::start(kind, "");
    server.ado("db-create c3s").succeeds();
    let terminal = Terminal::open();
    let before = terminal.settings();
    let running = terminal.start(&server.scenario, "db-shell c3s");
    until("the client asks", || terminal.shows(prompt) && terminal.is_raw());
    terminal.types("SELECT 6 * 7 AS answer;\r");
    until("the server has answered", || terminal.shows(" 42"));
    // Ctrl-C reaches the client, which drops the line and stays.
    terminal.types("SELECT nonsense \u{3}");
    // A terminal forgets what was typed before the signal arrived, so it is typed until it is answered.
    until("the client is still there", || {
        terminal.types("\rSELECT 6 * 8 AS answer;\r");
        terminal.shows(" 48")
    });
    terminal.types(leave);
    running.finish().succeeds();
    assert_eq!(terminal.settings(), before, "the terminal is given back");
}

#[test]
fn on_postgres_the_shell_is_interactive() {
    is_interactive(Kind::Postgres, "c3s=#", "\\q\r");
}

#[test]
fn on_mariadb_the_shell_is_interactive() {
    is_interactive(Kind::Mariadb, "[c3s]>", "quit\r");
}
