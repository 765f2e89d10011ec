#!/usr/bin/env python3
"""A kplane server made of real Kubernetes API servers, without controllers, on loopback.

Every plane is a kube-apiserver of its own over an etcd prefix of its own: started on first access, some four seconds
and 300 MB each. This program routes /clusters/ID/control-plane/... to them and adds what kplane adds: /state, Fleets,
the label that kplane puts on every stored object, and /openapi/kplane.yaml.

Prints one line of shell exports (KPLANE_HOST, KPLANE_TOKEN, KPLANE_CA_FILE) when it is ready; runs until SIGTERM or
Ctrl-C. Only Python's standard library and openssl are needed. State is made of LISTs of some 60 types: use it for how
a server behaves, not for how fast it is.
"""

import argparse
import http.client
import http.server
import json
import os
import random
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

TOKEN = 'realtoken'
LABEL = 'multicluster.k8s.io/cluster'
PLANE_PATH = re.compile(r'^/clusters/([^/?]+)/control-plane(/[^?]*)?(\?.*)?$')
PLANE_ID = re.compile(r'[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?')
HOP_BY_HOP = ('host', 'connection', 'content-length', 'transfer-encoding')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def now():
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())


class ApiServers:
    """etcd, and one kube-apiserver for each plane that is in use; the least recently used stops beyond `most`."""

    def __init__(self, arguments, folder):
        self.arguments, self.folder = arguments, folder
        self.lock = threading.RLock()
        self.has_spare = threading.Condition(self.lock)
        self.serves_fleets = threading.Event()
        self.processes, self.spare, self.planes, self.used, self.gates, self.made = [], [], {}, {}, {}, 0
        self.context = ssl._create_unverified_context()  # each apiserver signs its own certificate
        self.write('tokens.csv', f'{TOKEN},admin,admin,system:masters\nviewtoken,viewer,viewer\nalicetoken,alice,alice\n')
        self.openssl('genrsa', '-out', self.path('sa.key'), '2048')
        self.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', self.path('k.pem'), '-out',
                     self.path('c.pem'), '-days', '3', '-subj', '/CN=127.0.0.1', '-addext',
                     'subjectAltName=IP:127.0.0.1,DNS:localhost')
        self.etcd_url, peer_url = (f'http://127.0.0.1:{free_port()}' for _ in range(2))
        self.start('etcd.log', arguments.etcd, '--data-dir', self.path('etcd'), '--listen-client-urls', self.etcd_url,
                   '--advertise-client-urls', self.etcd_url, '--listen-peer-urls', peer_url,
                   '--initial-advertise-peer-urls', peer_url, '--initial-cluster', f'default={peer_url}')
        threading.Thread(target=self.keep_spares, daemon=True).start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.write(text)

    def openssl(self, *words):
        subprocess.run(('openssl',) + words, stderr=subprocess.DEVNULL, check=True)

    def start(self, log, *command):
        with open(self.path(log), 'w', encoding='utf-8') as out:
            process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        self.processes.append(process)
        return process

    def stop(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def boot(self, number):
        """Starts the apiserver over etcd prefix `number` and waits until it is ready. -> (port, process)"""
        port = free_port()
        # Some errors show the prefix. The first plane beside the root plane has Kubernetes' own, as when they were recorded.
        prefix = '/registry' if number == 2 else f'/registry-{number}'
        label_policy = () if self.arguments.no_label else (
            '--feature-gates=MutatingAdmissionPolicy=true',
            '--runtime-config=admissionregistration.k8s.io/v1beta1=true')
        process = self.start(
            f'apiserver{number}.log', self.arguments.apiserver, f'--etcd-servers={self.etcd_url}',
            f'--etcd-prefix={prefix}', f'--cert-dir={self.path(f"certificates{number}")}',
            '--bind-address=127.0.0.1', f'--secure-port={port}', '--authorization-mode=RBAC', '--anonymous-auth=true',
            f'--token-auth-file={self.path("tokens.csv")}', '--allow-privileged=true',
            '--service-cluster-ip-range=10.0.0.0/24', '--service-account-issuer=https://test',
            f'--service-account-signing-key-file={self.path("sa.key")}',
            f'--service-account-key-file={self.path("sa.key")}', *label_policy, '--v=1')
        for _ in range(1200):
            if process.poll() is not None:
                break
            try:
                if self.call(port, 'GET', '/readyz')[0] == 200:
                    return port, process
            except OSError:
                pass
            time.sleep(.1)
        raise RuntimeError(f'an apiserver did not become ready; its log is {self.path(f"apiserver{number}.log")}')

    def keep_spares(self):
        while True:
            with self.lock:
                enough = len(self.spare) >= self.arguments.spare
                if not enough:
                    self.made += 1
                    number = self.made
            if enough:
                time.sleep(.1)
                continue
            try:
                port, process = self.boot(number)
            except RuntimeError as error:
                print(f'serve.py: {error}', file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGTERM)
                return
            with self.lock:
                self.spare.append((number, port, process))
                self.has_spare.notify_all()

    def is_known(self, plane):
        return plane in self.planes

    def port_of(self, plane):
        """The port of the plane's apiserver, which is started where it does not run; only that plane waits for it."""
        with self.lock:
            self.used[plane] = time.monotonic()
            gate = self.gates.setdefault(plane, threading.Lock())
        with gate:
            number, port, _ = self.planes.get(plane, (0, 0, None))
            if port:
                return port
            started = (number, *self.boot(number)) if number else self.take_spare(plane)
            with self.lock:
                self.planes[plane] = started
                self.stop_least_recently_used(plane)
            return started[1]

    def take_spare(self, plane):
        with self.lock:
            while not self.spare:
                self.has_spare.wait()
            started = self.spare.pop(0)
        if not self.arguments.no_label:
            self.label_everything(started[1], plane)
        return started

    def stop_least_recently_used(self, kept):
        running = [p for p, (_, port, _) in self.planes.items() if port and p not in ('root', kept)]
        if len(running) < self.arguments.most:
            return
        oldest = min(running, key=lambda p: self.used[p])
        number, _, process = self.planes[oldest]
        process.kill()
        self.planes[oldest] = (number, 0, None)

    def connect(self, port):
        return http.client.HTTPSConnection('127.0.0.1', port, context=self.context, timeout=300)

    def call(self, port, method, path, body=None, content_type='application/json'):
        """-> (status, body)"""
        connection = self.connect(port)
        headers = {'Authorization': 'Bearer ' + TOKEN, 'Content-Type': content_type, 'Accept': 'application/json',
                   'User-Agent': 'serve.py'}
        connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response.status, data

    def label_everything(self, port, plane):
        """Has the apiserver put kplane's label on whatever is written, and refuse it where the ID is no label value."""
        rule = {'apiGroups': ['*'], 'apiVersions': ['*'], 'operations': ['CREATE', 'UPDATE'], 'resources': ['*']}
        expression = 'Object{metadata: Object.metadata{labels: {"%s": "%s"}}}' % (LABEL, plane)
        group = 'admissionregistration.k8s.io/v1beta1'
        metadata = {'name': 'kplane-label'}
        self.call(port, 'POST', f'/apis/{group}/mutatingadmissionpolicies', {
            'apiVersion': group, 'kind': 'MutatingAdmissionPolicy', 'metadata': metadata,
            'spec': {'failurePolicy': 'Fail', 'reinvocationPolicy': 'Never',
                     'matchConstraints': {'resourceRules': [rule]},
                     'mutations': [{'patchType': 'ApplyConfiguration',
                                    'applyConfiguration': {'expression': expression}}]}})
        self.call(port, 'POST', f'/apis/{group}/mutatingadmissionpolicybindings', {
            'apiVersion': group, 'kind': 'MutatingAdmissionPolicyBinding', 'metadata': metadata,
            'spec': {'policyName': 'kplane-label'}})
        probe = {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'kplane-probe'}}
        for _ in range(100):  # a policy is in force some time after it was made
            status, data = self.call(port, 'POST', '/api/v1/namespaces/default/configmaps?dryRun=All', probe)
            if status == 422 or (status == 201 and LABEL in (json.loads(data)['metadata'].get('labels') or {})):
                return
            time.sleep(.1)
        print(f'serve.py: the label policy is not in force in plane {plane}', file=sys.stderr, flush=True)


