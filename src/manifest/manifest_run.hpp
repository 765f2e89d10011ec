// ManifestRun: a set on its way to one plane, one request after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/manifest.hpp>

#include "base/stop_state.hpp"
#include "cleanup/cleanup.hpp"
#include "cleanup/namespace_cleanup.hpp"
#include "http/batch.hpp"
#include "manifest/manifest_plan.hpp"
#include "resource/discovery.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// What to send, and what an outcome means; sending is the caller's. An object that fails does not stop the others.
///
/// What a plane that has just been made, or a type that has just been defined, refuses for a moment is tried again, and
/// so is what the network broke: apply and remove do the same when done twice. What a removal has only marked for
/// deletion is gone back to at the end.
class ManifestRun {
 public:
  /// All but the deadline must outlive the run.
  ManifestRun(const PlaneEndpoint& endpoint, const ManifestPlan& plan, const StopTokens& stops, TimePoint deadline);

  /// The plan must have objects.
  [[nodiscard]] http::Request first_request();
  /// @return the next request; nullopt when every object has its result
  [[nodiscard]] std::optional<http::FollowUp> take(Result<http::Response> received);
  /// One for each object, in the order of the set.
  [[nodiscard]] std::vector<ManifestResult> take_results() noexcept { return std::move(results_); }

 private:
  enum class Asked { object, types, definition, cleanup };
  using ErrorPtr = std::shared_ptr<const Error>;
  using Next = std::optional<http::FollowUp>;

  [[nodiscard]] bool at_end() const noexcept { return position_ == plan_.order.size() + lingering_.size(); }
  [[nodiscard]] bool is_at_lingering() const noexcept { return position_ >= plan_.order.size(); }
  [[nodiscard]] std::size_t index() const noexcept {
    return is_at_lingering() ? lingering_[position_ - plan_.order.size()].index : plan_.order[position_];
  }
  [[nodiscard]] const Manifest& manifest() const noexcept { return plan_.set[index()]; }
  [[nodiscard]] bool is_apply() const noexcept { return plan_.action == ManifestAction::apply; }

  [[nodiscard]] http::Request request();
  [[nodiscard]] http::Request object_request(const codec::ApiResource& type);
  [[nodiscard]] http::Request definition_request();
  [[nodiscard]] ResourcePath path_of(const codec::ApiResource& type);
  [[nodiscard]] bool needs_cleanup() const;
  [[nodiscard]] std::unique_ptr<Cleanup> begin_cleanup();
  [[nodiscard]] http::Request bounded(http::Request request, TimePoint begin) const;
  [[nodiscard]] std::optional<codec::ApiResource> known_type() const;

  [[nodiscard]] Next go_on(Milliseconds pause = {});
  [[nodiscard]] Next go_on_with_next();
  [[nodiscard]] Next finish(ManifestOutcome outcome, std::optional<Object> object = {});
  [[nodiscard]] Next fail(ErrorPtr error);
  [[nodiscard]] Next fail_to_look(const Error& error);
  [[nodiscard]] Next give_up();

  [[nodiscard]] Next take_object(const ApiResponse& answer);
  [[nodiscard]] Next take_removal(const ApiResponse& answer);
  [[nodiscard]] Next take_cleanup(const Result<ApiResponse>& result);
  [[nodiscard]] Next take_terminating(const ApiResponse& answer, const Object& ns);
  [[nodiscard]] Next linger(std::string detail);
  void note_removed_namespace();
  [[nodiscard]] Next take_types(const ApiResponse& answer);
  [[nodiscard]] Next take_definition(const ApiResponse& answer);
  [[nodiscard]] Next take_error(const ErrorPtr& error);
  [[nodiscard]] Next take_object_error(const ErrorPtr& error);
  [[nodiscard]] Next refuse_definition(ErrorPtr error);
  [[nodiscard]] Next miss_kind();
  [[nodiscard]] bool may_ask_again(const Error& error);
  [[nodiscard]] bool is_bootstrapping(const Error& error) const;
  [[nodiscard]] bool will_have_namespace(const std::string& ns) const;
  [[nodiscard]] bool was_applied(std::size_t index) const noexcept;
  [[nodiscard]] bool is_defined_by_set() const;
  [[nodiscard]] bool waits_for_definitions() const noexcept;
  [[nodiscard]] Milliseconds next_pause() noexcept;

  const PlaneEndpoint& endpoint_;
  const ManifestPlan& plan_;
  const StopTokens& stops_;
  const TimePoint deadline_;
  const TimePoint bootstrapped_;    // from here on a refusal is one
  const TimePoint has_namespaces_;  // from here on a missing system namespace is one
  std::vector<ManifestResult> results_;
  std::size_t position_ = 0;  // in the plan's order; those before it have their results
  /// An object that is only marked for deletion.
  struct Lingering {
    std::size_t index;
    codec::ApiResource type;
    std::string uid;
    TimePoint forced_from;
  };
  std::vector<Lingering> lingering_;               // those that the run goes back to
  std::unique_ptr<Cleanup> cleanup_;               // of the object at which the run stands
  NamespaceCleanup* namespace_cleanup_ = nullptr;  // the same, where it is a namespace
  KnownTypes known_types_;                         // of the plane
  std::optional<TimePoint> terminating_until_;     // so long a namespace that is being deleted is waited for
  std::vector<std::size_t> unestablished_;         // CRDs that were applied, but do not serve their types yet
  Asked asked_ = Asked::object;
  codec::ApiResource type_;  // of the object that was asked for last
  Milliseconds pause_;
  int troubles_ = 0;          // transport failures since something was answered
  bool asked_types_ = false;  // for the object at which the run stands
  bool may_be_done_ = false;  // likewise: a request for it may have been carried out, its answer lost
  ErrorPtr last_error_;       // of the object at which the run stands
};

}  // namespace kplane::detail
