#!/usr/bin/env python3
"""Runs kplane_recording_bench against kplane-local, which it starts; or against the server of KPLANE_HOST."""

import argparse
import os
import pathlib
import subprocess

from local_server import kplane_local


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--planes", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=16)
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build)
    bench = [build / "tests/bench/kplane_recording_bench", str(arguments.planes), str(arguments.rounds)]
    if os.environ.get("KPLANE_HOST"):
        subprocess.run(bench, check=True)
        return
    with kplane_local(build) as server:
        subprocess.run(bench, check=True, env={**os.environ, **server.environment})


if __name__ == "__main__":
    main()
