//! Cloning and fast-forwarding, without losing anything.

use std::fs;
use std::process::Command;

use ado::repository::{Done, Error, Happening, State, Updated};

use super::sandbox::{Sandbox, config};

fn updated(result: &Result<Updated, Error>) -> &Updated {
    result.as_ref().unwrap_or_else(|error| panic!("{error}"))
}

fn word(result: &Result<Updated, Error>) -> &'static str {
    updated(result).state.word()
}

#[test]
fn what_is_missing_is_cloned_and_then_clean() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.remote("api");
    let (results, seen) = sandbox.update_watched(&config(&["portal", "api"]));
    assert!(results.iter().all(|result| updated(result).done == Done::Cloned && word(result) == "clean"));
    assert_eq!(sandbox.read("project/src/api/first"), "1");
    assert_eq!(seen.iter().filter(|(_, happening)| *happening == Happening::Finished).count(), 2);

    let again = sandbox.update(&config(&["portal", "api"]));
    assert!(again.iter().all(|result| updated(result).done == Done::Left && word(result) == "clean"));
}

#[test]
fn a_clean_checkout_is_fast_forwarded_and_untracked_files_stay() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.update(&config(&["portal"]));
    sandbox.write("project/src/portal/notes", "mine");
    sandbox.commit("portal", "second", "2");
    sandbox.commit("portal", "third", "3");
    let results = sandbox.update(&config(&["portal"]));
    assert!(matches!(updated(&results[0]).done, Done::FastForwarded { commits: 2, .. }), "{results:?}");
    assert_eq!(sandbox.read("project/src/portal/third"), "3");
    assert_eq!(sandbox.read("project/src/portal/notes"), "mine");
}

#[test]
fn an_untracked_file_in_the_way_is_not_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.update(&config(&["portal"]));
    sandbox.write("project/src/portal/second", "mine");
    sandbox.commit("portal", "second", "theirs");
    let results = sandbox.update(&config(&["portal"]));
    let message = results[0].as_ref().expect_err("git refuses").to_string();
    assert!(message.contains("would be overwritten") && message.contains("second"), "{message}");
    assert_eq!(sandbox.read("project/src/portal/second"), "mine");
}

#[test]
fn whatever_is_not_clean_is_left_as_it_is() {
    let sandbox = Sandbox::new();
    let names = ["dirty", "staged", "ahead", "diverged", "detached", "other", "merging"];
    for name in names {
        sandbox.remote(name);
    }
    sandbox.update(&config(&names));
    let at = |name: &str| format!("project/src/{name}");
    sandbox.write("project/src/dirty/first", "mine");
    sandbox.write("project/src/staged/new", "mine");
    sandbox.git(&at("staged"), &["add", "new"]);
    for name in ["ahead", "diverged"] {
        sandbox.write(&format!("project/src/{name}/local"), "mine");
        sandbox.git(&at(name), &["add", "local"]);
        sandbox.git(&at(name), &["commit", "--quiet", "-m", "local"]);
    }
    sandbox.git(&at("detached"), &["checkout", "--quiet", "--detach"]);
    sandbox.git(&at("other"), &["checkout", "--quiet", "-b", "feature"]);
    for name in names.iter().filter(|name| **name != "ahead") {
        sandbox.commit(name, "second", "2");
    }
    fs::write(sandbox.path("project/src/merging/.git/MERGE_HEAD"), "0".repeat(40)).expect("a merge in progress");

    let heads = || names.map(|name| sandbox.git(&at(name), &["rev-parse", "HEAD"]));
    let before = heads();
    let text = config(&names).replace("../remotes/other\"", "../remotes/other\"\nbranch = \"main\"");
    let results = sandbox.update(&text);
    let words: Vec<_> = results.iter().map(word).collect();
    assert_eq!(words, ["dirty", "dirty", "ahead", "diverged", "detached", "other branch", "busy"]);
    assert!(results.iter().all(|result| updated(result).done == Done::Left));
    assert_eq!(heads(), before);
    assert_eq!(sandbox.read("project/src/dirty/first"), "mine");
}

#[test]
fn one_failure_leaves_the_others() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    let results = sandbox.update(&config(&["nowhere", "portal"]));
    assert!(matches!(results[0], Err(Error::Git { what: "clone", .. })), "{results:?}");
    assert_eq!(updated(&results[1]).done, Done::Cloned);
    assert!(!sandbox.path("project/src/nowhere").exists());
}

#[test]
fn a_branch_that_the_remote_does_not_have_is_named() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    let results = sandbox.update("[[repository]]\nurl = \"../remotes/portal\"\nbranch = \"mian\"\n");
    assert!(matches!(&results[0], Err(Error::NoBranch { branch, .. }) if branch == "mian"), "{results:?}");
}

