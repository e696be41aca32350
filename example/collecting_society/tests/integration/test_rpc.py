"""A real trytond on the test database, asked over JSON-RPC as its clients do."""

import base64
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from trytond.pool import Pool
from trytond.transaction import Transaction

LOGIN = "integration"
PASSWORD = "correct horse battery staple"
SECONDS_TO_START = 60


class Client:
    """The few JSON-RPC calls that the tests need."""

    def __init__(self, port, database):
        self.url = f"http://127.0.0.1:{port}/{database}/rpc/"
        self.headers = {"Content-Type": "application/json"}

    def call(self, method, *parameters):
        body = json.dumps({"id": 1, "method": method, "params": parameters}).encode()
        request = urllib.request.Request(self.url, body, self.headers)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["result"]

    def login(self, name, password):
        user, session, *_ = self.call("common.db.login", name, {"password": password})
        token = base64.b64encode(f"{name}:{user}:{session}".encode()).decode()
        self.headers["Authorization"] = f"Session {token}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_listens(port, server):
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, "trytond ended before it listened"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"trytond did not listen within {SECONDS_TO_START} seconds")


@pytest.fixture(scope="module")
def records(database):
    """A person who may log in, and one artist; both are really there while the tests of this file run."""
    with Transaction().start(database, 0):
        pool = Pool()
        group, = pool.get("res.group").search([("name", "=", "Collecting Society")])
        user, = pool.get("res.user").create([
            {"name": "Integration", "login": LOGIN, "password": PASSWORD, "groups": [("add", [group.id])]}
        ])
        artist, = pool.get("collecting_society.artist").create([{"name": "Remote Control"}])
    yield
    with Transaction().start(database, 0):
        pool = Pool()
        pool.get("collecting_society.artist").delete([pool.get("collecting_society.artist")(artist.id)])
        pool.get("res.user").write([pool.get("res.user")(user.id)], {"active": False, "login": f"{LOGIN}-{user.id}"})


@pytest.fixture(scope="module")
def client(database, records):
    port = free_port()
    environment = dict(os.environ, TRYTOND_WEB__LISTEN=f"127.0.0.1:{port}")
    server = subprocess.Popen(["trytond", "--database", database], env=environment)
    try:
        wait_until_it_listens(port, server)
        yield Client(port, database)
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_a_wrong_password_is_refused(client):
    with pytest.raises(urllib.error.HTTPError) as refused:
        client.login(LOGIN, "wrong")

    assert refused.value.code == 401


def test_artists_can_be_read_after_the_login(client):
    client.login(LOGIN, PASSWORD)

    found = client.call(
        "model.collecting_society.artist.search_read", [["name", "=", "Remote Control"]], 0, None, None, ["name"], {}
    )

    assert [artist["name"] for artist in found] == ["Remote Control"]
