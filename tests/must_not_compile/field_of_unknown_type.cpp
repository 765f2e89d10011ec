// Object::get reads five types; any other is refused with a list of them.
#include <kplane/object.hpp>

auto known(const kplane::Object& object) { return object.get<double>("/a"); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto unknown(const kplane::Object& object) { return object.get<int>("/a"); }
#endif
