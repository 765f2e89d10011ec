// Paths that several tests ask for.
#pragma once

constexpr const char kFleets[] = "/apis/kplane.dev/v1/fleets";
constexpr const char kMaps[] = "/clusters/a/control-plane/api/v1/namespaces/default/configmaps";
constexpr const char kState[] = "/clusters/a/control-plane/state";
