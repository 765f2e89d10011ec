"""What is made of the figures: medians and ratios, a table for each row, the bars, the JSON file. chart.py draws."""

import dataclasses
import json
import os
import pathlib
import platform
import statistics
import time

import chart

MEBI = 1024 * 1024
MICRO = 1_000_000


def summarize(row, answers):
    """A row's figures as plain values, ready for JSON. `answers`: label → one answer a round."""
    entries = [figures(entry, answers[entry.label]) for entry in row.entries if entry.label in answers]
    candidates = [entry for entry in entries if entry["label"] in row.baselines]
    baseline = min(candidates, key=lambda entry: entry["seconds"], default=None)
    for entry in entries:
        entry["time_ratio"] = time_ratio(entry, baseline) if baseline else None
    return {
        "name": row.name,
        "title": row.title,
        "style": row.style,
        "baseline": baseline["label"] if baseline else None,
        "entries": entries,
    }


def figures(entry, rounds):
    """Seconds are for one snapshot, and medians of the rounds."""
    seconds = statistics.median(answer["seconds"] for answer in rounds) / entry.snapshots
    return {
        "label": entry.label,
        "contestant": entry.contestant,
        "listener": entry.listener,
        "order": entry.order,
        "number": entry.number,
        "seconds": seconds,
        "per_second": 1 / seconds,
        "cpu_seconds": statistics.median(answer["cpu_seconds"] for answer in rounds) / entry.snapshots,
        "peak_rss_bytes": max(answer["peak_rss_bytes"] for answer in rounds),
        "rounds": rounds,
    }


def time_ratio(entry, baseline):
    """Round against round, so that what slows the whole machine down for a while drops out."""
    pairs = zip(entry["rounds"], baseline["rounds"])
    snapshots = [count_snapshots(one["order"]) for one in (entry, baseline)]
    return statistics.median((own["seconds"] / snapshots[0]) / (base["seconds"] / snapshots[1]) for own, base in pairs)


def count_snapshots(order):
    return order.get("count", 1) * order.get("planes", 1)


# Heading and cell of each column, by a row's style.
LABEL = ("", lambda entry: entry["label"])
MICROSECONDS = ("µs", lambda entry: f"{entry['seconds'] * MICRO:,.0f}")
RATE = ("planes/s", lambda entry: f"{entry['per_second']:,.0f}")
TIME_RATIO = ("time ÷ baseline", lambda entry: f"{entry['time_ratio']:.2f}")
RATE_RATIO = ("rate ÷ baseline", lambda entry: f"{1 / entry['time_ratio']:.2f}")
CPU = ("CPU µs", lambda entry: f"{entry['cpu_seconds'] * MICRO:,.0f}")
PEAK = ("peak RSS MiB", lambda entry: f"{entry['peak_rss_bytes'] / MEBI:,.1f}")
COLUMNS = {
    "sequential": (LABEL, MICROSECONDS, TIME_RATIO, CPU, PEAK),
    "batch": (LABEL, RATE, RATE_RATIO, CPU, PEAK),
    "scale": (LABEL, RATE, CPU, PEAK),
    "exceptions": (
        LABEL,
        ("read", lambda entry: f"{entry['rounds'][0]['read']:,}"),
        ("failed", lambda entry: f"{entry['rounds'][0]['failed']:,}"),
        ("last read, s", lambda entry: f"{entry['rounds'][0]['last_read_seconds']:.2f}"),
        ("returned, s", lambda entry: f"{entry['rounds'][0]['seconds']:.2f}"),
        PEAK,
    ),
}


def table(row):
    columns = COLUMNS[row["style"]]
    lines = [[heading for heading, _ in columns]]
    lines += [[cell(entry) for _, cell in columns] for entry in row["entries"]]
    widths = [max(map(len, column)) for column in zip(*lines)]
    title = row["title"] + (f" (baseline: {row['baseline']})" if row["baseline"] else "")
    return "\n".join(["", title, *(aligned(line, widths) for line in lines)])


def aligned(cells, widths):
    return "  ".join(["", cells[0].ljust(widths[0]), *map(str.rjust, cells[1:], widths[1:])])


@dataclasses.dataclass(frozen=True)
class Bar:
    """A figure that ought to be on one side of a bound; None when it was not measured."""

    name: str
    value: float | None
    bound: float
    at_most: bool

    @property
    def verdict(self):
        if self.value is None:
            return "none"
        return "PASS" if (self.value <= self.bound if self.at_most else self.value >= self.bound) else "MISS"

    def __str__(self):
        value = "not measured" if self.value is None else f"{self.value:.2f}"
        return f"  {self.verdict}  {self.name}: {value} (at {'most' if self.at_most else 'least'} {self.bound:g})"


