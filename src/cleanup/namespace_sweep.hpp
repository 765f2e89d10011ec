// One pass over all types of a namespace that deletes their objects.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <kplane/namespace_removal.hpp>
#include <kplane/object.hpp>
#include <kplane/resource_options.hpp>

#include "cleanup/cleanup.hpp"
#include "codec/discovery_documents.hpp"
#include "resource/resource_path.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/list_cursor.hpp"

namespace kplane::detail {

/// Whether to give controllers time to clean up.
enum class SweepMode {
  polite,  ///< yes: objects are deleted with the defaults of their types
  forced,  ///< no: without grace periods, and finalizers are cleared by the policy
};

/// One request for each type without objects, which also proves that there are none; otherwise one more to delete all
/// of them, and in forced mode one per 500 objects and per object with finalizers left.
class NamespaceSweep {
 public:
  /// Endpoint and types must outlive this.
  NamespaceSweep(const PlaneEndpoint& endpoint, std::string ns, const std::vector<codec::ServedType>& types,
                 SweepMode mode, FinalizerPolicy finalizers, StopToken stop);

  [[nodiscard]] bool at_end() const noexcept { return type_ == types_.size(); }
  /// Only while not at the end.
  [[nodiscard]] http::Request request() const;
  /// @throws DecodeError; the error of the answer, if it leaves the contents of the namespace unknown
  void take(const Result<ApiResponse>& result);

  /// Whether any object was found.
  [[nodiscard]] bool found() const noexcept { return found_; }
  /// Whether it made changes whose effect the final list of each type has not confirmed.
  [[nodiscard]] bool changed() const noexcept { return changed_; }
  /// Objects that the policy does not allow forced mode to remove: at most 100.
  [[nodiscard]] const std::vector<HeldObject>& held() const noexcept { return held_; }
  [[nodiscard]] std::size_t types_done() const noexcept { return type_; }

 private:
  enum class Step { look, remove_all, list, change };

  void take_error(const Error& error);
  void take_look(const ApiResponse& answer);
  void take_page(const ApiResponse& answer);
  void deal_with(const Object& object);
  void begin_list();
  void go_on_with_list();
  void next_type();
  [[nodiscard]] ResourcePath path() const;
  [[nodiscard]] DeleteOptions delete_options() const;
  [[nodiscard]] http::Request change_of(const Object& object) const;

  const PlaneEndpoint& endpoint_;
  const std::string ns_;
  const std::vector<codec::ServedType>& types_;
  const SweepMode mode_;
  const FinalizerPolicy finalizers_;
  const StopToken stop_;
  std::size_t type_ = 0;
  Step step_ = Step::look;
  std::unique_ptr<ListCursor> cursor_;
  std::deque<Object> unchanged_;  // of one page; each gets its request, and so its deadline, only when it is its turn
  int expiries_ = 0;              // of the list that is being read
  bool found_ = false;
  bool changed_ = false;
  std::vector<HeldObject> held_;
};

}  // namespace kplane::detail
