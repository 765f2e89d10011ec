// Object::json needs <kplane/json.hpp>; the error names that header.
#include <kplane/kplane.hpp>

auto text(const kplane::Object& object) { return object.raw(); }
#ifdef KPLANE_MUST_NOT_COMPILE
auto tree(const kplane::Object& object) { return object.json(); }
#endif
