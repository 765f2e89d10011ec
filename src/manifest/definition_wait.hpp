// The CustomResourceDefinitions of a set that the plane has stored but does not serve yet.
#pragma once

#include <cstddef>
#include <vector>

#include <kplane/object.hpp>

#include "http/message.hpp"
#include "manifest/manifest_plan.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

enum class DefinitionState {
  pending,
  established,
  names_refused,  ///< another definition has its names, so it will never be established
};

[[nodiscard]] bool is_established(const Object& definition);
/// From the conditions of its status; rejected names take precedence over Established, which may refer to earlier
/// names.
[[nodiscard]] DefinitionState definition_state(const Object& definition);

/// One definition at a time, until there are none.
class DefinitionWait {
 public:
  /// The endpoint and the plan must outlive this.
  DefinitionWait(const PlaneEndpoint& endpoint, const ManifestPlan& plan) noexcept : endpoint_(endpoint), plan_(plan) {}

  [[nodiscard]] bool is_over() const noexcept { return waiting_.empty(); }
  /// @param index of the definition in the set
  void add(std::size_t index) { waiting_.push_back(index); }

  // Only while not over:
  [[nodiscard]] std::size_t index() const noexcept { return waiting_.front(); }
  [[nodiscard]] const Manifest& manifest() const noexcept { return plan_.set[index()]; }
  [[nodiscard]] http::Request request() const;
  /// Takes the answer to the request. @throws DecodeError
  [[nodiscard]] DefinitionState take(const ApiResponse& answer) const;
  /// Stops waiting for this one.
  void next() { waiting_.erase(waiting_.begin()); }

 private:
  const PlaneEndpoint& endpoint_;
  const ManifestPlan& plan_;
  std::vector<std::size_t> waiting_;
};

}  // namespace kplane::detail
