// How the ranks exchange what they have seen and learned.
#pragma once

#include <string>
#include <vector>

#include <kplane/rl/join_fleet.hpp>

namespace distributed {

/// All ranks call the same functions in the same order.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// @return at rank 0 the texts of all ranks, by rank; elsewhere nothing
  virtual std::vector<std::string> gather(const std::string& text) = 0;
  /// @return rank 0's text
  virtual std::string broadcast(const std::string& text) = 0;
  virtual void barrier() = 0;
};

/// By objects in the root plane: for whatever starts processes, and brings no way to exchange anything.
class RootPlaneExchange final : public Exchange {
 public:
  /// @param joined must outlive it
  explicit RootPlaneExchange(kplane::rl::JoinedFleet& joined) : joined_(joined) {}
  std::vector<std::string> gather(const std::string& text) override { return joined_.gather(text); }
  std::string broadcast(const std::string& text) override { return joined_.broadcast(text); }
  void barrier() override { joined_.barrier(); }

 private:
  kplane::rl::JoinedFleet& joined_;
};

}  // namespace distributed