FLEET_SCHEMA = {
    'type': 'object', 'required': ['spec'], 'properties': {
        'spec': {'type': 'object', 'required': ['replicas'], 'properties': {
            'replicas': {'type': 'integer', 'minimum': 0, 'format': 'int32'}, 'namePrefix': {'type': 'string'},
            'names': {'type': 'array', 'items': {'type': 'string'}},
            'ttlSeconds': {'type': 'integer', 'format': 'int64', 'minimum': 0}}},
        'status': {'type': 'object', 'properties': {
            'observedGeneration': {'type': 'integer', 'format': 'int64'},
            'readyReplicas': {'type': 'integer', 'format': 'int32'},
            'members': {'type': 'array', 'items': {
                'type': 'object', 'required': ['clusterID', 'phase'], 'properties': {
                    'clusterID': {'type': 'string'}, 'phase': {'type': 'string'}, 'message': {'type': 'string'},
                    'lastTransitionTime': {'type': 'string', 'format': 'date-time'}}}}}}}}
FLEET_CRD = {
    'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition', 'metadata': {'name': 'fleets.kplane.dev'},
    'spec': {'group': 'kplane.dev', 'scope': 'Cluster',
             'names': {'plural': 'fleets', 'singular': 'fleet', 'kind': 'Fleet', 'listKind': 'FleetList',
                       'shortNames': ['flt'], 'categories': ['kplane']},
             'versions': [{'name': 'v1', 'served': True, 'storage': True, 'subresources': {'status': {}},
                           'schema': {'openAPIV3Schema': FLEET_SCHEMA}}]}}
