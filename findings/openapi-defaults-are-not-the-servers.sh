#!/usr/bin/env bash
# A schema's "default" is what a program may fill in where a field is missing. In the OpenAPI v3 documents that
# Kubernetes publishes (and API servers serve), it often is not. Fields that are *required* have one, hundreds in the four
# groups looked at: the zero value of the field's type in Go, which servers refuse. So ContainerPort.containerPort
# defaults to 0, beside a description that demands 0 < x < 65536, EnvVar.name to "", and an autoscaler's maxReplicas to
# 0. And the values that servers really fill in are mostly not there: PodSpec.restartPolicy and dnsPolicy, a probe's
# periodSeconds and a Service's type have none. An exception that misleads: ContainerPort.protocol does say TCP.
# A program that fills in objects by these documents makes invalid ones out of incomplete ones, and one that compares by
# them misses what every server adds.
#
# Seen with the documents of k8s.io/kubernetes v1.34.2, by running this script. Needs Go with its module proxy, and
# Python 3.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"

export GOFLAGS=-mod=mod GOMODCACHE="$work/modules"
folder=$(go mod download -json k8s.io/kubernetes@v1.34.2 | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')

python3 - "$folder/api/openapi-spec/v3" >seen <<'PYTHON'
import json
import sys

GROUPS = ('api__v1', 'apis__apps__v1', 'apis__batch__v1', 'apis__autoscaling__v2')
schemas = {}
for group in GROUPS:
    with open(f'{sys.argv[1]}/{group}_openapi.json', encoding='utf-8') as file:
        schemas.update(json.load(file)['components']['schemas'])

required = [(name, field) for name, schema in schemas.items() for field in schema.get('required', [])]
both = [(name, field) for name, field in required if 'default' in schemas[name]['properties'][field]]
print('some required fields have a default:', len(both) > 100)


def field(kind, name):
    (schema,) = [schema for full, schema in schemas.items() if full.endswith('.' + kind)]
    return schema, schema['properties'][name]


for kind, name in (('core.v1.ContainerPort', 'containerPort'), ('core.v1.EnvVar', 'name'),
                   ('autoscaling.v2.HorizontalPodAutoscalerSpec', 'maxReplicas'), ('core.v1.ContainerPort', 'protocol'),
                   ('core.v1.PodSpec', 'restartPolicy'), ('core.v1.PodSpec', 'dnsPolicy'),
                   ('core.v1.Probe', 'periodSeconds'), ('core.v1.ServiceSpec', 'type')):
    schema, found = field(kind, name)
    print(kind, name, 'required' if name in schema.get('required', []) else 'optional',
          json.dumps(found['default']) if 'default' in found else 'none')
print('the description of containerPort demands more than 0:', '0 < x' in field('core.v1.ContainerPort', 'containerPort')[1]['description'])
PYTHON

diff - seen <<'SEEN'
some required fields have a default: True
core.v1.ContainerPort containerPort required 0
core.v1.EnvVar name required ""
autoscaling.v2.HorizontalPodAutoscalerSpec maxReplicas required 0
core.v1.ContainerPort protocol optional "TCP"
core.v1.PodSpec restartPolicy optional none
core.v1.PodSpec dnsPolicy optional none
core.v1.Probe periodSeconds optional none
core.v1.ServiceSpec type optional none
the description of containerPort demands more than 0: True
SEEN
echo "as seen before"
