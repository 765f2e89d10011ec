#!/usr/bin/env python3
"""The wire benchmark: states read over real sockets, by the library and by what one would use without it, in one run.

What is measured stands here, row by row. server.py has the web server, contestants.py the programs that read,
report.py what is made of the figures.
"""

import argparse
import contextlib
import dataclasses
import datetime
import pathlib
import random
import signal
import sys
import tempfile

sys.dont_write_bytecode = True  # leaves nothing beside the sources

import contestants
import report
import server

KIB = 1024
CURL_BUFFERS = {"16 KiB": 16 * KIB, "64 KiB": 64 * KIB, "128 KiB": 128 * KIB}  # libcurl's own choice, the library's
DEFAULT_CONNECTIONS = 16  # ClientOptions::max_connections
EXCEPTION_EVERY = 100
LEAD_PART = 6
LOCAL_MEMORY_GIB = 4  # what kplane-local with 10,000 planes needs, with room to spare
HOLDING_UP = ("stalled", "silent")  # such planes may keep healthy ones from being read in time


@dataclasses.dataclass(frozen=True)
class Entry:
    """What one contestant does in each round of a row."""

    label: str
    contestant: str
    listener: str
    order: dict
    number: int = CURL_BUFFERS["128 KiB"]  # see kplane_contestant
    rounds: int = 1
    warm_ups: int = 0

    @property
    def snapshots(self):
        return self.order.get("count", 1) * self.order.get("planes", 1)


