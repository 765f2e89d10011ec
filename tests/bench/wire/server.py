"""The web server of the wire benchmark: nginx on free loopback ports, with state bodies for files."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.request

BODIES = ("fresh", "rollout", "large")
START_TRIES = 5
START_SECONDS = 10
STOP_SECONDS = 5

# Plane IDs choose the answer by what stands before their first hyphen. A stalled plane sends its headers and then a
# byte a second; a silent one is handed on to a socket that nobody reads.
CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {scratch}/nginx.pid;
error_log {scratch}/error.log;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush off;  # it holds the ends of filtered answers back
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  open_file_cache max=16 inactive=1h;
  open_file_cache_valid 1h;
  etag off;
  types {{ }}
  default_type application/json;
  client_body_temp_path {scratch}/temporary;
  proxy_temp_path {scratch}/temporary;
  fastcgi_temp_path {scratch}/temporary;
  uwsgi_temp_path {scratch}/temporary;
  scgi_temp_path {scratch}/temporary;
  ssl_certificate {scratch}/certificate.pem;
  ssl_certificate_key {scratch}/key.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  server {{
    listen 127.0.0.1:{plain};
    listen 127.0.0.1:{tls} ssl;
    listen 127.0.0.1:{http2} ssl http2;
    location ~ ^/clusters/(?<plane>(?<body>fresh|rollout|large)-[^/]+)/control-plane/state$ {{
      alias {scratch}/$body.json;
      sub_filter_types application/json;
      sub_filter '"cluster":"$body"' '"cluster":"$plane"';
    }}
    location ~ ^/clusters/stalled-[^/]+/control-plane/state$ {{
      limit_rate 1;
      alias {scratch}/large.json;
    }}
    location ~ ^/clusters/silent-[^/]+/control-plane/state$ {{
      proxy_read_timeout 1h;
      proxy_pass http://127.0.0.1:{silent};
    }}
    location ~ ^/clusters/failing-[^/]+/control-plane/state$ {{
      return 500 '{failure}';
    }}
  }}
}}
"""
FAILURE = {
    "kind": "Status",
    "apiVersion": "v1",
    "status": "Failure",
    "message": "the plane is gone",
    "reason": "InternalError",
    "code": 500,
}
POD_FIELDS = (
    ("status", "phase"),
    ("metadata", "labels", "app.kubernetes.io/name"),
    ("metadata", "labels", "tier"),
)


class ServerError(Exception):
    """The server could not be started."""


class Body:
    """What reading one body must come to: the checksums of the contestants."""

    def __init__(self, text):
        state = json.loads(text)
        pods = [pod for r in state["resources"] if r["resource"] == "pods" for pod in r["items"]]
        self.checksums = {
            "bytes": len(text) - len(state["cluster"]),  # the server puts the plane's name there
            "items": sum(len(resource["items"]) for resource in state["resources"]),
            "score": sum(len(field(pod, path)) for pod in pods for path in POD_FIELDS),
        }


def field(value, path):
    for name in path:
        value = value[name]
    return value


def tool(name):
    """The path of a program, or None. Where Debian puts servers is not on everybody's PATH."""
    return shutil.which(name, path=os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin")


def required_tool(name):
    path = tool(name)
    if path is None:
        raise ServerError(f"{name} is not installed")
    return path


def nginx_version():
    printed = subprocess.run([required_tool("nginx"), "-v"], stderr=subprocess.PIPE, text=True, check=True)
    return printed.stderr.strip().removeprefix("nginx version: ")


def write_bodies(scratch, program):
    bodies = {}
    for name in BODIES:
        text = subprocess.run([program, name], stdout=subprocess.PIPE, check=True).stdout
        (scratch / f"{name}.json").write_bytes(text)
        bodies[name] = Body(text)
    return bodies


def write_certificate(scratch):
    command = [required_tool("openssl"), "req", "-x509", "-nodes", "-days", "2"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(scratch / "key.pem"), "-out", str(scratch / "certificate.pem")]
    subprocess.run(command, stderr=subprocess.DEVNULL, check=True)


def free_ports(count):
    """Ports that were free a moment ago: whoever uses them must be ready to ask again."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for unused in sockets:
            unused.bind(("127.0.0.1", 0))
        return [unused.getsockname()[1] for unused in sockets]


class Nginx:
    """A running nginx; a context manager. `urls` has the base URLs of its listeners: plain, tls and http2."""

    def __init__(self, scratch, state_body_program):
        self.scratch = pathlib.Path(scratch)
        self.ca_file = self.scratch / "certificate.pem"
        self.bodies = write_bodies(self.scratch, state_body_program)
        self.urls = {}
        self._process = None
        self._silent = socket.create_server(("127.0.0.1", 0), backlog=1024)
        write_certificate(self.scratch)

    def __enter__(self):
        try:
            for _ in range(START_TRIES):
                if self._start():
                    return self
            raise ServerError("nginx does not start:\n" + self._log().read_text())
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_):
        if self._process is not None:
            stop(self._process)
        self._silent.close()

    def _start(self):
        plain, tls, http2 = free_ports(3)
        self.urls = {
            "plain": f"http://127.0.0.1:{plain}",
            "tls": f"https://127.0.0.1:{tls}",
            "http2": f"https://127.0.0.1:{http2}",
        }
        configuration = CONFIGURATION.format(
            scratch=self.scratch,
            user="user root;" if os.geteuid() == 0 else "",
            plain=plain,
            tls=tls,
            http2=http2,
            silent=self._silent.getsockname()[1],
            failure=json.dumps(FAILURE),
        )
        (self.scratch / "nginx.conf").write_text(configuration)
        command = [required_tool("nginx"), "-p", str(self.scratch), "-c", "nginx.conf", "-e", str(self._log())]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        return self._answers()

    def _log(self):
        return self.scratch / "error.log"

    def _answers(self):
        deadline = time.monotonic() + START_SECONDS
        url = self.urls["plain"] + "/clusters/fresh-0/control-plane/state"
        while time.monotonic() < deadline and self._process.poll() is None:
            if is_served(url):
                return True
            time.sleep(0.01)
        stop(self._process)
        return False


def direct_opener():
    """Opens URLs whatever proxies the environment names."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def is_served(url):
    try:
        with direct_opener().open(url, timeout=1) as response:
            return response.status == 200
    except OSError:
        return False


def stop(process):
    """Ends a child process: asks first."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class KplaneLocal:
    """A running kplane-local; a context manager with `url` and `token`."""

    def __init__(self, program):
        self._program = program
        self._process = None
        self.url = self.token = self.body = None

    def __enter__(self):
        self._process = subprocess.Popen(
            [str(self._program)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        try:
            self.url = self._exported("KPLANE_HOST")
            self.token = self._exported("KPLANE_TOKEN")
            self.body = Body(self._read_state())
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        stop(self._process)
        self._process.stdout.close()

    def _exported(self, name):
        line = self._process.stdout.readline().strip()
        if not line.startswith(f"export {name}="):
            raise ServerError(f"kplane-local printed {line!r} where {name} was expected")
        return line.split("=", 1)[1]

    def _read_state(self):
        request = urllib.request.Request(
            self.url + "/clusters/probe/control-plane/state", headers={"Authorization": f"Bearer {self.token}"}
        )
        with direct_opener().open(request, timeout=START_SECONDS) as response:
            return response.read()
