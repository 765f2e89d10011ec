#!/usr/bin/env python3
"""The benchmarks that need no network: decoding and reading, and what including the library costs a compiler."""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # leaves nothing beside the sources
sys.path.insert(0, str(pathlib.Path(__file__).parent / "wire"))

import report  # noqa: E402

SOURCES = pathlib.Path(__file__).parents[2]
BODIES = {0: "111 kB", 1: "240 kB", 2: "4.6 MB"}
COMPILE_ROUNDS = 7
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6}


def run_decode_bench(program, quick):
    """Benchmark → median CPU nanoseconds."""
    command = [program, "--benchmark_format=json", "--benchmark_enable_random_interleaving=true"]
    command += [f"--benchmark_repetitions={3 if quick else 9}", f"--benchmark_min_time={0.05 if quick else 0.1}"]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = json.loads(output)["benchmarks"]
    return {
        entry["run_name"]: entry["cpu_time"] * NANOSECONDS[entry["time_unit"]]
        for entry in found
        if entry.get("aggregate_name") == "median"
    }


def print_decode_table(times):
    print("\nDecoding and reading, median CPU µs (ratio to kplane)")
    rows = [(f"decode, {size}", [f"decode_{who}/body:{body}" for who in CONTESTANTS]) for body, size in BODIES.items()]
    rows.append(("decode and score 50 pods, 240 kB", [f"score_{who}" for who in CONTESTANTS]))
    print("  " + " " * 34 + "".join(f"{who:>18}" for who in CONTESTANTS))
    for title, names in rows:
        own = times[names[0]]
        cells = [f"{times[n] / 1e3:,.1f} ({times[n] / own:.1f})" if n in times else "" for n in names]
        print(f"  {title:<34}" + "".join(f"{cell:>18}" for cell in cells))
    print(f"  {'150 reads of 50 pods':<34}{times['read_fields_kplane'] / 1e3:>18,.1f}")
    for title, name in COMPARISONS.items():
        print(f"  {title:<42}{times[name] / 1e3:>10,.1f}")
    for members in (100, 1_000, 10_000):
        title = f"Fleet of {members:,} members"
        print(f"  {title:<34}{times[f'fleet_kplane/members:{members}'] / 1e3:>18,.1f}")


COMPARISONS = {
    "diff, 240 kB, 3 objects changed": "diff_kplane",
    "diff of an unchanged plane's two reads": "diff_unchanged_kplane",
    "diff of two planes, 240 kB": "diff_planes_kplane",
    "digest, 240 kB": "digest_kplane",
    "digest of an unchanged plane's second read": "digest_again_kplane",
}
CONTESTANTS = ("kplane", "simdjson", "nlohmann")


def compile_seconds(compiler, text, scratch):
    source = scratch / "unit.cpp"
    source.write_text(text)
    command = [compiler, "-std=c++17", f"-I{SOURCES / 'include'}", "-c", source, "-o", scratch / "unit.o"]
    before = time.monotonic()
    subprocess.run(command, check=True)
    return time.monotonic() - before


def compile_ratio():
    """How long a file takes that includes the library, against one that includes nlohmann/json. None without either."""
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler is None:
        return None
    texts = ["#include <kplane/kplane.hpp>\nint main() {}\n", "#include <nlohmann/json.hpp>\nint main() {}\n"]
    with tempfile.TemporaryDirectory() as scratch:
        rounds = [[compile_seconds(compiler, text, pathlib.Path(scratch)) for text in texts] for _ in range(COMPILE_ROUNDS)]
    own, other = (statistics.median(column) for column in zip(*rounds))
    print(f"\nCompiling a file that includes kplane/kplane.hpp: {own:.2f} s; nlohmann/json.hpp: {other:.2f} s")
    return own / other


def bars(times, compile_time):
    decode = times["decode_kplane/body:1"]
    fleets = [times[f"fleet_kplane/members:{members}"] for members in (1_000, 10_000)]
    yield report.Bar("decode ÷ simdjson over the same extents, 240 kB", decode / times["decode_simdjson/body:1"], 1.3, True)
    yield report.Bar("nlohmann's DOM ÷ decode, 240 kB", times["decode_nlohmann/body:1"] / decode, 25, False)
    yield report.Bar("scoring: nlohmann ÷ kplane", times["score_nlohmann"] / times["score_kplane"], 15, False)
    walk = times["decode_simdjson/body:1"]
    yield report.Bar("diff: nlohmann's parse and diff ÷ kplane", times["diff_nlohmann"] / times["diff_kplane"], 50, False)
    yield report.Bar("diff ÷ simdjson's walk over both bodies", times["diff_kplane"] / (2 * walk), 2.5, True)
    yield report.Bar("digest ÷ simdjson's walk over the body", times["digest_kplane"] / walk, 4, True)
    yield report.Bar("unchanged plane: diff ÷ that walk", times["diff_unchanged_kplane"] / walk, 0.3, True)
    yield report.Bar("unchanged plane: digest ÷ that walk", times["digest_again_kplane"] / walk, 0.3, True)
    yield report.Bar("Fleet of 10,000 members, ms", fleets[1] / 1e6, 10, True)
    yield report.Bar("Fleet of 10,000 members ÷ 1,000", fleets[1] / fleets[0], 12, True)
    yield report.Bar("compile time: kplane/kplane.hpp ÷ nlohmann/json.hpp", compile_time, 0.40, True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the build tree")
    parser.add_argument("--quick", action="store_true", help="less exact, in a few seconds")
    arguments = parser.parse_args()
    times = run_decode_bench(arguments.build / "tests/bench/kplane_decode_bench", arguments.quick)
    print_decode_table(times)
    print("\nBars", *bars(times, compile_ratio()), sep="\n")


if __name__ == "__main__":
    main()