FLEETS = '/apis/kplane.dev/v1/fleets'


class FleetController(threading.Thread):
    """Writes the status of each Fleet in the root plane: members become Ready within a second."""

    def __init__(self, servers, root):
        super().__init__(daemon=True)
        self.servers, self.root, self.ready_at = servers, root, {}

    def wait_until_writable(self):
        """The label policy, which kplane does without, refuses a new type for a moment: until then it is not served."""
        probe = {'apiVersion': 'kplane.dev/v1', 'kind': 'Fleet', 'metadata': {'name': 'probe'}, 'spec': {'replicas': 0}}
        while self.servers.call(self.root, 'POST', FLEETS + '?dryRun=All', probe)[0] != 201:
            time.sleep(.1)
        self.servers.serves_fleets.set()

    def run(self):
        time.sleep(3)  # the CRD comes some time after the server, as in kplane
        self.servers.call(self.root, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', FLEET_CRD)
        self.wait_until_writable()
        while True:
            time.sleep(.2)
            try:
                status, data = self.servers.call(self.root, 'GET', FLEETS)
                for fleet in json.loads(data)['items'] if status == 200 else []:
                    self.reconcile(fleet)
            except (OSError, ValueError, KeyError, http.client.HTTPException) as error:
                print(f'serve.py: Fleets: {error!r}', file=sys.stderr, flush=True)

    def reconcile(self, fleet):
        spec, old = fleet['spec'], fleet.get('status') or {}
        new = {'observedGeneration': fleet['metadata']['generation']}
        members = self.members(fleet['metadata']['name'], spec, {m['clusterID']: m for m in old.get('members', [])})
        ready = sum(m['phase'] == 'Ready' for m in members)
        if ready:
            new['readyReplicas'] = ready
        if members:
            new['members'] = members
        same = old.get('members', []) == members and old.get('observedGeneration') == new['observedGeneration']
        if not same:
            self.servers.call(self.root, 'PATCH', f'{FLEETS}/{fleet["metadata"]["name"]}/status', {'status': new},
                              'application/merge-patch+json')

    def members(self, name, spec, old):
        names = spec.get('names') or []
        if names and len(names) != spec['replicas']:
            why = f'spec.names length ({len(names)}) must equal spec.replicas ({spec["replicas"]})'
            return [self.member('', 'Failed', why, old)]
        prefix = spec.get('namePrefix') or name + '-'
        ids = names or ['%s%04d' % (prefix, i) for i in range(spec['replicas'])]
        return [self.probed(plane, old) for plane in ids]

    def probed(self, plane, old):
        at = self.ready_at.setdefault(plane, time.monotonic() + random.random())
        if time.monotonic() > at and PLANE_ID.fullmatch(plane):
            return self.member(plane, 'Ready', '', old)
        return self.member(plane, 'Pending', 'readyz: an error on the server', old)

    @staticmethod
    def member(plane, phase, message, old):
        before = old.get(plane)
        since = before['lastTransitionTime'] if before and before['phase'] == phase else now()
        made = {'clusterID': plane, 'phase': phase, 'lastTransitionTime': since}
        if message:
            made['message'] = message
        return made


def state_types(servers, port):
    """-> [(group, plural, path)] of what a plane serves and a state shows: the preferred version of each group."""
    groups = json.loads(servers.call(port, 'GET', '/apis')[1])['groups']
    paths = [('', '/api/v1')] + [(g['name'], f'/apis/{g["preferredVersion"]["groupVersion"]}') for g in groups]
    custom = {g['spec']['group'] for g in json.loads(servers.call(
        port, 'GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions')[1])['items']}
    found = []
    for group, path in paths:
        if group in custom:  # types of CRDs have no informer in kplane
            continue
        for kind in json.loads(servers.call(port, 'GET', path)[1])['resources']:
            is_policy = kind['name'].startswith('mutatingadmissionpolic')  # only served here, for the label
            if '/' not in kind['name'] and 'list' in kind['verbs'] and not is_policy:
                found.append((group, kind['name'], f'{path}/{kind["name"]}'))
    return sorted(found)


def state(servers, plane, port, query):
    wanted = [w.strip() for w in query.get('resource', [''])[0].split(',') if w.strip()]
    include_empty = query.get('includeEmpty', [''])[0] == 'true'
    types = state_types(servers, port)
    resources = []
    for group, plural, path in types:
        if wanted and plural not in wanted:
            continue
        items = json.loads(servers.call(port, 'GET', path)[1]).get('items') or []
        for item in items:
            item['metadata'].pop('managedFields', None)
        random.shuffle(items)  # an informer's cache has no order
        if items or include_empty:
            resources.append({'group': group, 'resource': plural, 'synced': True, 'itemCount': len(items), 'items': items})
    return {'cluster': plane, 'snapshotTime': now(), 'liveResources': len(types), 'resources': resources or None}


UNAUTHORIZED = {'kind': 'Status', 'apiVersion': 'v1', 'metadata': {}, 'status': 'Failure', 'message': 'Unauthorized',
                'reason': 'Unauthorized', 'code': 401}


class Router(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, body, content_type, headers=()):
        self.send_response(status)
        self.send_header('Content-Type', content_type)
        self.send_header('Content-Length', str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def answer_text(self, status, text):
        self.answer(status, text.encode(), 'text/plain; charset=utf-8')

    def route(self):
        servers, arguments = self.server.servers, self.server.arguments
        length = int(self.headers.get('Content-Length') or 0)
        body = self.rfile.read(length) if length else None
        match = PLANE_PATH.match(self.path)
        plane = urllib.parse.unquote(match[1]) if match else 'root'
        target = (match[2] or '/') + (match[3] or '') if match else self.path
        url = urllib.parse.urlsplit(target)
        if not match and url.path == '/openapi/kplane.yaml':
            return self.answer(200, self.server.openapi, 'application/yaml')
        if url.path == '/readyz' and not servers.is_known(plane):
            return self.answer_text(200, 'ok')  # kplane's says the process is ready, and starts nothing here
        if plane == 'root' and url.path.startswith('/apis/kplane.dev') and not servers.serves_fleets.is_set():
            return self.answer_text(404, '404 page not found\n')
        port = servers.port_of(plane)
        if match and url.path in ('/state', '/snapshot'):
            if (url.path == '/snapshot') != arguments.old:
                return self.answer_text(404, '404 page not found\n')
            if self.headers.get('Authorization') != 'Bearer ' + TOKEN:
                return self.answer(401, json.dumps(UNAUTHORIZED).encode(), 'application/json')
            text = json.dumps(state(servers, plane, port, urllib.parse.parse_qs(url.query)), separators=(',', ':'))
            return self.answer(200, text.encode() + b'\n', 'application/json', [('X-Snapshot-Cluster', plane)])
        return self.forward(servers.connect(port), target, body)

    def forward(self, upstream, target, body):
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP_BY_HOP}
            upstream.request(self.command, target, body=body, headers=headers)
            response = upstream.getresponse()
            self.send_response(response.status)
            for name, value in response.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            if response.status in (204, 304) or self.command == 'HEAD':
                self.end_headers()
                return
            self.send_header('Transfer-Encoding', 'chunked')
            self.end_headers()
            while piece := response.read1(65536):
                self.wfile.write(b'%x\r\n' % len(piece) + piece + b'\r\n')
                self.wfile.flush()
            self.wfile.write(b'0\r\n\r\n')
        except (OSError, http.client.HTTPException):  # either side went away: the client sees a cut answer
            self.close_connection = True
        finally:
            upstream.close()

    def __getattr__(self, name):  # every method goes on, unknown ones too
        if name.startswith('do_'):
            return self.route
        raise AttributeError(name)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def finish_request(self, request, client_address):
        try:
            super().finish_request(self.tls.wrap_socket(request, server_side=True), client_address)
        except OSError:  # an ssl.SSLError is one
            pass


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--etcd', required=True, help='the program')
    parser.add_argument('--apiserver', required=True, help='the program')
    parser.add_argument('--openapi', required=True, help='the document to serve at /openapi/kplane.yaml')
    parser.add_argument('--port', type=int, default=0, help='default: a free one')
    parser.add_argument('--spare', type=int, default=2, help='apiservers started ahead of need; default: 2')
    parser.add_argument('--most', type=int, default=20, help='planes that run at once; default: 20')
    parser.add_argument('--old', action='store_true', help='serve /snapshot instead of /state')
    parser.add_argument('--no-label', action='store_true', help="do not put kplane's label on what is written")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    folder = tempfile.mkdtemp(prefix='kplane-real-')
    servers = ApiServers(arguments, folder)

    def stop(*_):
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    root = servers.port_of('root')
    FleetController(servers, root).start()
    server = Server(('127.0.0.1', arguments.port), Router)
    server.servers, server.arguments = servers, arguments
    with open(arguments.openapi, 'rb') as f:
        server.openapi = f.read()
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(servers.path('c.pem'), servers.path('k.pem'))
    print(f'export KPLANE_HOST=https://127.0.0.1:{server.server_address[1]} KPLANE_TOKEN={TOKEN} '
          f'KPLANE_CA_FILE={servers.path("c.pem")}', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
