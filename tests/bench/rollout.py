#!/usr/bin/env python3
"""Rollouts with rl::PlanePool beside those of a program with threads, against a server in another process.

A step is one patch, a settled state of two types, and a score. The ways take turns, so that all meet the same machine;
the figures are medians of the rounds.
"""

import argparse
import contextlib
import json
import pathlib
import statistics
import subprocess

import local_server

THREAD_WAYS = {
    "threads": "a thread a plane, logged() and settled_state()",
    "bare": "a thread a plane, state() until it shows the version",
    "few": "16 threads for all planes",
}


class Bench:
    def __init__(self, build, rounds):
        self.program = pathlib.Path(build) / "tests/bench/kplane_rollout_bench"
        self.build = build
        self.rounds = rounds

    @contextlib.contextmanager
    def kplane_local(self, *options):
        with local_server.kplane_local(self.build, *options) as server:
            yield server.url, server.token

    @contextlib.contextmanager
    def late_server(self, late):
        command = [self.program, "--serve", "--late", str(late), "--late-ms", "100"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            try:
                yield tuple(server.stdout.readline().split())
            finally:
                server.stdin.close()

    def run(self, server, *options):
        url, token = server
        output = subprocess.run([self.program, "--url", url, "--token", token, *map(str, options)], check=True,
                                stdout=subprocess.PIPE, text=True).stdout
        return json.loads(output)

    def rates(self, server, variants):
        """Name → steps a second."""
        found = {name: [] for name in variants}
        self.run(server, "--steps", 5)  # makes the planes
        for _ in range(self.rounds):
            for name, options in variants.items():
                outcome = self.run(server, *options)
                found[name].append(outcome["steps"] / outcome["seconds"])
        return {name: statistics.median(rates) for name, rates in found.items()}


def show_rates(bench, steps):
    """Beside the best of the ways that the public API offers to a program with threads."""
    for title, options in {"no latency": [], "latency of 5 ms": ["--latency", "5"], "informers 20 ms behind": ["--state-lag", "20"]}.items():
        with bench.kplane_local(*options) as server:
            variants = {way: ["--way", way, "--steps", steps] for way in ("pool", *THREAD_WAYS)}
            rates = bench.rates(server, variants)
        best = max(THREAD_WAYS, key=lambda way: rates[way])
        print(f"  64 planes, {title}: {rates['pool']:,.0f} steps a second; best with threads {rates[best]:,.0f} "
              f"({THREAD_WAYS[best]}): {rates['pool'] / rates[best]:.2f} ×")
        print("    " + ", ".join(f"{way} {rate:,.0f}" for way, rate in rates.items()))


def show_slow_planes(bench, steps):
    """The 48 quick planes of 64, with the other 16 idle, and with those making steps 100 ms late."""
    seconds = {0: [], 16: []}
    ways = {"pool": seconds, "few": {0: [], 16: []}, "threads": {0: [], 16: []}}
    with bench.late_server(16) as server:
        bench.run(server, "--steps", 5, "--slow", 16)  # makes the planes
        for _ in range(bench.rounds):
            for way, found in ways.items():
                for slow in found:
                    # Without slow ones: the same 48 planes.
                    options = ["--way", way, "--steps", steps, "--planes", 64, "--slow", slow]
                    if slow == 0:
                        options += ["--skip", 16]
                    found[slow].append(bench.run(server, *options)["seconds"])
    for way, found in ways.items():
        without, beside = (statistics.median(found[slow]) for slow in (0, 16))
        print(f"  48 planes make {steps} steps: {without:.2f} s; beside 16 that answer 100 ms late {beside:.2f} s: "
              f"{beside / without:.2f} × ({way})")


def show_workers(bench, steps):
    """Scores that compute need a core for each worker beside those of the server and of the I/O."""
    for how, option in {"computing": [], "waiting": ["--score-waits"]}.items():
        with bench.kplane_local() as server:
            variants = {n: ["--steps", steps, "--score-us", 2000, "--workers", n, *option] for n in (1, 2)}
            rates = bench.rates(server, variants)
        print(f"  scores that take 2 ms, {how}: one worker {rates[1]:,.0f} steps a second, two {rates[2]:,.0f}: "
              f"{rates[2] / rates[1]:.2f} ×")


def show_memory(bench, planes):
    with bench.kplane_local() as server:
        found = bench.run(server, "--memory", "--planes", planes, "--steps", 10)
    rounds = found["rounds"]
    print(f"  {planes:,} planes: {(found['made'] - found['before']) / planes:.2f} kB each; in memory after 1, 2, 5 and 10 "
          f"rounds: " + ", ".join(f"{rounds[i] / 1024:.0f}" for i in (0, 1, 4, 9)) + " MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("rates", "slow", "workers", "memory"))
    arguments = parser.parse_args()
    bench = Bench(arguments.build, 2 if arguments.quick else 5)
    steps = 20 if arguments.quick else 100
    parts = {
        "rates": lambda: show_rates(bench, steps),
        "slow": lambda: show_slow_planes(bench, steps),
        "workers": lambda: show_workers(bench, steps // 2),
        "memory": lambda: show_memory(bench, 1_000 if arguments.quick else 10_000),
    }
    for name, part in parts.items():
        if arguments.only in (None, name):
            part()


if __name__ == "__main__":
    main()
