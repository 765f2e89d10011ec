// An iterator into results that nobody keeps would dangle.
#include <kplane/manifests.hpp>

auto first(const kplane::Plane& plane, const kplane::Manifests& set) { return plane.apply(set)[0]; }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling(const kplane::Plane& plane, const kplane::Manifests& set) { return plane.apply(set).begin(); }
#endif
