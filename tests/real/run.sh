#!/usr/bin/env bash
# run.sh BUILD SERVER_DIR: runs the live suite, kubectl, the examples, the command line and the recorded exchanges against real
# API servers, and prints what passed. run.sh --serve SERVER_DIR: only starts the server, and says how to reach it.
# BUILD has live_tests, the examples and the command line; SERVER_DIR has what build.sh made.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
results=()
failed=0

serve() {
  python3 "$here/serve.py" --etcd "$server_dir/etcd" --apiserver "$server_dir/apiserver" \
    --openapi "$root/openapi/kplane.v1.yaml" "$@"
}

# start_server [OPTION...]: sets KPLANE_HOST and its siblings.
start_server() {
  coproc SERVER { serve "$@"; }
  # shellcheck disable=SC2153  # coproc sets it
  server_pid=$SERVER_PID
  local exports
  if ! IFS= read -r -u "${SERVER[0]}" exports; then
    printf 'run.sh: the server did not start\n' >&2
    exit 1
  fi
  eval "$exports"
}

stop_server() {
  [ -n "${server_pid:-}" ] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=
}

# check NAME COMMAND...: notes how the command ended.
check() {
  local name=$1 begin=$SECONDS verdict=passed
  shift
  printf '\n== %s\n' "$name"
  if ! "$@"; then
    verdict=FAILED
    failed=1
  fi
  results+=("$(printf '%-28s %s in %d s' "$name" "$verdict" "$((SECONDS - begin))")")
}

live_suite() {
  local jobs
  jobs=$(nproc)
  ctest --test-dir "$build" -R '^live_tests\.' --output-on-failure --no-tests=error --timeout 300 --parallel "$jobs"
}

# The suite's kubeconfigs and client certificates need no real server.
kubectl_suite() {
  KPLANE_KUBECTL=$server_dir/kubectl GTEST_FILTER='Kubectl.*:KubectlVerbs.*:KubectlWatch.*' \
    "$build/tests/kubectl/kubectl_test" --gtest_brief=1
}

recorded_exchanges() {
  python3 "$root/tests/conformance/run.py" --base "$KPLANE_HOST" --token "$KPLANE_TOKEN" --plane recorded --summary
}

# four_ranks RECORDING: the example distributed, as the pods of an Indexed Job start it.
four_ranks() {
  local rank status=0 ranks=()
  for rank in 0 1 2 3; do
    KPLANE_SHARD_SIZE=4 KPLANE_RUN_ID=real-$$ JOB_COMPLETION_INDEX=$rank \
      "$build/examples/distributed" --planes 4 --updates 2 --record "$1" &
    ranks+=($!)
  done
  for rank in "${ranks[@]}"; do wait "$rank" || status=1; done
  return "$status"
}

run_all() {
  local kplane=$build/src/cli/kplane
  recordings=$(mktemp -d)
  start_server
  check "live suite" live_suite
  check "kubectl" kubectl_suite
  check "example quickstart" "$build/examples/quickstart"
  check "example rollout" "$build/examples/rollout" --planes 4 --steps 2 --seed 1
  check "example trainer" "$build/examples/trainer" --planes 4 --updates 3
  check "example seed" "$build/examples/seed" real-shops "$root/examples/seed/shop" --create 2
  check "example handoff" "$build/examples/handoff"
  check "example errors" "$build/examples/errors"
  check "example distributed" four_ranks "$recordings/run"
  check "kplane report" "$kplane" report "$recordings"/run-*.jsonl.zst -o "$recordings/report.html"
  check "kplane doctor" "$kplane" doctor real-doctor
  check "kplane state" "$kplane" state real-doctor namespaces
  check "kplane fleets" "$kplane" fleets
  check "kplane sweep" "$kplane" sweep --dry-run
  check "kplane purge" "$kplane" purge real-doctor --yes
  check "example watch" timeout --preserve-status --signal INT 15 "$build/examples/watch" real-watched v1 configmaps
  stop_server
  start_server --no-label --spare 1  # the exchanges were recorded without kplane's label
  check "recorded exchanges" recorded_exchanges
  stop_server

  printf '\n== Against real API servers\n'
  printf '%s\n' "${results[@]}"
  return "$failed"
}

trap 'stop_server; rm -rf "${recordings:-}"' EXIT
case "${1:-}" in
  --serve)
    server_dir=$2
    printf 'Starting; set these where the program runs. Ctrl-C ends the server and removes what it stored.\n' >&2
    serve
    ;;
  *)
    build=$1 server_dir=$2
    run_all
    ;;
esac
