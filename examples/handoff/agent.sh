#!/bin/sh
# An agent that knows nothing but $KUBECONFIG: it sets up a small web shop in the plane that it was handed.
set -eu

# A server that has just made the account may take a moment to know its rights.
attempts=20
until kubectl get configmaps >/dev/null 2>&1; do
  attempts=$((attempts - 1))
  if [ "$attempts" -eq 0 ]; then
    kubectl get configmaps # says why
    exit 1
  fi
  sleep 0.5
done

kubectl create -f - <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {mode: open}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
YAML
kubectl scale deployment web --replicas=3
