// An iterator into a list that nobody keeps would dangle.
#include <kplane/plane.hpp>

auto all(const kplane::Resource& pods) { return pods.list().all(); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling(const kplane::Resource& pods) { return pods.list().begin(); }
#endif
