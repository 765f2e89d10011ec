// A pointer into a Snapshot that nobody keeps would dangle.
#include <kplane/snapshot.hpp>

kplane::Snapshot read();

auto count_of(const kplane::Snapshot& snapshot) { return snapshot.by_resource("pods"); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling() { return read().by_resource("pods"); }
#endif
