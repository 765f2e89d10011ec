#!/usr/bin/env python3
"""Writes presence.json: how Go writes the fields of the built-in types, from the sources of k8s.io's modules.

OpenAPI does not tell a pointer from a value, nor what is left out when it is empty. Run it where the modules' sources
are (`go mod download k8s.io/api@v0.34.2` puts them there), with the version that types.json is of:

    python3 src/local_server/tables/make_presence.py ~/go/pkg/mod/k8s.io v0.34.2

presence.json has the modules' version, and for each type of types.json its fields about which there is something to
say: `!` when the field is always written, even when it is empty; `*` when it is a pointer, so that it may hold an empty
value; then the name of its Go type, where that is not the one of its kind, as the errors of Go's decoder say it.
"""

import json
import os
import re
import sys

MODULES = (('api', 'k8s.io/api/', ''), ('apimachinery', 'pkg/apis/meta/', 'meta.'),
           ('apiextensions-apiserver', 'pkg/apis/', ''), ('kube-aggregator', 'pkg/apis/', ''))
STRUCT = re.compile(r'^type (\w+) struct \{\n(.*?)^\}', re.M | re.S)
FIELD = re.compile(r'^\t(?:(\w+)\s+)?([\w.*\[\]]+)\s+`[^`]*json:"([^"]*)"', re.M)
PLAIN = {'string', 'bool', 'int', 'int32', 'int64', 'uint32', 'float64', '[]byte'}
STRUCTURES = {'Time', 'MicroTime', 'Quantity', 'IntOrString', 'any'}


def folders(root, version):
    """The folder of each API version, and the prefix of its types' names in types.json."""
    for module, inside, prefix in MODULES:
        top = os.path.join(root, f'{module}@{version}')
        if module != 'api':
            top = os.path.join(top, inside)
        for folder, _, files in os.walk(top):
            parts = os.path.relpath(folder, top).split(os.sep)
            if re.fullmatch(r'v\d\w*', parts[-1]) and any(name.endswith('types.go') for name in files):
                yield folder, prefix + '.'.join(parts) + '.'


def structures(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith('.go') and not name.endswith('_test.go') and not name.startswith('zz_'):
            with open(os.path.join(folder, name), encoding='utf-8') as file:
                found.update(STRUCT.findall(file.read()))
    return found


def fields_of(found, name):
    for _, go_type, tag in FIELD.findall(found[name]):
        parts = tag.split(',')
        if parts[0]:
            yield parts[0], go_type, set(parts[1:])
        elif go_type in found:  # an embedded structure's fields are its owner's
            yield from fields_of(found, go_type)


def kind_of(types, field):
    return field if isinstance(field, str) else field['is']


def is_structure(types, kind):
    return kind in STRUCTURES or kind in types


def note_of(types, kind, go_type, options, package):
    pointer = go_type.startswith('*')
    structure = is_structure(types, kind) and not pointer
    always = 'omitzero' not in options and (structure or 'omitempty' not in options)
    name = go_type.lstrip('*')
    bare = re.sub(r'^\[\]|^map\[\w+\]', '', name)
    named = name not in PLAIN and bare not in PLAIN and not is_structure(types, kind)
    if not named or kind.startswith(('[]', 'map[')):
        name = ''
    elif '.' not in name:
        name = f'{package}.{name}'
    return ('!' if always else '') + ('*' if pointer else '') + name


def presence_of(types, root, version):
    table = {}
    for folder, prefix in folders(root, version):
        found = structures(folder)
        for name in found:
            fields = types.get(prefix + name)
            if fields is None:
                continue
            notes = {}
            for field, go_type, options in fields_of(found, name):
                if field in fields:
                    notes[field] = note_of(types, kind_of(types, fields[field]), go_type, options,
                                           os.path.basename(folder))
            table[prefix + name] = {field: note for field, note in sorted(notes.items()) if note}
    return table


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root, version = sys.argv[1:]
    with open(os.path.join(here, 'types.json'), encoding='utf-8') as file:
        types = json.load(file)['types']
    table = presence_of(types, root, version)
    lines = ',\n'.join(f'  {json.dumps(name)}: {json.dumps(table[name], separators=(",", ":"))}' for name in sorted(table))
    with open(os.path.join(here, 'presence.json'), 'w', encoding='utf-8') as file:
        file.write('{"version": %s,\n"types": {\n%s\n}}\n' % (json.dumps(version), lines))
    for name in sorted(set(types) - set(table)):
        print('no source of', name)


if __name__ == '__main__':
    main()
