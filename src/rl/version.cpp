#include <kplane/rl/version.hpp>

#include <kplane/version.hpp>

namespace kplane::rl {

std::string_view version() noexcept { return KPLANE_VERSION_STRING; }

}  // namespace kplane::rl
