#!/usr/bin/env python3
"""Measures backup, restore and copy of a database of about 1 GB on a real Postgres, and the way of a task into its container.

Usage: bench/databases.py [--ado PROGRAM] [--rounds N] [--rows MILLIONS] [--calls N] [--print]
It writes its table into docs/benchmarks.md. Needs docker compose, GNU time and about 5 GB of disk; `cargo build --release`
first. The server's image, that of the scenarios, is built where it is missing. Everything in a row is measured in turns within
each round; ratios are of medians.
"""
import argparse
import datetime
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True  # the script beside this one is not built
from engine import call, timed
from tool import Tool

ROOT = Path(__file__).resolve().parent.parent
IMAGE = "ado-scenario-postgres"
BEGIN, END = "<!-- measured: bench/databases.py -->", "<!-- measured: end of databases -->"
SERVER = ("postgres -D /var/lib/postgresql/cluster -c listen_addresses=* -c unix_socket_directories=/run/postgresql "
          "-c max_wal_size=8GB -c shared_buffers=512MB")
MANIFEST = f"""services:
  db:
    image: {IMAGE}
    x-ado: {{ tasks: true }}
    shm_size: 512m
    environment: {{ TMPDIR: /var/lib/postgresql }}
    command: {SERVER}
    volumes: ['data:/var/lib/postgresql']
volumes: {{ data: }}
"""
SETTINGS = """
[database]
service = "db"
engine = "postgres"
name = "big"

[task.true]
service = "db"
run = ["true"]
"""
CONTENT = """
CREATE TABLE creation (id bigint PRIMARY KEY, title text, artist int, length numeric(10,2), made timestamp, payload bytea, note text);
INSERT INTO creation SELECT g, 'creation number ' || g, g % 1000, g * 0.37, '2020-01-01'::timestamp + g * interval '1 minute',
    decode(md5(g::text) || md5((g + 1)::text), 'hex'), repeat(md5(g::text), 4) FROM generate_series(1, {creations}) g;
CREATE TABLE usage (id bigint PRIMARY KEY, creation bigint, plays int, amount numeric(12,4), day date, ref uuid);
INSERT INTO usage SELECT g, g % {creations}, g % 77, g * 0.01, '2020-01-01'::date + (g % 1500)::int, md5(g::text)::uuid
    FROM generate_series(1, {usages}) g;
CREATE INDEX ON creation (artist); CREATE INDEX ON creation (title);
CREATE INDEX ON usage (creation); CREATE INDEX ON usage (day);
VACUUM ANALYZE;
"""


