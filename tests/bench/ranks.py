#!/usr/bin/env python3
"""Four ranks beside one, each with the same number of planes, on a kplane-local that answers 20 ms late.

examples/distributed is run by itself, by mpirun, and as four pods of an Indexed Job, which exchange by objects in the
root plane. The ways take turns, so that all meet the same machine.
"""

import argparse
import os
import pathlib
import re
import shlex
import shutil
import statistics
import subprocess
import uuid

from local_server import kplane_local

RANKS = 4
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def steps_a_second(processes):
    """The first process is rank 0, which prints the rate."""
    messages = [process.communicate()[1] for process in processes]
    for process, message in zip(processes, messages):
        if process.returncode != 0:
            raise SystemExit(f"{shlex.join(map(str, process.args))}: {message}")
    return float(re.search(r"steps in .* s: ([0-9.]+) a second", messages[0]).group(1))


class Bench:
    def __init__(self, build, planes, options):
        self.build = build
        self.planes = planes
        self.options = options

    def start(self, environment, planes, *launcher, **more):
        command = [*launcher, self.build / "examples/distributed", "--planes", str(planes), *self.options]
        return subprocess.Popen(command, env={**environment, **more}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True)

    def one(self, environment):
        return steps_a_second([self.start(environment, self.planes)])

    def mpi(self, environment):
        launcher = ("mpirun", "--oversubscribe", "-np", str(RANKS))
        return steps_a_second([self.start(environment, RANKS * self.planes, *launcher, **MPI)])

    def pods(self, environment):
        run = {"KPLANE_SHARD_SIZE": str(RANKS), "KPLANE_RUN_ID": str(uuid.uuid4())}
        return steps_a_second([self.start(environment, RANKS * self.planes, JOB_COMPLETION_INDEX=str(rank), **run)
                               for rank in range(RANKS)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--planes", default=6, type=int, help="of each rank")
    parser.add_argument("--episodes", default=5, type=int, help="from one update to the next")
    parser.add_argument("--updates", default=4, type=int)
    parser.add_argument("--rounds", default=3, type=int, help="each with another seed")
    arguments = parser.parse_args()
    ways = ["one", "pods"] if shutil.which("mpirun") is None else ["one", "mpi", "pods"]
    rates = {way: [] for way in ways}
    for seed in range(1, arguments.rounds + 1):
        options = ["--episodes", str(arguments.episodes), "--updates", str(arguments.updates), "--seed", str(seed)]
        bench = Bench(arguments.build, arguments.planes, options)
        for way in ways:
            with kplane_local(arguments.build, "--latency", "20") as server:
                rates[way].append(getattr(bench, way)({**os.environ, **server.environment}))
    print(f"  one rank, {arguments.planes} planes, 20 ms of latency: {statistics.median(rates['one']):.0f} steps a second")
    for way, name in {"mpi": "by MPI", "pods": "by the root plane"}.items():
        if way in rates:
            ratios = [many / one for many, one in zip(rates[way], rates["one"])]
            print(f"  {RANKS} ranks that exchange {name}: {statistics.median(rates[way]):.0f}, "
                  f"{statistics.median(ratios):.2f} × ({min(ratios):.2f} to {max(ratios):.2f})")
        else:
            print(f"  mpirun is not installed: {RANKS} ranks {name} were left out")


if __name__ == "__main__":
    main()
