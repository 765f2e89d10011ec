"""kplane-local in a process of its own, for the benchmarks."""

import contextlib
import pathlib
import shlex
import subprocess


class Server:
    def __init__(self, process, environment):
        self.pid = process.pid
        self.environment = environment
        self.url, self.token = environment["KPLANE_HOST"], environment["KPLANE_TOKEN"]


@contextlib.contextmanager
def kplane_local(build, *options, **how_to_start):
    """Runs it until the end of the block. `environment` of what it gives has the variables it tells a shell to export."""
    program = pathlib.Path(build) / "src/local_server/kplane-local"
    with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True, **how_to_start) as server:
        try:
            count = 3 if "--tls" in options else 2  # with --tls, the CA's file too
            words = (shlex.split(server.stdout.readline())[1] for _ in range(count))
            yield Server(server, dict(word.split("=", 1) for word in words))
        finally:
            server.terminate()
