// Fields and types that comparisons of states ignore.
#pragma once

#include <string>
#include <vector>

namespace kplane {

/// What diff() and digest() ignore. A plain aggregate: use designated initialisers.
///
/// By default, whatever a server sets by itself, so that the same content in two planes, or before and after a restore,
/// compares equal:
/// - the types `events`, `events.events.k8s.io` and `leases.coordination.k8s.io`;
/// - in `/metadata`: `uid`, `resourceVersion`, `generation`, `creationTimestamp`, `managedFields`, `selfLink`,
///   the label `multicluster.k8s.io/cluster` (contract §10), the `uid` of each owner reference, and the value of
///   `deletionTimestamp`, though not whether there is one;
/// - in `/status`: `observedGeneration`, and of each condition `observedGeneration` and its times
///   (`lastTransitionTime`, `lastUpdateTime`, `lastHeartbeatTime`, `lastProbeTime`);
/// - in `/spec` of a PersistentVolume: the `uid` and `resourceVersion` of its `claimRef`;
/// - the labels `controller-uid` and `batch.kubernetes.io/controller-uid`, by which a Job selects its pods: in
///   `/metadata/labels`, `/spec/selector/matchLabels` and `/spec/template/metadata/labels`.
///
/// A nested object of which nothing else is left counts as absent: `labels` with only the plane's label equals no
/// `labels`.
struct DiffOptions {
  /// Further fields of all objects: JSON pointers (RFC 6901) in which the token `*` matches every field and element,
  /// such as `/status` or `/spec/template/spec/containers/*/image`.
  std::vector<std::string> ignored_fields{};
  /// Further types, by plural and group as kubectl names them: `pods`, `deployments.apps`.
  std::vector<std::string> ignored_types{};
  /// False: fields that the server sets are compared too.
  bool ignore_server_fields = true;
};

/// What digest() ignores.
using DigestOptions = DiffOptions;

}  // namespace kplane
