#!/usr/bin/env python3
"""Writes types.json: the fields of the built-in types, from the OpenAPI v3 documents of a real API server.

Run it beside a real server, as `./dev real --serve` starts one, with its KPLANE_HOST, KPLANE_TOKEN and KPLANE_CA_FILE:

    python3 src/local_server/tables/make_types.py

types.json has the server's version, `kinds` (group/version/kind to the name of a type), and `types`. A type has the
names of its fields, each with what stands in it: `string`, `int32`, `int64`, `number`, `boolean`, `bytes` (base64),
`Quantity`, `Time`, `MicroTime`, `IntOrString`, `any`, the name of a type, `[]T`, or `map[string]T`. A field about
which more is known is an object with that as its `is`, and

    required      true
    default       the value that the schema gives; {} marks a structure that is always written, even when empty
    enum          all values there are, of the field or of the list's items
    list          `set` or `map`; a list is atomic otherwise
    keys          what names an item of a `map` list
    mergeKey      what names an item in a strategic merge patch, which replaces other lists
    merge         true: a strategic merge patch adds to this list of scalars, or merges into this object
    retainKeys    true: a strategic merge patch may name the fields to keep
    atomic        true: a map or an object that one field manager owns as a whole
    atomicItems   true: the same of each item of a list or a map
"""

import json
import os

from real_server import Server

PREFIXES = (
    ('io.k8s.apimachinery.pkg.apis.meta.', 'meta.'),
    ('io.k8s.apiextensions-apiserver.pkg.apis.', ''),
    ('io.k8s.kube-aggregator.pkg.apis.', ''),
    ('io.k8s.api.', ''),
)
LEAVES = {
    'io.k8s.apimachinery.pkg.api.resource.Quantity': 'Quantity',
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'IntOrString',
    'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'Time',
    'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'MicroTime',
    'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
    'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'any',
}
SCALARS = {'string': 'string', 'boolean': 'boolean', 'number': 'number', 'integer': 'int64', 'object': 'any'}
REFERENCE = '#/components/schemas/'


def schemas_of(server):
    schemas = {}
    for path in server.document('/openapi/v3')['paths']:
        if path.startswith('api/v') or (path.startswith('apis/') and path.count('/') == 2):
            schemas.update(server.document('/openapi/v3/' + path)['components']['schemas'])
    return schemas


def short_name(name):
    for prefix, replacement in PREFIXES:
        if name.startswith(prefix):
            return replacement + name[len(prefix):]
    return name


def reference(schema):
    for part in [schema, *schema.get('allOf', [])]:
        if '$ref' in part:
            return part['$ref'][len(REFERENCE):]
    return None


def is_structure(schemas, name):
    return bool(schemas[name].get('properties'))


def expression(schemas, schema):
    name = reference(schema)
    if name is not None:
        if name in LEAVES:
            return LEAVES[name]
        return short_name(name) if is_structure(schemas, name) else 'any'
    kind, form = schema.get('type'), schema.get('format')
    if kind == 'array':
        return '[]' + expression(schemas, schema['items'])
    if kind == 'object' and 'additionalProperties' in schema:
        return 'map[string]' + expression(schemas, schema['additionalProperties'])
    return {'int32': 'int32', 'byte': 'bytes', 'date-time': 'Time'}.get(form) or SCALARS.get(kind, 'any')


def field_of(schemas, schema, required):
    name = reference(schema)
    target = schemas[name] if name is not None else {}
    item = reference(schema.get('items') or schema.get('additionalProperties') or {})
    strategy = schema.get('x-kubernetes-patch-strategy', '').split(',')
    more = {
        'required': required or None,
        'default': schema.get('default'),
        'enum': schema.get('enum') or schema.get('items', {}).get('enum'),
        'list': {'set': 'set', 'map': 'map'}.get(schema.get('x-kubernetes-list-type')),
        'keys': schema.get('x-kubernetes-list-map-keys'),
        'mergeKey': schema.get('x-kubernetes-patch-merge-key') if 'merge' in strategy else None,
        'merge': True if 'merge' in strategy and 'x-kubernetes-patch-merge-key' not in schema else None,
        'retainKeys': True if 'retainKeys' in strategy else None,
        'atomic': True if 'atomic' in (schema.get('x-kubernetes-map-type'), target.get('x-kubernetes-map-type')) else None,
        'atomicItems': True if item is not None and schemas[item].get('x-kubernetes-map-type') == 'atomic' else None,
    }
    more = {key: value for key, value in more.items() if value is not None}
    kind = expression(schemas, schema)
    return {'is': kind, **more} if more else kind


def type_of(schemas, schema):
    required = schema.get('required', [])
    return {name: field_of(schemas, field, name in required) for name, field in schema['properties'].items()}


def table_of(schemas, version):
    kinds, types = {}, {}
    for name, schema in sorted(schemas.items()):
        if name in LEAVES or not is_structure(schemas, name):
            continue
        types[short_name(name)] = type_of(schemas, schema)
        kind = schema.get('x-kubernetes-group-version-kind', [])
        if len(kind) == 1 and not kind[0]['kind'].endswith('List'):
            kinds['/'.join(part for part in (kind[0]['group'], kind[0]['version'], kind[0]['kind']) if part)] = short_name(name)
    return {'version': version, 'kinds': kinds, 'types': types}


def write(table, path):
    """One line for each entry, so that a change of version reads as a change of lines."""
    def lines(entries):
        return ',\n'.join(f'  {json.dumps(key)}: {json.dumps(value, separators=(",", ":"))}' for key, value in entries.items())
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{"version": %s,\n"kinds": {\n%s\n},\n"types": {\n%s\n}}\n'
                   % (json.dumps(table['version']), lines(table['kinds']), lines(table['types'])))


def main():
    server = Server()
    table = table_of(schemas_of(server), server.document('/version')['gitVersion'])
    write(table, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'types.json'))


if __name__ == '__main__':
    main()