#[test]
fn something_else_at_the_place_is_refused_and_kept() {
    let sandbox = Sandbox::new();
    for name in ["folder", "file", "foreign", "link"] {
        sandbox.remote(name);
    }
    sandbox.write("project/src/folder/data", "mine");
    sandbox.write("project/src/file", "mine");
    sandbox.git("project/src", &["clone", "--quiet", "../../remotes/folder", "foreign"]);
    fs::create_dir(sandbox.path("outside")).expect("a directory");
    std::os::unix::fs::symlink(sandbox.path("outside"), sandbox.path("project/src/link")).expect("a link");

    let results = sandbox.update(&config(&["folder", "file", "foreign", "link"]));
    assert!(matches!(results[0], Err(Error::NotACheckout { .. })), "{results:?}");
    assert!(matches!(results[1], Err(Error::NotACheckout { .. })), "{results:?}");
    assert!(matches!(results[2], Err(Error::WrongRemote { .. })), "{results:?}");
    assert!(matches!(results[3], Err(Error::Outside { .. })), "{results:?}");
    assert_eq!(sandbox.read("project/src/folder/data"), "mine");
    assert_eq!(fs::read_dir(sandbox.path("outside")).expect("it is there").count(), 0);
}

#[test]
fn a_fork_counts_when_one_of_its_remotes_is_the_wanted_one() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.remote("fork");
    fs::create_dir_all(sandbox.path("project/src")).expect("a directory");
    sandbox.git("project/src", &["clone", "--quiet", "../../remotes/portal", "portal"]);
    sandbox.git("project/src/portal", &["remote", "rename", "origin", "upstream"]);
    sandbox.git("project/src/portal", &["remote", "add", "origin", "../../../remotes/fork"]);
    sandbox.commit("portal", "second", "2");
    let results = sandbox.update(&config(&["portal"]));
    assert!(matches!(updated(&results[0]).done, Done::FastForwarded { commits: 1, .. }), "{results:?}");
}

#[test]
fn an_empty_directory_is_filled_and_what_a_killed_clone_left_is_removed() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    fs::create_dir_all(sandbox.path("project/src/portal")).expect("a directory");
    sandbox.write("project/src/.portal.ado-clone-killed/portal/.git/HEAD", "half");
    let results = sandbox.update(&config(&["portal"]));
    assert_eq!(updated(&results[0]).done, Done::Cloned);
    let left: Vec<_> = fs::read_dir(sandbox.path("project/src")).expect("it is there").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn an_empty_remote_is_no_failure() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("remotes")).expect("remotes");
    sandbox.git("remotes", &["init", "--quiet", "--bare", "new"]);
    let results = sandbox.update(&config(&["new"]));
    assert_eq!(updated(&results[0]).state, State::Unborn);
    assert_eq!(word(&sandbox.update(&config(&["new"]))[0]), "empty");
}

#[test]
fn a_remote_that_wants_a_login_fails_at_once_instead_of_asking() {
    let mut sandbox = Sandbox::new();
    sandbox.write("ssh", "#!/bin/sh\ncase \"$*\" in *BatchMode=yes*) ;; *) sleep 600;; esac\necho 'git@example.org: Permission denied (publickey).' >&2\nexit 255\n");
    let ssh = sandbox.path("ssh").display().to_string();
    assert!(Command::new("chmod").args(["+x", &ssh]).status().expect("chmod").success());
    sandbox.environment.insert("GIT_SSH_COMMAND".to_owned(), ssh);
    let results = sandbox.update("[[repository]]\nurl = \"git@example.org:team/portal.git\"\n");
    let error = results[0].as_ref().expect_err("nobody is let in");
    assert!(matches!(error, Error::Login { .. }), "{error}");
    assert!(error.to_string().contains("Permission denied (publickey)"), "{error}");
}

#[test]
fn a_git_hook_that_calls_ado_does_not_misdirect_it() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("portal");
    sandbox.remote("victim");
    let victim = sandbox.path("work/victim/.git").display().to_string();
    let before = sandbox.git("work/victim", &["rev-parse", "HEAD"]);
    sandbox.update(&config(&["portal"]));
    sandbox.commit("portal", "second", "2");
    sandbox.environment.insert("GIT_DIR".to_owned(), victim);
    let results = sandbox.update(&config(&["portal"]));
    assert!(matches!(updated(&results[0]).done, Done::FastForwarded { .. }), "{results:?}");
    sandbox.environment.remove("GIT_DIR");
    assert_eq!(sandbox.git("work/victim", &["rev-parse", "HEAD"]), before);
}

#[test]
fn two_updates_at_once_wait_for_each_other() {
    let sandbox = Sandbox::new();
    sandbox.remote("portal");
    let both = std::thread::scope(|scope| {
        let one = scope.spawn(|| sandbox.update(&config(&["portal"])));
        let two = scope.spawn(|| sandbox.update(&config(&["portal"])));
        [one, two].map(|run| run.join().expect("no panic"))
    });
    let mut done: Vec<_> = both.iter().map(|results| updated(&results[0]).done == Done::Cloned).collect();
    done.sort_unstable();
    assert_eq!(done, [false, true], "{both:?}");
}
