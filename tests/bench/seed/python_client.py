"""Seeds planes with the Python client: server-side apply, one pool of connections for the planes of each thread.
Usage as that of client_go/seed.go: python_client.py URL PREFIX PLANES CONFIGMAPS CONCURRENCY"""

import concurrent.futures
import os
import sys
import threading
import time

import kubernetes

_own = threading.local()


def config_map(index):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"settings-{index}", "namespace": "default"},
        "data": {"key": f"value-{index}", "mode": "training"},
    }


def api_of(url, plane):
    """The client of this thread, directed to a plane: a client for each plane would open a connection for each."""
    if not hasattr(_own, "client"):
        configuration = kubernetes.client.Configuration()
        configuration.api_key = {"authorization": "Bearer " + os.environ["KPLANE_TOKEN"]}
        _own.client = kubernetes.client.ApiClient(configuration)
    _own.client.configuration.host = f"{url}/clusters/{plane}/control-plane"
    return kubernetes.client.CoreV1Api(_own.client)


def seed(url, plane, objects):
    api = api_of(url, plane)
    for index in range(objects):
        body = config_map(index)
        api.patch_namespaced_config_map(body["metadata"]["name"], "default", body, field_manager="seed",
                                        _content_type="application/apply-patch+yaml")


def main():
    url, prefix = sys.argv[1:3]
    planes, objects, concurrency = map(int, sys.argv[3:])
    begin, cpu = time.perf_counter(), time.process_time()
    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        seeded = [pool.submit(seed, url, f"{prefix}-{index:04d}", objects) for index in range(planes)]
        for plane in seeded:
            plane.result()
    print(f"{time.perf_counter() - begin:.6f} {time.process_time() - cpu:.6f}")


if __name__ == "__main__":
    main()
