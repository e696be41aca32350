"""The Engine's own floor: the same work done by bare API calls, with nothing in between.

Nothing that drives the Engine can be faster, so the figures of ado are quoted as ratios to these.
"""
import http.client
import io
import json
import os
import socket
import sys
import tarfile
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

SOCKET = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")
IMAGE = "ado-bench"
WORKERS = 8


class Connection(http.client.HTTPConnection):
    """HTTP over the Engine's unix socket."""

    def __init__(self):
        super().__init__("docker")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def call(method, path, body=None, kind="application/json"):
    """One request; the answer as JSON, or None when it is empty or no JSON."""
    payload = body if isinstance(body, bytes) or body is None else json.dumps(body)
    connection = Connection()
    connection.request(method, "/v1.41" + path, payload, {"Content-Type": kind})
    response = connection.getresponse()
    data = response.read()
    connection.close()
    if response.status >= 400:
        raise RuntimeError(f"{method} {path}: {response.status} {data.decode()}")
    try:
        return json.loads(data)
    except ValueError:
        return None


def make_image():
    """Imports busybox as the image that every measurement runs."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add("/bin/busybox", "bin/busybox")
        for applet in ("sh", "sleep", "true", "yes", "head", "httpd"):
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    path = f"/images/create?fromSrc=-&repo={IMAGE}&tag=latest&changes=" + urllib.parse.quote("ENV PATH=/bin")
    call("POST", path, buffer.getvalue(), "application/x-tar")


def parallel(work, items):
    """Applies the work to all items, a few at a time, and returns the results in order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, items))


def create(network, name):
    """A container like the ones of the measured manifests; its id."""
    request = {"Image": IMAGE, "Cmd": ["sleep", "1000"], "HostConfig": {"Init": True, "NetworkMode": network}}
    return call("POST", f"/containers/create?name={name}", request)["Id"]


def containers(project):
    """The list of a project's containers: one request, which everything about a running project begins with."""
    filters = urllib.parse.quote(json.dumps({"label": [f"com.docker.compose.project={project}"]}))
    return call("GET", f"/containers/json?all=1&filters={filters}")


def start(container):
    call("POST", f"/containers/{container}/start")


def timed(work):
    """Seconds that the work takes, and its result."""
    begin = time.monotonic()
    result = work()
    return time.monotonic() - begin, result


class Floor:
    """One network and its containers."""

    made = 0

    def __init__(self):
        Floor.made += 1
        self.network = f"ado-bench-floor-{os.getpid()}-{Floor.made}"
        self.containers = []

    def add(self, count):
        """Creates and starts further containers."""
        first = len(self.containers)

        def one(index):
            container = create(self.network, f"{self.network}-{index}")
            start(container)
            return container

        self.containers += parallel(one, range(first, first + count))

    def up(self, count):
        """Everything from nothing."""
        call("POST", "/networks/create", {"Name": self.network})
        self.add(count)

    def chain(self, levels, width):
        """A level starts when all of the one before it have started; creation need not wait."""
        call("POST", "/networks/create", {"Name": self.network})
        names = [f"{self.network}-{index}" for index in range(levels * width)]
        self.containers = parallel(lambda name: create(self.network, name), names)
        for level in range(levels):
            parallel(start, self.containers[level * width:(level + 1) * width])

    def stop_and_remove(self, keep=0):
        """What `down` promises: a signal, time to end, then removal."""

        def one(container):
            call("POST", f"/containers/{container}/stop?t=10")
            call("DELETE", f"/containers/{container}?force=1")

        parallel(one, self.containers[keep:])
        del self.containers[keep:]

    def force_remove(self):
        """The quickest end there is: no signal, no time to end."""
        parallel(lambda one: call("DELETE", f"/containers/{one}?force=1"), self.containers)
        self.containers = []

    def remove_network(self):
        """Removes it; an Engine that has lost count of its endpoints, as 20.10 does now and then, keeps it."""
        try:
            call("DELETE", f"/networks/{self.network}")
        except RuntimeError as refusal:
            if "active endpoints" not in str(refusal):
                raise
            print(f"  {refusal}", file=sys.stderr)

    def exec_true(self):
        """One command in a running container."""
        made = call("POST", f"/containers/{self.containers[0]}/exec",
                    {"AttachStdout": True, "AttachStderr": True, "Cmd": ["true"]})
        call("POST", f"/exec/{made['Id']}/start", {"Detach": False, "Tty": False})
        call("GET", f"/exec/{made['Id']}/json")

    def run_true(self):
        """A container for one command: create, attach, start, wait, remove."""
        request = {"Image": IMAGE, "Cmd": ["true"], "AttachStdout": True, "AttachStderr": True,
                   "HostConfig": {"Init": True, "NetworkMode": self.network}}
        container = call("POST", "/containers/create", request)["Id"]
        attached = Connection()
        attached.request("POST", f"/v1.41/containers/{container}/attach?stream=1&stdout=1&stderr=1")
        stream = attached.getresponse()
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(call, "POST", f"/containers/{container}/wait?condition=next-exit")
            start(container)
            stream.read()
            ended.result()
        attached.close()
        call("DELETE", f"/containers/{container}?force=1")
