// A string_view read from a temporary Object would outlive what keeps its text alive.
#include <kplane/object.hpp>

kplane::Object make();

auto owning() { return make().get<std::string>("/a"); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto dangling() { return make().get<std::string_view>("/a"); }
#endif
