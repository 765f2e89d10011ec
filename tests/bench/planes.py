#!/usr/bin/env python3
"""Fresh planes of LocalServer: what each costs in memory, and how many are made in a second. Each is read once."""

import argparse
import http.client
import pathlib
import time
import urllib.parse

from local_server import kplane_local


def resident_kilobytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def read_planes(url, token, count):
    """Makes planes by reading their states, over one connection. @return seconds"""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    begin = time.monotonic()
    for i in range(count):
        connection.request("GET", f"/clusters/p{i:05}/control-plane/state", headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        body = response.read()
        if response.status != 200 or b'"kube-system"' not in body:
            raise RuntimeError(f"plane {i}: {response.status}, {len(body)} bytes")
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--planes", type=int, default=10_000)
    parser.add_argument("--max-megabytes", type=int, help="fail when the server has more in memory")
    arguments = parser.parse_args()
    with kplane_local(arguments.build) as server:
        before = resident_kilobytes(server.pid)
        seconds = read_planes(server.url, server.token, arguments.planes)
        after = resident_kilobytes(server.pid)
    print(f"  {arguments.planes:,} fresh planes, each read once: {after / 1024:,.0f} MB in all, "
          f"{(after - before) / arguments.planes:.1f} kB a plane, {arguments.planes / seconds:,.0f} planes a second")
    if arguments.max_megabytes and after > arguments.max_megabytes * 1024:
        raise SystemExit(f"more than {arguments.max_megabytes} MB")


if __name__ == "__main__":
    main()
