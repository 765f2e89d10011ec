// Naming the group does not keep the Snapshot alive either.
#include <kplane/snapshot.hpp>

kplane::Snapshot read();

auto count(const kplane::Snapshot& snapshot) { return snapshot.by_resource("events", "events.k8s.io"); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling() { return read().by_resource("events", "events.k8s.io"); }
#endif
