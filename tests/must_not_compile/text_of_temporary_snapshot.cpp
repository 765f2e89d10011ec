// The text of a Snapshot that nobody keeps would dangle.
#include <kplane/snapshot.hpp>

kplane::Snapshot read();

auto size(const kplane::Snapshot& snapshot) { return snapshot.raw().size(); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling() { return read().raw(); }
#endif
