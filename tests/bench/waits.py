#!/usr/bin/env python3
"""Many waits at once against kplane-local, over plain HTTP and over TLS: memory, and time from write to wake-up."""

import argparse
import os
import pathlib
import resource
import subprocess

from local_server import kplane_local


def allow_many_connections():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--planes", default="1000")
    parser.add_argument("--tls-planes", default="200", help="fewer: a TLS connection alone takes 65 kB")
    arguments = parser.parse_args()
    waits = arguments.build / "tests/bench/kplane_waits_bench"
    ways = (("plain HTTP", [], arguments.planes), ("TLS", ["--tls"], arguments.tls_planes))
    for name, options, planes in ways:
        with kplane_local(arguments.build, *options, preexec_fn=allow_many_connections) as server:
            print(f"  kplane-local, {name}", flush=True)
            subprocess.run([waits, planes], env={**os.environ, **server.environment}, check=True)


if __name__ == "__main__":
    main()
