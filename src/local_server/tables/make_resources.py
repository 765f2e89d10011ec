#!/usr/bin/env python3
"""Writes resources.json: the types that a real API server serves, from its discovery.

Run it beside a real server, as `./dev real --serve` starts one, with its KPLANE_HOST, KPLANE_TOKEN and KPLANE_CA_FILE:

    python3 src/local_server/tables/make_resources.py

resources.json has the server's version, its `groups` in the order in which it lists them, each with its versions and
their priorities, its `resources`, and the names of its health `checks`. A resource has its group, version, plural,
kind, singular name, and

    namespaced    true
    verbs         where they are not the usual eight
    shortNames, categories
    hash          its storageVersionHash; a type without one is not stored
    subresources  by name: `kind`, `group` and `version` where they are not the type's own; `verbs` where they are not
                  get, patch and update

and what discovery does not say, from the tables below: `watched` (a fresh plane has an informer for it), `names` (what
its objects may be called, where that is no subdomain), `scale` (where the replicas and the selector stand).
"""

import json
import os

from real_server import Server

USUAL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
OF_SUBRESOURCES = ['get', 'patch', 'update']
NAMES = {'namespaces': 'label', 'clusterrolebindings': 'segment', 'clusterroles': 'segment', 'rolebindings': 'segment',
         'roles': 'segment'}
NOT_WATCHED = {
    'podtemplates', 'controllerrevisions', 'horizontalpodautoscalers', 'poddisruptionbudgets',
    'certificatesigningrequests', 'csidrivers', 'csinodes', 'csistoragecapacities', 'volumeattachments',
    'volumeattributesclasses', 'deviceclasses', 'resourceclaims', 'resourceclaimtemplates', 'resourceslices',
}


def known(**fields):
    return {name: value for name, value in fields.items() if value}


def subresource_of(owner, listed):
    return known(kind='' if listed['kind'] == owner['kind'] else listed['kind'], group=listed.get('group'),
                 version=listed.get('version'), verbs=None if listed['verbs'] == OF_SUBRESOURCES else listed['verbs'])


def resource_of(group, version, listed):
    name = listed['name']
    stored = 'storageVersionHash' in listed
    return known(group=group, version=version, resource=name, kind=listed['kind'], singular=listed['singularName'],
                 namespaced=listed['namespaced'], verbs=None if listed['verbs'] == USUAL else listed['verbs'],
                 shortNames=listed.get('shortNames'), categories=listed.get('categories'),
                 hash=listed.get('storageVersionHash'), watched=stored and name not in NOT_WATCHED,
                 names=NAMES.get(name))


def resources_of(server, group, version):
    resources = {}
    root = f'/apis/{group}/{version}' if group else f'/api/{version}'
    for listed in server.document(root)['resources']:
        name, _, part = listed['name'].partition('/')
        if not part:
            resources[name] = resource_of(group, version, listed)
            continue
        owner = resources[name]
        owner.setdefault('subresources', {})[part] = subresource_of(owner, listed)
        if part == 'scale':
            owner['scale'] = ['/spec/replicas', '/status/replicas', '/spec/selector']
    return list(resources.values())


def groups_of(server):
    listed = server.document('/apis/apiregistration.k8s.io/v1/apiservices')['items']
    priorities = {(item['spec'].get('group', ''), item['spec']['version']):
                  [item['spec']['groupPriorityMinimum'], item['spec']['versionPriority']] for item in listed}
    groups = [{'name': '', 'versions': [{'version': 'v1'}]}, *server.document('/apis')['groups']]
    return [{'name': group['name'], 'versions': {version['version']: priorities.get((group['name'], version['version']))
                                                 for version in group['versions']}} for group in groups]


def checks_of(server, path):
    return [line[3:-3] for line in server.get(path + '?verbose').splitlines() if line.startswith('[+]')]


def write(table, path):
    """One line for each entry, so that a change of version reads as a change of lines."""
    def lines(entries):
        return ',\n'.join('  ' + json.dumps(entry, separators=(',', ':')) for entry in entries)
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{"version": %s,\n"groups": [\n%s\n],\n"resources": [\n%s\n],\n"checks": {\n%s\n}}\n' % (
            json.dumps(table['version']), lines(table['groups']), lines(table['resources']),
            ',\n'.join(f'  "{path}": {json.dumps(names)}' for path, names in table['checks'].items())))


def main():
    server = Server()
    groups = groups_of(server)
    table = {'version': server.document('/version')['gitVersion'], 'groups': groups,
             'resources': [resource for group in groups for version in group['versions']
                           for resource in resources_of(server, group['name'], version)],
             'checks': {path: checks_of(server, '/' + path) for path in ('healthz', 'livez', 'readyz')}}
    write(table, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'resources.json'))


if __name__ == '__main__':
    main()
