// The language of the query parameter `labelSelector`, parsed and rejected as Kubernetes does.
#pragma once

#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace kplane::testing::server {

/// A text is not a selector; the message is the real server's.
class SelectorError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One condition on a label.
struct LabelRequirement {
  enum class Operator { exists, does_not_exist, in, not_in, greater_than, less_than };

  std::string key{};
  Operator op = Operator::exists;
  std::set<std::string> values{};  ///< of `in` and `not_in`; the one bound of `greater_than` and `less_than`
};

/// Comma-separated requirements, all of which must hold. An empty selector matches everything.
class LabelSelector {
 public:
  LabelSelector() = default;
  /// @throws SelectorError
  explicit LabelSelector(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return requirements_.empty(); }
  /// @param labels `metadata.labels`; anything but an object counts as none
  [[nodiscard]] bool matches(const nlohmann::json& labels) const;

 private:
  std::vector<LabelRequirement> requirements_;
};

}  // namespace kplane::testing::server