@dataclasses.dataclass(frozen=True)
class Row:
    """What is measured side by side. `style` is how it is reported: see report.py."""

    name: str
    title: str
    style: str
    entries: list
    baselines: tuple = ()  # labels; the quickest of them is what the others are held against
    together: bool = True  # all contestants in each round; otherwise one after the other, each in a fresh process
    local: bool = False  # against kplane-local instead of nginx


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long it may take."""

    rounds: int
    sequential: dict  # body → how many snapshots a round
    batches: int
    sizes: tuple
    local_sizes: tuple
    exception_planes: int
    exception_timeout_ms: int


FULL = Effort(
    rounds=11,
    sequential={"fresh": 40, "rollout": 60, "large": 2},
    batches=4,
    sizes=(1, 64, 1_000, 10_000),
    local_sizes=(1, 64, 1_000, 10_000),
    exception_planes=10_000,
    exception_timeout_ms=15_000,
)
QUICK = Effort(
    rounds=3,
    sequential={"fresh": 20, "rollout": 20, "large": 1},
    batches=3,
    sizes=(1, 64, 1_000),
    local_sizes=(),
    exception_planes=1_000,
    exception_timeout_ms=3_000,
)


def sequential_row(name, title, body, listener, effort):
    order = {"mode": "sequential", "prefix": body, "count": effort.sequential[body]}
    score = {**order, "mode": "score"}

    def entry(label, contestant, order=order, **more):
        return Entry(label, contestant, listener, order, rounds=effort.rounds, warm_ups=1, **more)

    curl = [entry(f"libcurl, {size}", "libcurl", number=number) for size, number in CURL_BUFFERS.items()]
    walk = entry("libcurl and simdjson", "libcurl-walk")
    entries = [entry("kplane", "sdk", number=DEFAULT_CONNECTIONS), *curl, walk, entry("nlohmann", "nlohmann")]
    if body == "rollout":
        entries.append(entry("kplane, score", "sdk", order=score, number=DEFAULT_CONNECTIONS))
        entries.append(entry("nlohmann, score", "nlohmann", order=score))
    entries += [entry("Go", "go"), entry("httpx", "httpx"), entry("kubernetes", "kubernetes")]
    return Row(name, title, "sequential", entries, baselines=tuple(e.label for e in curl))


def http2_row(effort):
    order = {"mode": "sequential", "prefix": "rollout", "count": effort.sequential["rollout"]}
    entries = [
        Entry(label, "libcurl", listener, order, rounds=effort.rounds, warm_ups=1)
        for label, listener in (("libcurl, HTTP/1.1", "tls"), ("libcurl, HTTP/2", "http2"))
    ]
    title = "One after the other, 240 kB, TLS: HTTP/2 against HTTP/1.1"
    return Row("sequential-http2", title, "sequential", entries, baselines=(entries[0].label,))


def batch_row(name, title, listener, effort):
    order = {"mode": "batch", "prefix": "rollout", "count": effort.batches, "planes": 64}

    def entry(label, contestant, concurrency, mode="batch", number=CURL_BUFFERS["128 KiB"]):
        more = {**order, "mode": mode, "concurrency": concurrency}
        return Entry(label, contestant, listener, more, number, rounds=effort.rounds, warm_ups=1)

    raw = [entry(f"multi, {n} at once", "multi", n) for n in (1, 2, 4, 8, 16, 32)]
    kept = [entry(f"multi and simdjson, {n} at once", "multi-walk", n) for n in (2, 8, 32)]
    own = [entry("kplane states()", "sdk", 0, number=DEFAULT_CONNECTIONS)]
    own += [entry(f"kplane states(), {n} at once", "sdk", n, number=n) for n in (4, 8, 32)]
    own += [entry("kplane for_each_state()", "sdk", 0, mode="each", number=DEFAULT_CONNECTIONS)]
    return Row(name, title, "batch", own + kept + raw, baselines=tuple(e.label for e in raw))


def threads_row(name, title, effort, spin_us, planes):
    """All that is read is scored: three fields of every pod, and as much CPU time as `spin_us` says."""
    order = {"mode": "each-score", "prefix": "rollout", "planes": planes, "spin_us": spin_us}

    def entry(label, threads):
        more = {**order, "threads": threads}
        return Entry(label, "sdk", "tls", more, DEFAULT_CONNECTIONS, rounds=effort.rounds, warm_ups=1)

    return Row(name, title, "batch", [entry("1 thread", 1), entry("2 threads", 2)], baselines=("1 thread",))


def each_entry(label, listener, concurrency, rounds=1, warm_ups=0, **order):
    order = {"mode": "each", "prefix": "rollout", "concurrency": concurrency, **order}
    return Entry(label, "sdk", listener, order, concurrency or DEFAULT_CONNECTIONS, rounds, warm_ups)


def counted(planes):
    return "1 plane" if planes == 1 else f"{planes:,} planes"


def scale_row(effort):
    entries = []
    for planes in effort.sizes:
        rounds, warm_ups = (1, 0) if planes > 1_000 else (3, 1) if planes > 64 else (20, 1)
        for concurrency in (32, 0):
            label = f"{counted(planes)}, {concurrency or DEFAULT_CONNECTIONS} at once"
            entries.append(each_entry(label, "tls", concurrency, rounds, warm_ups, planes=planes))
    return Row("scale-nginx", "for_each_state(), 240 kB, TLS, nginx", "scale", entries, together=False)


def local_row(effort):
    entries = []
    for planes in effort.local_sizes:
        for how, concurrency in (("new", 32), ("again", 32), ("again", 0)):
            label = f"{counted(planes)}, {concurrency or DEFAULT_CONNECTIONS} at once, {how}"
            entries.append(each_entry(label, "local", concurrency, planes=planes, prefix=f"of-{planes}"))
    return Row("scale-local", "for_each_state(), kplane-local", "scale", entries, together=False, local=True)


def exceptions_row(effort):
    """One plane in a hundred does not answer, or not well. The limit is on the batch, or on each plane as well."""
    all_planes = {"planes": effort.exception_planes, "exception_every": EXCEPTION_EVERY, "prefix": "fresh"}
    limited = {**all_planes, "timeout_ms": effort.exception_timeout_ms}
    limited_each = {**limited, "plane_timeout_ms": 500}
    limit = f"{effort.exception_timeout_ms / 1000:g} s for all"

    def entry(label, prefix, order):
        return each_entry(label, "tls", 32, **order, exception_prefix=prefix)

    entries = [
        entry("1 % failing", "failing", all_planes),
        entry(f"1 % stalled, {limit}", "stalled", limited),
        entry(f"1 % stalled, {limit}, 0.5 s for each", "stalled", limited_each),
        entry(f"1 % silent, {limit}, 0.5 s for each", "silent", limited_each),
    ]
    title = f"for_each_state(), {effort.exception_planes:,} planes, 32 at once, 110 kB, TLS"
    return Row("exceptions", title, "exceptions", entries, together=False)


def rows(effort):
    yield sequential_row("sequential-tls", "One after the other, 240 kB, TLS", "rollout", "tls", effort)
    yield sequential_row("sequential-plain", "One after the other, 240 kB, plain", "rollout", "plain", effort)
    yield sequential_row("sequential-fresh", "One after the other, 110 kB, TLS", "fresh", "tls", effort)
    yield sequential_row("sequential-large", "One after the other, 4.6 MB, TLS", "large", "tls", effort)
    yield http2_row(effort)
    yield batch_row("batch-tls", "64 planes at once, 240 kB, TLS", "tls", effort)
    yield batch_row("batch-plain", "64 planes at once, 240 kB, plain", "plain", effort)
    yield threads_row("threads-reads", "for_each_state(), 150 fields read, 240 kB, TLS", effort, 0, 1_000)
    yield threads_row("threads-score", "for_each_state(), 2 ms of scoring, 240 kB, TLS", effort, 2_000, 300)
    yield scale_row(effort)
    yield exceptions_row(effort)
    if effort.local_sizes:
        yield local_row(effort)


def checksum_kind(entry):
    if entry.order["mode"] in ("score", "each-score"):
        return "score"
    return "bytes" if entry.contestant in ("libcurl", "multi") else "items"


def verify(entry, answer, body):
    """Raises ContestantError unless the answer shows that the work was done."""
    every = entry.order.get("exception_every", 0)
    healthy = entry.snapshots - (entry.snapshots // every if every else 0)
    read = answer["read"] if every else healthy
    may_be_fewer = entry.order.get("exception_prefix") in HOLDING_UP
    if read > healthy or (read < healthy and not may_be_fewer):
        raise contestants.ContestantError(f"{entry.label}: read {read} planes of {healthy}")
    expected = read * body.checksums[checksum_kind(entry)]
    if answer["checksum"] != expected:
        raise contestants.ContestantError(f"{entry.label}: checksum {answer['checksum']}, not {expected}")


def lead(order):
    """A short form of an order."""
    return {**order, "count": max(1, order.get("count", 1) // LEAD_PART)}


@dataclasses.dataclass(frozen=True)
class Site:
    """Where a listener is."""

    url: str
    ca_file: str
    protocol: str
    token: str = contestants.TOKEN


def nginx_sites(nginx):
    return {
        "plain": Site(nginx.urls["plain"], "", "http1"),
        "tls": Site(nginx.urls["tls"], str(nginx.ca_file), "http1"),
        "http2": Site(nginx.urls["http2"], str(nginx.ca_file), "http2"),
    }


class Measurement:
    """Runs rows against servers that are up."""

    def __init__(self, teams, sites, body_of):
        self._teams = teams
        self._sites = sites
        self._body_of = body_of  # prefix of a plane's ID → Body

    def run(self, row):
        """Label → answers, one a round, without the warm-ups."""
        groups = [row.entries] if row.together else [[entry] for entry in row.entries]
        answers = {}
        for group in groups:
            answers.update(self._run_group(group))
        return answers

    def _run_group(self, entries):
        with contextlib.ExitStack() as stack:
            started = [(entry, self._start(entry, stack)) for entry in entries]
            ready = [(entry, child) for entry, child in started if child and self._teams.is_ready(child)]
            answers = {entry.label: [] for entry, _ in ready}
            for index in range(max(entry.warm_ups + entry.rounds for entry, _ in ready)):
                # In another order each time, so that nobody always follows the same one; and the processors and the
                # server's caches get used to whoever is next before it counts.
                for entry, child in random.Random(index).sample(ready, len(ready)):
                    if len(ready) > 1:
                        child.carry_out(lead(entry.order))
                    answer = child.carry_out(entry.order)
                    verify(entry, answer, self._body_of(entry.order["prefix"]))
                    if index >= entry.warm_ups:
                        answers[entry.label].append(answer)
            return answers

    def _start(self, entry, stack):
        site = self._sites[entry.listener]
        child = self._teams.start(entry.contestant, site.url, site.ca_file, site.protocol, entry.number, site.token)
        return stack.enter_context(child) if child else None


def available_memory_gib():
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1024**2
    return 0


def run_local(row, teams, build):
    if available_memory_gib() < LOCAL_MEMORY_GIB:
        print(f"left out: {row.name} (needs {LOCAL_MEMORY_GIB} GiB of memory)", flush=True)
        return {}
    with server.KplaneLocal(contestants.find_program(build, "kplane-local")) as local:
        sites = {"local": Site(local.url, "", "http1", local.token)}
        return Measurement(teams, sites, lambda prefix: local.body).run(row)


def run_rows(chosen, build, scratch):
    """The rows that were measured, with their answers; what the contestants said of themselves; who was left out."""
    teams = contestants.Contestants(build, scratch)
    measured = []
    with server.Nginx(scratch, contestants.find_program(build, "kplane_state_body")) as nginx:
        with_nginx = Measurement(teams, nginx_sites(nginx), nginx.bodies.__getitem__)
        for row in chosen:
            answers = run_local(row, teams, build) if row.local else with_nginx.run(row)
            if answers:
                measured.append(report.summarize(row, answers))
                print(report.table(measured[-1]), flush=True)
    return measured, teams


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, type=pathlib.Path, metavar="DIR", help="an optimised build tree")
    parser.add_argument(
        "--out",
        type=pathlib.Path,
        metavar="DIR",
        help="for wire.json and wire.svg (default: wire-benchmark below the build tree)",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and planes")
    parser.add_argument(
        "--only", metavar="ROW,..", help="rows by how their names begin; an unknown name lists them all"
    )
    return parser.parse_args()


def choose(all_rows, only):
    beginnings = tuple(only.split(",")) if only else ("",)
    chosen = [row for row in all_rows if row.name.startswith(beginnings)]
    for beginning in beginnings:
        if not any(row.name.startswith(beginning) for row in all_rows):
            names = ", ".join(row.name for row in all_rows)
            sys.exit(f"no row is called {beginning}: there are {names}")
    return chosen


def end_on_signals():
    """So that every way to end leaves no server behind."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))


def main():
    arguments = parse_arguments()
    chosen = choose(list(rows(QUICK if arguments.quick else FULL)), arguments.only)
    out = arguments.out or arguments.build / "wire-benchmark"
    end_on_signals()
    started = datetime.datetime.now(datetime.timezone.utc)
    use = report.ProcessorUse()
    try:
        with tempfile.TemporaryDirectory(prefix="kplane-wire-") as scratch:
            measured, teams = run_rows(chosen, arguments.build, pathlib.Path(scratch))
    except (contestants.ContestantError, server.ServerError) as error:
        sys.exit(f"wire benchmark: {error}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    facts = report.machine(use.cores_of_others(), {**teams.versions, "nginx": server.nginx_version()})
    report.finish(out, measured, facts, started, arguments.quick, teams.missing)


if __name__ == "__main__":
    main()
