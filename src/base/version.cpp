#include <kplane/version.hpp>

namespace kplane {

std::string_view version() noexcept { return KPLANE_VERSION_STRING; }

}  // namespace kplane
