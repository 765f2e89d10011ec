"""The child processes of the wire benchmark: starting them, building the one in Go, giving them orders."""

import json
import os
import pathlib
import selectors
import shutil
import subprocess
import sys
import time

import server

HERE = pathlib.Path(__file__).resolve().parent
GREETING_SECONDS = 30
ORDER_SECONDS = 180
TOKEN = "wire-benchmark"

CPP = ("sdk", "libcurl", "libcurl-walk", "multi", "multi-walk", "nlohmann")
PYTHON = ("httpx", "kubernetes")


class ContestantError(Exception):
    """A contestant failed, or answered what cannot be."""


class Missing(Exception):
    """A contestant cannot be run here: what it needs is not installed."""


def find_program(build, name):
    for path in sorted(pathlib.Path(build).rglob(name)):
        if path.is_file() and os.access(path, os.X_OK):
            return path
    raise ContestantError(f"{name} is not below {build}: configure with -DKPLANE_BUILD_BENCHMARKS=ON, and build")


class LineReader:
    """Lines from a pipe, each by a deadline."""

    def __init__(self, pipe):
        self._pipe = pipe
        self._buffer = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(pipe, selectors.EVENT_READ)

    def read(self, seconds):
        """A line; None at the end. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            if not self._selector.select(max(0, deadline - time.monotonic())):
                raise TimeoutError
            piece = os.read(self._pipe.fileno(), 65536)
            if not piece:
                return None
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def close(self):
        self._selector.close()
        self._pipe.close()


class Contestant:
    """One child process, which works on command; a context manager."""

    def __init__(self, name, command, token=TOKEN):
        self.name = name
        self.version = None
        self._process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "KPLANE_TOKEN": token},
            start_new_session=True,
        )
        self._lines = LineReader(self._process.stdout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        server.stop(self._process)
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it ended before it read its last order
        self._lines.close()

    def greet(self):
        """Waits until it is ready. Raises Missing."""
        greeting = self._answer(GREETING_SECONDS)
        if "missing" in greeting:
            raise Missing(greeting["missing"])
        self.version = greeting["ready"]

    def carry_out(self, order):
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ContestantError(f"{self.name} has ended") from None
        return self._answer(ORDER_SECONDS)

    def _answer(self, seconds):
        try:
            line = self._lines.read(seconds)
        except TimeoutError:
            raise ContestantError(f"{self.name} did not answer within {seconds} s") from None
        if line is None:
            raise ContestantError(f"{self.name} failed")
        return json.loads(line)


class Contestants:
    """Knows how each contestant is started, and which ones cannot be."""

    def __init__(self, build, scratch):
        self._cpp = find_program(build, "kplane_contestant")
        self._scratch = pathlib.Path(scratch)
        self._go = None
        self.missing = {}
        self.versions = {}

    def start(self, name, url, ca_file, protocol, number, token=TOKEN):
        """A contestant that has not greeted yet, or None. `number` is for those in C++: see kplane_contestant."""
        if name in self.missing:
            return None
        try:
            return Contestant(name, self._command(name, [url, ca_file, protocol], number), token)
        except Missing as error:
            self._leave_out(name, error)
            return None

    def is_ready(self, contestant):
        """Waits for the greeting; False when this contestant must be left out."""
        try:
            contestant.greet()
        except Missing as error:
            self._leave_out(contestant.name, error)
            return False
        self.versions["C++" if contestant.name in CPP else contestant.name] = contestant.version
        return True

    def _leave_out(self, name, error):
        if name not in self.missing:
            print(f"left out: {name} ({error})", flush=True)
        self.missing[name] = str(error)

    def _command(self, name, target, number):
        if name in CPP:
            return [self._cpp, name, *target, number]
        if name in PYTHON:
            return [sys.executable, "-B", HERE / f"{name}_contestant.py", *target]
        return [self._go_program(), *target]

    def _go_program(self):
        if self._go is None:
            self._go = build_go(self._scratch)
        return self._go


def build_go(scratch):
    go = shutil.which("go")
    if go is None:
        raise Missing("go is not installed")
    program = scratch / "go_contestant"
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOFLAGS": "",
        "GOPATH": str(scratch / "go"),
        "GOCACHE": str(scratch / "go-cache"),
    }
    command = [go, "build", "-o", str(program), str(HERE / "contestant.go")]
    built = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        raise ContestantError(f"go build failed:\n{built.stdout}")
    return program
