// How the ranks exchange what they have seen and learned.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <kplane/rl/join_fleet.hpp>

namespace distributed {

/// All ranks call the same functions in the same order.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// What rank 0 makes of the texts of all.
  using Make = std::function<std::string(const std::vector<std::string>& texts)>;

  /// Collects a text of each rank. @return at every rank what `make`, called at rank 0 alone, made of them
  virtual std::string reduce(const std::string& text, const Make& make) = 0;
  virtual void barrier() = 0;
};

/// By objects in the root plane: for whatever starts processes, and brings no way to exchange anything.
class RootPlaneExchange final : public Exchange {
 public:
  /// @param joined must outlive it
  explicit RootPlaneExchange(kplane::rl::JoinedFleet& joined) : joined_(joined) {}
  std::string reduce(const std::string& text, const Make& make) override { return joined_.reduce(text, make); }
  void barrier() override { joined_.barrier(); }

 private:
  kplane::rl::JoinedFleet& joined_;
};

}  // namespace distributed
