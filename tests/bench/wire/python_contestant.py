"""What the contestants in Python share: greeting, then answering each order, a line of JSON, with what it cost."""

import json
import os
import platform
import resource
import sys
import time


def arguments():
    """Base URL, CA file (empty: none) and token."""
    if len(sys.argv) != 4 or sys.argv[3] != "http1":
        sys.exit(f"usage: {sys.argv[0]} BASE_URL CA_FILE http1")
    return sys.argv[1], sys.argv[2], os.environ.get("KPLANE_TOKEN", "")


def state_path(plane):
    return f"/clusters/{plane}/control-plane/state"


def count_items(state):
    return sum(len(resource["items"]) for resource in state["resources"])


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_rss_bytes():
    """Not ru_maxrss: that one starts with what the parent had when it made this process."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def carry_out(read_state, order):
    if order["mode"] != "sequential":
        sys.exit(f"{sys.argv[0]} has no mode {order['mode']}")
    cpu_before, begin = cpu_seconds(), time.perf_counter()
    checksum = sum(count_items(read_state(f"{order['prefix']}-{i}")) for i in range(order["count"]))
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds() - cpu_before,
        "peak_rss_bytes": peak_rss_bytes(),
        "checksum": checksum,
    }


def serve(version, read_state):
    """Answers orders until the input ends. `read_state` takes a plane's ID and returns its state as a dict."""
    print(json.dumps({"ready": f"{version}, Python {platform.python_version()}"}), flush=True)
    for line in sys.stdin:
        print(json.dumps(carry_out(read_state, json.loads(line))), flush=True)


def missing(error):
    """Says that a module is not there, which leaves this contestant out."""
    print(json.dumps({"missing": str(error)}), flush=True)
    sys.exit(0)