class Databases:
    """A project with one server, and shell lines that are timed in its folder."""

    def __init__(self, options):
        self.options = options
        self.tool = Tool("databases", ["docker", "compose"], MANIFEST)
        Path(self.tool.folder.name, "config.toml").write_text(SETTINGS)
        self.shell("$ADO up -d --wait")
        creations = int(options.rows * 1_000_000)
        self.sql("postgres", "CREATE DATABASE big;")
        self.sql("big", CONTENT.format(creations=creations, usages=creations * 5 // 2))

    def sql(self, database, text):
        line = ["docker", "compose", "exec", "-T", "db", "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database]
        done = subprocess.run(line, cwd=self.tool.folder.name, input=text, text=True, capture_output=True, check=True)
        return done.stdout.strip()

    def shell(self, line):
        """The seconds that a shell line takes; `$ADO` is ado."""
        environment = {**os.environ, "ADO": self.options.ado}
        begin = time.monotonic()
        subprocess.run(["bash", "-ec", line], cwd=self.tool.folder.name, env=environment, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        return time.monotonic() - begin

    def rounds(self, lines, before=""):
        """Medians of several shell lines, taken in turns; `before` is not timed."""
        taken = {name: [] for name in lines}
        for _ in range(self.options.rounds):
            for name, line in lines.items():
                self.shell(before or "true")
                self.shell("sync")
                taken[name].append(self.shell(line))
        medians = {name: statistics.median(values) for name, values in taken.items()}
        print(", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items()), file=sys.stderr)
        return medians

    def peak_memory(self, line):
        """Megabytes of ado at its peak, by GNU time, its output sent through a pipe."""
        timed = f"/usr/bin/time -o peak -f %M {line}"
        self.shell(timed)
        return int(Path(self.tool.folder.name, "peak").read_text().split()[-1]) / 1024


    def overhead(self):
        """Medians of a task that does nothing, and of a bare exec that does the same, in seconds."""
        container = subprocess.run(["docker", "compose", "ps", "-q", "db"], cwd=self.tool.folder.name, text=True,
                                   capture_output=True, check=True).stdout.strip()

        def bare():
            made = call("POST", f"/containers/{container}/exec", {"AttachStdout": True, "AttachStderr": True, "Cmd": ["true"]})
            call("POST", f"/exec/{made['Id']}/start", {"Detach": False, "Tty": False})
            call("GET", f"/exec/{made['Id']}/json")

        ado = [self.options.ado, "do", "true"]
        task = lambda: subprocess.run(ado, cwd=self.tool.folder.name, stdin=subprocess.DEVNULL, check=True)
        taken = {"ado": [], "bare": []}
        for _ in range(self.options.calls):
            taken["ado"].append(timed(task)[0])
            taken["bare"].append(timed(bare)[0])
        medians = {name: statistics.median(values) for name, values in taken.items()}
        print(", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in medians.items()), file=sys.stderr)
        return medians


def make_image():
    """Builds the server's image as the scenarios do."""
    if subprocess.run(["docker", "image", "inspect", IMAGE], capture_output=True, check=False).returncode == 0:
        return
    base = subprocess.run([ROOT / "Dockerfiles" / "base" / "make-base-image"], stdout=subprocess.PIPE, text=True, check=True)
    subprocess.run(["docker", "build", "--quiet", "--build-arg", f"BASE_IMAGE={base.stdout.strip()}", "--tag", IMAGE,
                    ROOT / "tests" / "data" / "database" / "postgres"], stdout=subprocess.DEVNULL, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ado", default=str(ROOT / "target" / "release" / "ado"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=float, default=2.0, help="millions of rows of the smaller table; 2 make about 1.2 GB")
    parser.add_argument("--calls", type=int, default=40, help="how often a task that does nothing is done")
    parser.add_argument("--print", action="store_true", help="print the table and leave docs/benchmarks.md alone")
    options = parser.parse_args()
    options.ado = str(Path(options.ado).resolve())  # it is called in a folder of its own
    make_image()
    bench = Databases(options)
    try:
        section = measure(bench)
    finally:
        bench.shell("$ADO down --volumes --yes --timeout 1")
    if options.print:
        print(section)
    else:
        write(section)


def measure(bench):
    size = int(bench.sql("postgres", "SELECT pg_database_size('big');"))
    backup = bench.rounds({
        "inside": "docker compose exec -T db sh -c 'pg_dump big > /dev/null'",
        "ado": "$ADO db-backup big > big.sql",
        "compose": "docker compose exec -T db pg_dump big > compose.sql",
    })
    dump = os.path.getsize(os.path.join(bench.tool.folder.name, "big.sql"))
    memory = bench.peak_memory("$ADO db-backup big > big.sql")
    bench.shell("$ADO db-backup big --format custom --zstd -o big.dump.zst")
    fresh = "docker compose exec -T db sh -c 'dropdb --if-exists --force fresh; createdb fresh'"
    restore = bench.rounds({
        "ado": "$ADO db-restore fresh --input big.dump.zst",
        "psql": "docker compose exec -T db psql -Xq -d fresh < big.sql",
    }, before=fresh)
    gone = "docker compose exec -T db dropdb --if-exists --force fresh"
    copy = bench.rounds({
        "ado": "$ADO db-copy big fresh",
        "dump and restore": "docker compose exec -T db sh -c 'createdb fresh && pg_dump big | psql -Xq -d fresh'",
    }, before=gone)
    return report(bench, (size, dump, memory), (backup, restore, copy, bench.overhead()))


def report(bench, sizes, results):
    """The section in Markdown."""
    (size, dump, memory), (backup, restore, copy, task) = sizes, results
    speed = lambda name: f"{dump / backup[name] / 1e6:.0f} MB/s"
    over = (task["ado"] - task["bare"]) * 1000
    return f"""Measured on {datetime.date.today()}: a database of {size / 1e9:.2f} GB ({dump / 1e9:.2f} GB as SQL), {os.cpu_count()} processors, kernel \
{platform.release().split('-')[0]}; medians of {bench.options.rounds} rounds, of {bench.options.calls} for the task.

| work | ado | beside | ratio | target |
| --- | --: | --- | --: | --- |
| `db-backup > file` | {speed("ado")} | `pg_dump > /dev/null` inside the container: {speed("inside")} | {backup["inside"] / backup["ado"]:.2f} | ≥ 0.98 |
| `db-backup > file` | {speed("ado")} | `docker compose exec -T db pg_dump > file`: {speed("compose")} | {backup["compose"] / backup["ado"]:.2f} | ≥ 1.3 |
| its peak memory | {memory:.1f} MB | | | < 20 MB |
| `db-restore`, archive, 2 jobs | {restore["ado"]:.1f} s | `psql < file`: {restore["psql"]:.1f} s | {restore["psql"] / restore["ado"]:.2f} | ≥ 1.5 |
| `db-copy` | {copy["ado"]:.1f} s | `pg_dump \\| psql` inside: {copy["dump and restore"]:.1f} s | {copy["dump and restore"] / copy["ado"]:.2f} | |
| `ado do true` | {task["ado"] * 1000:.1f} ms | the same by bare calls of `exec`: {task["bare"] * 1000:.1f} ms | {over:+.1f} ms | ≤ 15 ms more |"""


def write(section):
    """Puts the section between its marks."""
    page = ROOT / "docs" / "benchmarks.md"
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    page.write_text(pattern.sub(lambda _: f"{BEGIN}\n{section}\n{END}", page.read_text()))


if __name__ == "__main__":
    main()
