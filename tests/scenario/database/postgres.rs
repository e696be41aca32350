//! Postgres: what goes out comes back.

use crate::database::server::{Kind, Server};

fn server() -> Server {
    let server = Server::start(Kind::Postgres, "");
    server.ado("db-create c3s").succeeds();
    server.fill("c3s");
    server
}

#[test]
fn a_round_trip_keeps_everything_in_every_format() {
    let server = server();
    let digest = server.digest("c3s");
    assert!(digest.contains("creation|2001|") && digest.contains("hstore"), "{digest}");
    for (format, file) in [
        ("plain", "c3s.sql"),
        ("plain", "c3s.sql.zst"),
        ("custom", "c3s.dump"),
        ("custom", "c3s.dump.zst"),
        ("directory", "c3s.tar"),
        ("directory", "c3s.tar.zst"),
    ] {
        server.ado(&format!("db-backup c3s --format {format} -o {file}")).succeeds();
        server.ado(&format!("db-restore copy --input {file}")).succeeds();
        assert_eq!(server.digest("copy"), digest, "{file}");
    }
    let left: Vec<_> = server.names().into_iter().filter(|name| name.starts_with("ado_")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn one_job_restores_an_archive_as_it_arrives_and_several_need_it_in_a_file() {
    let server = Server::start_with(
        Kind::Postgres,
        "",
        "    environment: { TMPDIR: /small }\n    tmpfs: ['/small:size=24m,mode=1777']\n",
    );
    server.ado("db-create c3s").succeeds();
    server.fill("c3s");
    // Archives are compressed, this one to 30 MB.
    let big = "CREATE TABLE big AS SELECT g AS id, md5(g::text) || md5('a' || g) || md5('b' || g) AS note
               FROM generate_series(1, 500000) g; ALTER TABLE big ADD PRIMARY KEY (id); CREATE INDEX ON big (note)";
    server.sql("c3s", big);
    let digest = server.digest("c3s");
    server.ado("db-backup c3s --format custom -o c3s.dump").succeeds();
    server.ado("db-restore copy --jobs 1 --input c3s.dump").succeeds();
    assert_eq!(server.digest("copy"), digest);
    // For the file there is no place here.
    server.ado("db-restore copy --jobs 2 --input c3s.dump").exits(1).says("No space left on device");
    assert_eq!(server.digest("copy"), digest);
}

#[test]
fn a_backup_goes_through_pipes() {
    let server = server();
    let digest = server.digest("c3s");
    server.scenario.shell("$ADO db-backup c3s > c3s.sql && $ADO db-restore copy < c3s.sql").run().succeeds();
    assert_eq!(server.digest("copy"), digest);
    server.scenario.shell("gzip < c3s.sql | $ADO db-restore packed").run().succeeds();
    assert_eq!(server.digest("packed"), digest);
    server.scenario.shell("$ADO db-backup c3s --zstd | $ADO db-restore piped").run().succeeds();
    assert_eq!(server.digest("piped"), digest);
}

#[test]
fn a_copy_is_made_and_renamed_while_clients_are_connected() {
    let server = server();
    let digest = server.digest("c3s");
    let (client, input) = server.scenario.call("db-shell c3s").start_with_open_input();
    crate::support::until("the client is connected", || {
        server.sql("postgres", "SELECT count(*) FROM pg_stat_activity WHERE datname = 'c3s'").trim() != "0"
    });
    server.ado("db-copy c3s training").succeeds();
    assert_eq!(server.digest("training"), digest);
    server.ado("db-rename c3s 'society 2'").succeeds();
    assert_eq!(server.digest("society 2"), digest);
    assert!(!server.names().contains(&"c3s".to_owned()));
    drop(input);
    client.finish();
}

#[test]
fn a_restored_database_keeps_the_settings_and_rights_of_the_one_it_replaces() {
    let server = server();
    server.ado("db-backup c3s -o c3s.sql").succeeds();
    server.sql(
        "c3s",
        "ALTER DATABASE c3s OWNER TO accountant; ALTER DATABASE c3s SET search_path = public, \"Schema; \"\"quoted\"\"\";
         ALTER DATABASE c3s SET work_mem = '7MB'; REVOKE ALL ON DATABASE c3s FROM PUBLIC;
         GRANT CONNECT ON DATABASE c3s TO \"odd \"\"role\"\"\"; DROP TABLE creation CASCADE",
    );
    let about = "SELECT pg_get_userbyid(datdba), datacl, (SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = d.oid) \
                 FROM pg_database d WHERE datname = 'c3s'";
    let before = server.sql("postgres", about);
    server.ado("db-restore c3s --input c3s.sql").succeeds();
    assert_eq!(server.sql("postgres", about), before);
    assert_eq!(server.sql("c3s", "SELECT count(*) FROM creation").trim(), "2001");
}

#[test]
fn a_shell_executes_sql_from_standard_input_and_passes_on_its_exit_code() {
    let server = server();
    server
        .scenario
        .call("db-psql c3s")
        .input("SELECT 'it ' || count(*) FROM creation;\n")
        .run()
        .succeeds()
        .says("it 2001");
    server.scenario.call("db-psql c3s -- -v ON_ERROR_STOP=1").input("SELECT nonsense;\n").run().exits(3);
    server.ado("db-psql nowhere").fails().says("database `nowhere` does not exist");
}

#[test]
fn the_list_tells_size_connections_and_the_last_backup() {
    let server = server();
    server.ado("db-backup c3s -o c3s.sql").succeeds();
    let listed = server.ado("db-list --format json").succeeds().json();
    let c3s = listed.as_array().expect("a list").iter().find(|one| one["name"] == "c3s").expect("the database");
    assert!(c3s["size"].as_u64().expect("a size") > 7_000_000);
    assert!(c3s["last_backup"].as_str().expect("a time").starts_with("20"));
    server.ado("db-delete c3s").exits(2).says("--yes");
    server.ado("db-delete c3s --yes").succeeds();
    assert!(!server.names().contains(&"c3s".to_owned()));
}
