#include <kplane/rl/run.hpp>

#include <utility>

#include "rl/run/run_core.hpp"

namespace kplane::rl {

class Run::Impl : public RunCore {
 public:
  using RunCore::RunCore;
};

Run::Run(const Client& client, const RunOptions& options) : impl_(std::make_unique<Impl>(client, checked(options))) {}
Run::Run(Run&&) noexcept = default;

Run& Run::operator=(Run&& other) noexcept {
  Run old = std::move(*this);  // closed at the end of this scope
  impl_ = std::move(other.impl_);
  return *this;
}

Run::~Run() {
  if (impl_ && impl_->is_copy()) {
    static_cast<void>(impl_.release());  // its threads and connections belong to the parent too
    return;
  }
  if (impl_) impl_->close_quietly();
}

const std::string& Run::id() const& noexcept { return impl_->id(); }
std::string Run::id() && { return impl_->id(); }
StopToken Run::lost() const noexcept { return impl_->lost(); }
void Run::own(const std::vector<Plane>& planes) { impl_->own(planes); }
void Run::close() { impl_->close(); }

Plane Run::plane(std::string_view cluster, const PlaneOptions& options) { return impl_->plane(cluster, options); }

Fleet Run::create_fleet(std::string_view name, const FleetSpec& spec) { return impl_->create_fleet(name, spec); }

EphemeralFleet Run::ephemeral_fleet(std::string_view name, const FleetSpec& spec, const EphemeralOptions& options) {
  return impl_->ephemeral_fleet(name, spec, options);
}

}  // namespace kplane::rl
