// Discovers which types a plane serves.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "codec/discovery_documents.hpp"
#include "http/message.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

/// Whether the group of this API version is one of Kubernetes' own, which every plane serves, so that a 404 for it
/// cannot come from the plane and proves nothing. Other groups come and go with their definitions.
[[nodiscard]] bool is_built_in(std::string_view api_version) noexcept;

/// Which types are of interest.
enum class TypeScope {
  namespaced,  ///< those whose objects live in namespaces
  built_in,    ///< the server's own, the same in all planes; CustomResourceDefinitions are not read
};

/// Three requests if discovery is aggregated and there are no more than 500 CustomResourceDefinitions: the core group,
/// all other groups, and the definitions, since a plane's discovery need not list its custom types (contract §10). Each
/// type is listed once, in one of its versions. The RBAC types come last, since they may be what grants access to the
/// others.
class ServedTypes {
 public:
  /// The endpoint must outlive this.
  ServedTypes(const PlaneEndpoint& endpoint, StopToken stop, TypeScope scope = TypeScope::namespaced);

  [[nodiscard]] bool at_end() const noexcept { return step_ == Step::end; }
  /// Only while not at the end.
  [[nodiscard]] http::Request request() const;
  /// @throws DecodeError, including for a name that is not valid in a path; the error of the answer, if it leaves types
  /// unknown
  void take(const Result<ApiResponse>& result);
  /// Only at the end.
  [[nodiscard]] std::vector<codec::ServedType> take_types();

 private:
  enum class Step { core, groups, versions, definitions, end };

  [[nodiscard]] bool may_be_missing(const Error& error) const noexcept;
  void take_groups(const ApiResponse& answer);
  void take_definitions(const ApiResponse& answer);
  void add(std::vector<codec::ServedType> types);
  void go_on();

  const PlaneEndpoint& endpoint_;
  StopToken stop_;
  TypeScope scope_;
  Step step_ = Step::core;
  std::deque<std::string> versions_;  // to be queried one by one
  ListCursor definitions_;
  std::set<std::string> known_;  // PLURAL.GROUP
  std::vector<codec::ServedType> types_;
};

}  // namespace kplane::detail
