#!/usr/bin/env python3
"""Many waits at once against kplane-local, over plain HTTP and over TLS: memory, and time from write to wake-up."""

import argparse
import os
import pathlib
import resource
import shlex
import subprocess


def allow_many_connections():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def exported(server, count):
    """What kplane-local tells a shell to export."""
    words = (shlex.split(server.stdout.readline())[1] for _ in range(count))
    return dict(word.split("=", 1) for word in words)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--planes", default="1000")
    parser.add_argument("--tls-planes", default="200", help="fewer: a TLS connection alone takes 65 kB")
    arguments = parser.parse_args()
    local = arguments.build / "src/local_server/kplane-local"
    waits = arguments.build / "tests/bench/kplane_waits_bench"
    ways = (("plain HTTP", [], 2, arguments.planes), ("TLS", ["--tls"], 3, arguments.tls_planes))
    for name, options, count, planes in ways:
        command = [local, *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=allow_many_connections) as server:
            try:
                print(f"  kplane-local, {name}", flush=True)
                subprocess.run([waits, planes], env={**os.environ, **exported(server, count)}, check=True)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
