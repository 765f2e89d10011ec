// Paths that several tests ask for.
#pragma once

inline constexpr const char kFleets[] = "/apis/kplane.dev/v1/fleets";
inline constexpr const char kMaps[] = "/clusters/a/control-plane/api/v1/namespaces/default/configmaps";
inline constexpr const char kState[] = "/clusters/a/control-plane/state";
