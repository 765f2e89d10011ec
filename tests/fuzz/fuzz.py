#!/usr/bin/env python3
"""Runs the libFuzzer program of tests/fuzz: ./dev fuzz builds it first.

What libFuzzer found is kept in kept/TARGET.txt, one input a line: printable ASCII as it is, a backslash as \\\\, a newline
as \\n, every other byte as \\xNN. A run begins with these, with tests/corpus and, where the target takes requests or YAML,
with those of tests/conformance and tests/corpus/kubectl_yaml; what it finds goes to BUILD/fuzz/TARGET/, crashes to
BUILD/fuzz/crashes/TARGET/.
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
CASES = HERE.parent / "conformance" / "cases"
LONGEST = 4096


def escaped(data):
    names = {0x5C: "\\\\", 0x0A: "\\n"}
    return "".join(names.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\x{b:02x}") for b in data)


def unescaped(line):
    def byte(match):
        code = match.group(1)
        return {"\\": "\\", "n": "\n"}.get(code) or chr(int(code[1:], 16))

    return re.sub(r"\\(\\|n|x[0-9a-f]{2})", byte, line).encode("latin-1")


def content_type(step):
    headers = {name.lower(): value for name, value in step.get("headers", {}).items()}
    given = headers.get("content-type", "application/json" if step["method"] in ("POST", "PUT") else "")
    return given or ""


def recorded_requests():
    """Each case of tests/conformance as an input of local_rest: requests with an empty line between them."""
    names = {"ns": "default", "id": "abc"}
    for file in sorted(CASES.glob("*.json")):
        for case in json.loads(file.read_text("utf-8")):
            requests = []
            for step in case["steps"]:
                body = step.get("text") or (json.dumps(step["body"]) if "body" in step else "")
                head = f"{step['method']} {step['path']} {content_type(step)}".rstrip()
                requests.append(f"{head}\n{body}".rstrip("\n"))
            text = re.sub(r"\{\{([^{}]*)\}\}", lambda name: names.get(name.group(1), "1"), "\n\n".join(requests))
            yield text.encode("utf-8")


def texts_of_kubectl():
    """What kubectl's reading of YAML was recorded for."""
    def lines(name):
        return (json.loads(line) for line in (CORPUS / "kubectl_yaml" / name).read_text("utf-8").splitlines())

    for recorded in lines("manifests.jsonl"):
        yield recorded["yaml"].encode("utf-8", "surrogatepass")
    for recorded in lines("files.jsonl"):
        yield base64.b64decode(recorded["file"])


RECORDED = {"": lambda: [], "requests": recorded_requests, "yaml": texts_of_kubectl}


class Target:
    def __init__(self, line, build):
        self.name, self.dictionary, directories, self.input = line.split("\t")
        self.seeds = [CORPUS / directory for directory in directories.split()]
        self.kept = HERE / "kept" / (self.name + ".txt")
        self.found = build / "fuzz" / self.name
        self.crashes = build / "fuzz" / "crashes" / self.name

    def unpack(self):
        """Puts what is kept where libFuzzer reads and writes."""
        self.found.mkdir(parents=True, exist_ok=True)
        self.crashes.mkdir(parents=True, exist_ok=True)
        lines = self.kept.read_text("ascii").split("\n") if self.kept.exists() else []
        inputs = [unescaped(line) for line in lines[:-1]]
        inputs += RECORDED[self.input]()
        for data in inputs:
            (self.found / hashlib.sha1(data).hexdigest()).write_bytes(data)

    def pack(self, directory):
        """Keeps what no recording has."""
        recorded = set(RECORDED[self.input]())
        inputs = (file.read_bytes() for file in directory.iterdir())
        lines = sorted(escaped(data) for data in inputs if data not in recorded)
        self.kept.write_text("".join(line + "\n" for line in lines), "ascii")
        return len(lines)


def run(program, target, options, directories):
    """Returns libFuzzer's exit code and its report."""
    command = [program, f"-artifact_prefix={target.crashes}/", "-timeout=60", "-rss_limit_mb=2048"]
    if target.dictionary:
        command.append(f"-dict={HERE / 'dictionaries' / target.dictionary}.dict")
    environment = dict(os.environ, KPLANE_FUZZ_TARGET=target.name)
    command += options + [str(directory) for directory in directories]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        report = process.stderr.read().decode("utf-8", "replace")
    return process.returncode, report


def last(pattern, report):
    found = re.findall(pattern, report)
    return found[-1] if found else "?"


def fuzz(program, target, seconds):
    target.unpack()
    # The entropic power schedule costs more than these targets do: without it, inputs run at two to six times the rate.
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-use_value_profile=1", "-entropic=0",
               "-print_final_stats=1"]
    before = os.times()
    code, report = run(program, target, options, [target.found, *target.seeds])
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{target.name}: {last(r'number_of_executed_units: *([0-9]+)', report)} inputs, {cpu:.0f} CPU seconds, "
          f"{last(r'cov: ([0-9]+)', report)} edges, {last(r'ft: ([0-9]+)', report)} features")
    if code != 0:
        sys.stderr.write(report[-6000:])
        print(f"{target.name}: FAILED; the input is in {target.crashes}")
    return code


def minimize(program, target):
    """Keeps a small set of inputs that reaches the edges which the kept ones, those of tests/corpus and the found ones reach.

    How often an edge is reached is left out: kept files would be six times as large. What was found stays for later runs.
    """
    target.unpack()
    merged = target.found.with_name(target.name + ".merged")
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir()
    code, report = run(program, target, ["-merge=1", "-use_counters=0", f"-max_len={LONGEST}"], [merged, target.found, *target.seeds])
    if code != 0:
        sys.stderr.write(report[-6000:])
        return code
    count = target.pack(merged)
    shutil.rmtree(merged)
    edges = last(r"([0-9]+) new coverage edges", report)
    print(f"{target.name}: {count} inputs are kept, {target.kept.stat().st_size} bytes, {edges} edges")
    return 0


def main():
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("target", nargs="*", help="which targets to run, `all` for each; none: list them")
    parser.add_argument("--seconds", type=int, default=60, help="how long each runs (60)")
    parser.add_argument("--minimize", action="store_true", help="merge what was found into tests/fuzz/kept")
    arguments = parser.parse_args()
    fuzz_build = arguments.build / "tests" / "fuzz"
    targets = [Target(line, arguments.build) for line in (fuzz_build / "targets.txt").read_text().splitlines()]
    if not arguments.target:
        print("\n".join(target.name for target in targets))
        return 0
    unknown = set(arguments.target) - {target.name for target in targets} - {"all"}
    if unknown:
        parser.error("no such target: " + ", ".join(sorted(unknown)))
    program = str(fuzz_build / "kplane_fuzz")
    failed = 0
    for target in targets:
        if target.name not in arguments.target and "all" not in arguments.target:
            continue
        if not arguments.minimize or arguments.seconds != parser.get_default("seconds"):
            failed |= fuzz(program, target, arguments.seconds) != 0
        if arguments.minimize:
            failed |= minimize(program, target) != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
