// What a comparison of states leaves out.
#pragma once

#include <string>
#include <vector>

namespace kplane {

/// What diff() and digest() leave out. A plain aggregate: use designated initialisers.
///
/// By default, what a server sets by itself, so that the same content in two planes, or before and after a restore, is
/// the same:
/// - the types `events`, `events.events.k8s.io` and `leases.coordination.k8s.io`;
/// - in `/metadata`: `uid`, `resourceVersion`, `generation`, `creationTimestamp`, `managedFields`, `selfLink`, the
/// label
///   `multicluster.k8s.io/cluster` (contract §10), the `uid` of each owner reference, and the value of
///   `deletionTimestamp`, though not whether there is one;
/// - in `/status`: `observedGeneration`, and of each condition `observedGeneration` and its times
/// (`lastTransitionTime`,
///   `lastUpdateTime`, `lastHeartbeatTime`, `lastProbeTime`);
/// - in `/spec` of a PersistentVolume: the `uid` and `resourceVersion` of its `claimRef`;
/// - the labels `controller-uid` and `batch.kubernetes.io/controller-uid`, by which a Job selects its pods: in
///   `/metadata/labels`, `/spec/selector/matchLabels` and `/spec/template/metadata/labels`.
///
/// An object inside another one of which nothing else is left counts as absent: `labels` with the plane's label alone
/// is the same as no `labels`.
struct DiffOptions {
  /// More fields, of all objects: JSON pointers (RFC 6901), in which the token `*` matches every field and every
  /// element, such as `/status` or `/spec/template/spec/containers/*/image`.
  std::vector<std::string> ignored_fields{};
  /// More types, by their plurals with the group, as kubectl names them: `pods`, `deployments.apps`.
  std::vector<std::string> ignored_types{};
  /// False: what the server sets counts too.
  bool ignore_server_fields = true;
};

/// What digest() leaves out.
using DigestOptions = DiffOptions;

}  // namespace kplane
