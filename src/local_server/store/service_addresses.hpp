// The cluster IPs and node ports of one plane's Services.
#pragma once

#include <set>
#include <string>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// Allocates addresses of 10.0.0.0/24 and ports from 30000 to 32767, the defaults of a real server. Not thread-safe:
/// its store's mutex guards it.
class ServiceAddresses {
 public:
  /// Fills in what a Service needs but does not specify. Nothing is reserved until note() is called.
  /// @param before nullptr for a new Service
  /// @throws StatusError 422 when it names an address or a port that it cannot have; 500 when none are left
  void allocate(nlohmann::json& service, const nlohmann::json* before);

  /// Call when a Service was written or deleted. @param before, after nullptr: none
  void note(const nlohmann::json* before, const nlohmann::json* after);

 private:
  [[nodiscard]] std::string next_address();
  [[nodiscard]] int next_port(const std::set<int>& own);
  void allocate_address(const std::string& name, nlohmann::json& spec, const nlohmann::json* before);
  void allocate_ports(const std::string& name, nlohmann::json& spec, const nlohmann::json* before);

  std::set<std::string> addresses_{};
  std::set<int> ports_{};
  int last_address_ = 1;
  int last_port_ = 29'999;
};

}  // namespace kplane::testing::server