class Figures:
    """Figures by row and label; None where a row or a contestant is missing."""

    def __init__(self, measured):
        self._entries = {(row["name"], entry["label"]): entry for row in measured for entry in row["entries"]}

    def get(self, row, label, figure):
        return self._entries.get((row, label), {}).get(figure)

    def time_ratio(self, row, label, baseline):
        entries = [self._entries.get((row, name)) for name in (label, baseline)]
        return time_ratio(*entries) if all(entries) else None

    def quickest(self, row, contestant):
        found = [entry for (name, _), entry in self._entries.items() if name == row and entry["contestant"] == contestant]
        return min(found, key=lambda entry: entry["seconds"])["label"] if found else None

    def quotient(self, row, figure, above, below):
        values = [self.get(row, label, figure) for label in (above, below)]
        return values[0] / values[1] if all(values) else None


def bars(measured):
    found = Figures(measured)
    for name, channel, bound in (("tls", "TLS", 1.05), ("plain", "plain", 1.15)):
        ratio = found.get(f"sequential-{name}", "kplane", "time_ratio")
        yield Bar(f"time of state() ÷ libcurl's, 240 kB, {channel}", ratio, bound, at_most=True)
        walked = found.time_ratio(f"sequential-{name}", "kplane", "libcurl and simdjson")
        yield Bar(f"time of state() ÷ that of libcurl and simdjson, 240 kB, {channel}", walked, 1, at_most=True)
    for name, channel in (("tls", "TLS"), ("plain", "plain")):
        row = f"batch-{name}"
        best = found.quickest(row, "multi-walk")
        ratio = found.time_ratio(row, "kplane states()", best)
        rate = 1 / ratio if ratio else None
        yield Bar(f"rate of states() ÷ the best of curl_multi and simdjson, 64 planes, {channel}", rate, 1.2, at_most=False)
    cpu = found.quotient("sequential-tls", "cpu_seconds", "httpx", "kplane")
    yield Bar("CPU per snapshot: httpx's ÷ kplane's, 240 kB, TLS", cpu, 15, at_most=False)
    for row, work, bound in (("reads", "150 fields read", 1.3), ("score", "2 ms of scoring", 1.85)):
        ratio = found.get(f"threads-{row}", "2 threads", "time_ratio")
        name = f"rate of for_each_state() with {work}: 2 threads ÷ 1, 240 kB, TLS"
        yield Bar(name, 1 / ratio if ratio else None, bound, at_most=False)
    for concurrency in (16, 32):
        labels = [f"{planes} planes, {concurrency} at once" for planes in ("10,000", "1,000")]
        memory = found.quotient("scale-nginx", "peak_rss_bytes", *labels)
        name = f"peak RSS of for_each_state(): 10,000 planes ÷ 1,000, {concurrency} at once"
        yield Bar(name, memory, 1.10, at_most=True)


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


class ProcessorUse:
    """What everybody else took of the processors since this was made. Children count when they have ended."""

    def __init__(self):
        self._before = self._now()

    def cores_of_others(self):
        elapsed, busy, own = (now - before for now, before in zip(self._now(), self._before))
        return max(0, busy - own) / elapsed

    @staticmethod
    def _now():
        user, nice, system, _, _, *interrupts = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
        busy = sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")
        return time.monotonic(), busy, sum(os.times()[:4])


def machine(cores_of_others, versions):
    return {
        "cores": len(os.sched_getaffinity(0)),
        "cpu": cpu_model(),
        "system": platform.platform(),
        "cores_of_others": cores_of_others,
        "versions": versions,
    }


def describe(facts):
    yield f"{facts['cores']} cores of {facts['cpu']}, {facts['system']}"
    for name, version in sorted(facts["versions"].items()):
        yield f"{name}: {version}"
    yield f"others used {facts['cores_of_others']:.2f} cores meanwhile"
    if facts["cores_of_others"] > facts["cores"] / 10:
        yield "The machine was busy: trust no single figure."


def finish(out, measured, facts, started, quick, missing):
    """Prints what holds for the whole run, and writes the files."""
    results = list(bars(measured))
    print("\nMachine", *describe(facts), sep="\n  ")
    print("\nBars", *results, sep="\n")
    out.mkdir(parents=True, exist_ok=True)
    document = {
        "started": started.isoformat(timespec="seconds"),
        "quick": quick,
        "machine": facts,
        "left_out": missing,
        "rows": measured,
        "bars": [{**dataclasses.asdict(bar), "verdict": bar.verdict} for bar in results],
    }
    (out / "wire.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    print(f"\nwrote {out / 'wire.json'}")
    chart.draw(out / "wire.svg", measured, facts)
