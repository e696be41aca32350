//! A database server in a scenario, and what it holds, read by its own client.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use nix::fcntl::{Flock, FlockArg};

use crate::support::{Outcome, Scenario};

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Mariadb,
}

/// A project with one server, which is ready.
pub struct Server {
    pub scenario: Scenario,
    kind: Kind,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mariadb => "mariadb",
        }
    }
}

impl Server {
    /// Starts it; `further` are lines of `config.toml` in its `[database]`.
    pub fn start(kind: Kind, further: &str) -> Self {
        Self::start_with(kind, further, "")
    }

    /// The same with further lines of the server's service, each behind four spaces.
    pub fn start_with(kind: Kind, further: &str, service: &str) -> Self {
        let image = image(kind);
        let data = if kind == Kind::Postgres { "/var/lib/postgresql" } else { "/var/lib/mysql" };
        let manifest = format!(
            "services:\n  db:\n    image: {image}\n    shm_size: 128m\n    stop_grace_period: 1s\n    volumes: ['data:{data}']\n{service}  \
             client:\n    image: {image}\n    profiles: [client]\n    environment: {{ PGPASSWORD: society, MYSQL_PWD: society }}\n    \
             volumes: ['{}:/usr/local/bin/ado-do:ro']\n\
             volumes: {{ data: }}\n",
            env!("CARGO_BIN_EXE_ado")
        );
        let scenario = Scenario::new(&manifest);
        scenario
            .file("config.toml", &format!("[database]\nservice = \"db\"\nengine = \"{}\"\n{further}\n", kind.word()));
        scenario.compose("up -d --wait db").run().succeeds();
        Self { scenario, kind }
    }

    /// Runs a verb.
    pub fn ado(&self, line: &str) -> Outcome {
        self.scenario.ado(line)
    }

    /// Executes SQL in a database, by the server's own client, and gives what it prints.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        match self.kind {
            Kind::Postgres => {
                let connection = format!("dbname='{}'", database.replace('\\', "\\\\").replace('\'', "\\'"));
                let script = "printf '%s\\n' \"$2\" | psql -XqAt -v ON_ERROR_STOP=1 -d \"$1\"";
                self.scenario.inside("db", &["sh", "-ec", script, "sql", &connection, sql])
            }
            Kind::Mariadb => {
                let script = "printf '%s\\n' \"$2\" | mariadb --default-character-set=utf8mb4 --batch --skip-column-names --database=\"$1\"";
                self.scenario.inside("db", &["sh", "-ec", script, "sql", database, sql])
            }
        }
    }

    /// The names of all databases, as the server has them.
    pub fn names(&self) -> Vec<String> {
        let (database, sql) = match self.kind {
            Kind::Postgres => {
                ("postgres", "SELECT encode(convert_to(datname, 'UTF8'), 'hex') FROM pg_database ORDER BY 1")
            }
            Kind::Mariadb => ("mysql", "SELECT HEX(schema_name) FROM information_schema.schemata ORDER BY 1"),
        };
        let text = |hex: &str| {
            let bytes = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).expect("hexadecimal digits"));
            let bytes: Vec<u8> = bytes.map(|two| u8::from_str_radix(two, 16).expect("hexadecimal digits")).collect();
            String::from_utf8(bytes).expect("names are UTF-8")
        };
        self.sql(database, sql).lines().map(text).collect()
    }

    /// What a database holds: a checksum of every table, and everything else that a backup has to keep.
    pub fn digest(&self, database: &str) -> String {
        match self.kind {
            Kind::Postgres => self.sql(database, include_str!("digest_postgres.sql")),
            Kind::Mariadb => {
                let tables = "SELECT CONCAT('CHECKSUM TABLE `', REPLACE(table_name, '`', '``'), '` EXTENDED;') \
                              FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' \
                              ORDER BY table_name";
                let statements = self.sql(database, tables);
                // The client escapes backslashes in what it prints; the names in these tests have none.
                let sums = self.sql(database, &statements);
                let sums: Vec<_> = sums.lines().filter_map(|line| line.split_once('.')).map(|(_, sum)| sum).collect();
                format!("{}\n{}", sums.join("\n"), self.sql(database, include_str!("digest_mariadb.sql")))
            }
        }
    }

    /// Fills a database with everything that is easily lost.
    pub fn fill(&self, database: &str) {
        match self.kind {
            Kind::Postgres => self.sql(database, include_str!("content_postgres.sql")),
            Kind::Mariadb => self.sql(database, include_str!("content_mariadb.sql")),
        };
    }
}

/// Builds the server's image once for all scenarios; those that run at the same time wait for the one that does.
pub fn image(kind: Kind) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = format!("ado-scenario-{}", kind.word());
    let lock = File::create(Path::new(env!("CARGO_TARGET_TMPDIR")).join("database-image.lock")).expect("a lock file");
    let _held = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, reason)| reason).expect("the lock");
    let there = Command::new("docker").args(["image", "inspect", &name]).output().expect("docker runs");
    if there.status.success() {
        return name;
    }
    let base =
        Command::new(root.join("Dockerfiles/base/make-base-image")).output().expect("the base image can be made");
    assert!(base.status.success(), "{}", String::from_utf8_lossy(&base.stderr));
    let base = format!("BASE_IMAGE={}", String::from_utf8_lossy(&base.stdout).trim());
    let context = root.join("tests/data/database").join(kind.word());
    let built =
        Command::new("docker").args(["build", "--quiet", "--build-arg", &base, "--tag", &name]).arg(context).output();
    let built = built.expect("docker runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    name
}
