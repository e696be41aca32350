"""Both services as their containers run them: a waitress process each, asked over HTTP."""

import json
import os
import re
import subprocess
import urllib.request

import pytest


@pytest.fixture(scope="module", params=["portal", "api"])
def service(request, database, records):
    """The name of the service and the address of its running process."""
    server = subprocess.Popen(
        ["waitress-serve", "--host=127.0.0.1", "--port=0", "--call", f"collecting_society_web.{request.param}:application"],
        env=dict(os.environ, TRYTON_DATABASE=database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield request.param, address_in(server.stdout)
    finally:
        server.terminate()
        server.communicate(timeout=30)


def address_in(output):
    """Reads the process's output up to the line in which waitress says where it listens."""
    seen = []
    for line in output:
        seen.append(line)
        if address := re.search(r"Serving on (http://\S+)", line):
            return address[1]
    pytest.fail(f"the service ended before it listened:\n{''.join(seen)}")


def get(address):
    with urllib.request.urlopen(address, timeout=30) as response:
        return response.read().decode()


def test_the_service_is_healthy(service):
    _, address = service

    assert json.loads(get(f"{address}/health"))["status"] == "ok"


def test_the_service_knows_the_artists(service):
    name, address = service

    answer = get(f"{address}/") if name == "portal" else get(f"{address}/artists")
    assert ("Sine &amp; Cosine" if name == "portal" else '"Sine & Cosine"') in answer
