#!/usr/bin/env python3
"""Seeding planes: ten ConfigMaps into each by server-side apply, 32 at once, with this library and with other clients.

Against kplane-local, whose own work limits the rate, and against a server that answers at once. The clients take turns,
in fresh planes each time; medians. `libcurl` is libcurl alone, with paths and bodies made beforehand: what a client that
stands on it takes at least."""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import types

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import local_server
CONFIGMAPS = 10
CONCURRENCY = 32


def built(program, tool, *arguments, folder):
    """The command that runs what `tool` has built, or why there is none."""
    if shutil.which(tool) is None:
        return None, f"{tool} is not installed"
    run = subprocess.run([tool, *arguments], cwd=folder, capture_output=True, text=True)
    if run.returncode == 0:
        return [program], ""
    return None, f"{tool}: " + (run.stderr.strip().splitlines() or ["failed"])[-1]


def build_go(into):
    program = into / "seed-client-go"
    return built(program, "go", "build", "-o", program, ".", folder=HERE / "client_go")


def build_rust(into):
    arguments = ["build", "--release", "--target-dir", into / "seed-kube-rs"]
    return built(into / "seed-kube-rs/release/seed", "cargo", *arguments, folder=HERE / "kube_rs")


def find_python(_):
    if subprocess.run([sys.executable, "-c", "import kubernetes"], capture_output=True).returncode == 0:
        return [sys.executable, HERE / "python_client.py"], ""
    return None, "pip install kubernetes"


@contextlib.contextmanager
def echo_server(build):
    """Its URL, until the end of the block."""
    with subprocess.Popen([build / "tests/bench/kplane_echo_server"], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield types.SimpleNamespace(url=process.stdout.readline().strip(), token="none")
        finally:
            process.terminate()


SERVERS = {"kplane-local": local_server.kplane_local, "a server that answers at once": echo_server}


def seed(client, server, prefix, planes):
    """@return seconds, seconds of CPU"""
    words, more = client
    command = [*words, server.url, prefix, str(planes), str(CONFIGMAPS), str(CONCURRENCY), *more]
    environment = {**os.environ, "KPLANE_TOKEN": server.token}
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    return tuple(float(word) for word in output.split())


def measure(server, clients, planes, rounds):
    """Client → median seconds and seconds of CPU."""
    taken = {name: [] for name in clients}
    for turn in range(rounds):
        for name, command in clients.items():
            # A prefix of its own: the planes must be fresh.
            prefix = f"{re.sub('[^a-z0-9]', '', name)}-{planes}-{turn}"
            taken[name].append(seed(command, server, prefix, planes))
    return {name: tuple(statistics.median(column) for column in zip(*rows)) for name, rows in taken.items()}


def report(title, planes, results):
    print(f"\n  {planes:,} planes of {title}")
    objects = planes * CONFIGMAPS
    own, own_cpu = results["kplane"]
    for name, (seconds, cpu) in results.items():
        print(f"    {name:18} {seconds:7.2f} s {objects / seconds:10,.0f} objects/s   CPU {cpu:6.3f} s, "
              f"{cpu / objects * 1e6:5.0f} µs each   kplane: rate {seconds / own:5.2f}, CPU {own_cpu / cpu:5.2f}")
    if "client-go" in results:
        seconds, cpu = results["client-go"]
        own, own_cpu = results["kplane, 2 threads"]
        print(f"    kplane with 2 threads ÷ client-go: rate {seconds / own:.2f}, CPU {own_cpu / cpu:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"))
    parser.add_argument("--planes", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="300 planes, one round")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.planes, arguments.rounds = [300], 1
    programs = (arguments.build / "tests/bench").resolve()
    clients = {"kplane": ([programs / "kplane_seed_bench"], []),
               "kplane, 2 threads": ([programs / "kplane_seed_bench"], ["2"]),
               "libcurl": ([programs / "kplane_seed_libcurl"], [])}
    others = {"client-go": build_go, "kube-rs": build_rust, "Python client": find_python}
    for name, make in others.items():
        words, why = make(programs)
        if words is None:
            print(f"  LEFT OUT: {name}, with which this is to be compared: {why}")
        else:
            clients[name] = (words, [])
    for planes in arguments.planes:
        for title, start in SERVERS.items():
            with start(arguments.build) as server:
                results = measure(server, clients, planes, arguments.rounds)
            report(title, planes, results)


if __name__ == "__main__":
    main()
