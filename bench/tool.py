"""The two programs that are compared, run as a user runs them."""
import os
import re
import subprocess
import tempfile
import time


class Tool:
    """A program with a project of its own."""

    def __init__(self, name, command, manifest):
        self.name, self.command = name, command
        self.folder = tempfile.TemporaryDirectory(prefix=f"bench-{name}-")
        self.project = os.path.basename(self.folder.name).replace("_", "").lower()
        self.write(manifest)

    def write(self, manifest):
        with open(os.path.join(self.folder.name, "compose.yaml"), "w") as file:
            file.write(f"name: {self.project}\n{manifest}")

    def line(self, arguments):
        return [*self.command, *arguments.split()]

    def run(self, arguments, output=subprocess.DEVNULL):
        """Runs it to its end and returns the seconds that it took."""
        begin = time.monotonic()
        done = subprocess.run(self.line(arguments), cwd=self.folder.name, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.PIPE, text=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0:
            raise RuntimeError(f"{self.name} {arguments}: {done.returncode}\n{done.stderr}")
        return seconds

    def peak_memory(self, arguments):
        """Megabytes of its largest process at its peak.

        GNU time starts it: the kernel counts what the starting process held as the program's own, and this script holds
        more than ado does.
        """
        done = subprocess.run(["/usr/bin/time", "-f", "peak %M", *self.line(arguments)], cwd=self.folder.name,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                              check=True)
        return int(re.search(r"^peak (\d+)$", done.stderr, re.MULTILINE).group(1)) / 1024
