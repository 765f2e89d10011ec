#!/usr/bin/env python3
"""What including the library costs a compiler, next to nlohmann/json.hpp, and how much of that is the standard headers.

CPU time of the compiler's front end, medians of interleaved runs."""

import argparse
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile

SOURCES = pathlib.Path(__file__).parents[2]
BASELINE = "nlohmann/json.hpp"
# Those that public headers include.
STANDARD = ("chrono", "cstddef", "cstdint", "exception", "functional", "map", "memory", "optional", "stdexcept", "string",
            "string_view", "type_traits", "utility", "vector")


def cases(each):
    yield BASELINE, [BASELINE]
    yield "the standard headers that it includes", STANDARD
    yield "the same without <functional>", [header for header in STANDARD if header != "functional"]
    yield "kplane/kplane.hpp", ["kplane/kplane.hpp"]
    yield "kplane/rl/rl.hpp", ["kplane/rl/rl.hpp"]
    if each:
        for header in STANDARD:
            yield f"<{header}>", [header]
        for path in sorted((SOURCES / "include/kplane").rglob("*.hpp")):
            name = str(path.relative_to(SOURCES / "include"))
            yield name, [name]


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--each", action="store_true", help="each header by itself, too")
    arguments = parser.parse_args()
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler is None:
        raise SystemExit("no C++ compiler: set CXX")
    with tempfile.TemporaryDirectory() as scratch:
        sources = {}
        for title, headers in cases(arguments.each):
            sources[title] = pathlib.Path(scratch) / f"{len(sources)}.cpp"
            sources[title].write_text("".join(f"#include <{header}>\n" for header in headers))
        command = [compiler, "-std=c++17", "-fsyntax-only", f"-I{SOURCES / 'include'}"]
        rounds = [{title: cpu_seconds([*command, path]) for title, path in sources.items()} for _ in range(arguments.rounds)]
    medians = {title: statistics.median(times[title] for times in rounds) for title in sources}
    for title, seconds in medians.items():
        print(f"  {title:<40}{seconds * 1e3:>8,.0f} ms{seconds / medians[BASELINE]:>8.2f}")


if __name__ == "__main__":
    main()
