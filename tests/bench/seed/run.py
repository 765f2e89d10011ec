#!/usr/bin/env python3
"""Seeding planes: ten ConfigMaps into each by server-side apply, 32 at once, with this library and with client-go.

Against kplane-local, whose own work limits the rate, and against a server that answers at once. Both clients take turns,
in fresh planes each time; medians."""

import argparse
import os
import pathlib
import shlex
import shutil
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONFIGMAPS = 10
CONCURRENCY = 32


def build_go(scratch):
    """The baseline's program, or why there is none."""
    if shutil.which("go") is None:
        return None, "Go is not installed"
    program = pathlib.Path(scratch) / "seed"
    built = subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "client_go", capture_output=True, text=True)
    if built.returncode == 0:
        return program, ""
    return None, "go build: " + (built.stderr.strip().splitlines() or ["failed"])[-1]


class LocalServer:
    title = "kplane-local"

    def __init__(self, build):
        program = build / "src/local_server/kplane-local"
        self.process = subprocess.Popen([program], stdout=subprocess.PIPE, text=True)
        lines = (self.process.stdout.readline() for _ in range(2))
        self.url, self.token = (shlex.split(line)[1].split("=", 1)[1] for line in lines)


class EchoServer:
    title = "a server that answers at once"

    def __init__(self, build):
        self.process = subprocess.Popen([build / "tests/bench/kplane_echo_server"], stdout=subprocess.PIPE, text=True)
        self.url, self.token = self.process.stdout.readline().strip(), "none"


def seed(program, server, prefix, planes):
    """@return seconds, seconds of CPU"""
    command = [program, server.url, prefix, str(planes), str(CONFIGMAPS), str(CONCURRENCY)]
    environment = {**os.environ, "KPLANE_TOKEN": server.token}
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return tuple(float(word) for word in output.split())


def measure(server, programs, planes, rounds):
    """Client → median seconds and seconds of CPU."""
    taken = {name: [] for name in programs}
    for turn in range(rounds):
        for name, program in programs.items():
            taken[name].append(seed(program, server, f"{name}-{planes}-{turn}", planes))
    return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in taken.items()}


def report(server, planes, results):
    print(f"\n  {planes:,} planes of {server.title}")
    objects = planes * CONFIGMAPS
    for name, (seconds, cpu) in results.items():
        print(f"    {name:10} {seconds:7.2f} s {objects / seconds:10,.0f} objects/s   CPU {cpu:6.3f} s, "
              f"{cpu / objects * 1e6:5.0f} µs each")
    if "client-go" in results:
        (own, own_cpu), (other, other_cpu) = results["kplane"], results["client-go"]
        print(f"    kplane ÷ client-go: rate {other / own:.2f}, CPU {own_cpu / other_cpu:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"))
    parser.add_argument("--planes", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="300 planes, one round")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.planes, arguments.rounds = [300], 1
    with tempfile.TemporaryDirectory() as scratch:
        programs = {"kplane": arguments.build / "tests/bench/kplane_seed_bench"}
        baseline, why = build_go(scratch)
        if baseline is None:
            print(f"  LEFT OUT: client-go, with which this is to be compared: {why}")
        else:
            programs["client-go"] = baseline
        for planes in arguments.planes:
            for make in (LocalServer, EchoServer):
                server = make(arguments.build)
                try:
                    report(server, planes, measure(server, programs, planes, arguments.rounds))
                finally:
                    server.process.terminate()
                    server.process.wait()


if __name__ == "__main__":
    main()
