// Applies a set to one plane, or removes it, one request at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kplane/manifest.hpp>

#include "base/backoff.hpp"
#include "base/last_error.hpp"
#include "base/stop_state.hpp"
#include "http/batch.hpp"
#include "manifest/bootstrap_grace.hpp"
#include "manifest/definition_wait.hpp"
#include "manifest/manifest_cleanup.hpp"
#include "manifest/manifest_cursor.hpp"
#include "manifest/manifest_plan.hpp"
#include "manifest/run_results.hpp"
#include "manifest/type_lookup.hpp"
#include "session/api_response.hpp"
#include "session/client_core.hpp"
#include "session/retry_state.hpp"

namespace kplane::detail {

/// Decides which request to send next and what its outcome means; the caller sends. An object that fails does not stop
/// the others.
///
/// For each object it requests the type, if unknown; before the first object that is neither a namespace nor a CRD, the
/// CRDs until they are established; then the object itself. Objects that a removal has only marked for deletion are
/// visited once more at the end.
///
/// Temporary failures of a newly created plane or a newly defined type are retried, and so are network failures, since
/// apply and remove are idempotent.
class ManifestRun {
 public:
  /// All arguments except the deadline must outlive the run.
  ManifestRun(const PlaneEndpoint& endpoint, const ManifestPlan& plan, const StopTokens& stops, TimePoint deadline);

  /// The plan must have objects.
  [[nodiscard]] http::Request first_request();
  /// @return the next request; nullopt when every object has its result
  [[nodiscard]] std::optional<http::FollowUp> take(Result<http::Response> received);
  /// One for each object, in the order of the set.
  [[nodiscard]] std::vector<ManifestResult> take_results() noexcept { return results_.take(); }

 private:
  enum class Asked { object, types, definition, cleanup };
  using ErrorPtr = std::shared_ptr<const Error>;
  /// The pause before another request for the same object; nullopt: the object has its result.
  using Pause = std::optional<Milliseconds>;

  [[nodiscard]] TimePoint now() const { return endpoint_.core->clock().now(); }
  [[nodiscard]] bool is_apply() const noexcept { return plan_.action == ManifestAction::apply; }
  [[nodiscard]] const Manifest& manifest() const noexcept { return cursor_.manifest(); }
  [[nodiscard]] ManifestResult& result() noexcept { return results_[cursor_.index()]; }

  [[nodiscard]] std::optional<http::FollowUp> next_request(Milliseconds pause);
  [[nodiscard]] http::Request request();
  [[nodiscard]] http::Request bounded(http::Request request, TimePoint begin) const;
  [[nodiscard]] ResourcePath path_of(const codec::ApiResource& type);
  [[nodiscard]] bool needs_cleanup() const;
  void begin_cleanup();
  void begin_next_object();
  void give_up();

  [[nodiscard]] Pause take_result(const Result<ApiResponse>& result);
  [[nodiscard]] Pause take_answer(const ApiResponse& answer);
  [[nodiscard]] Pause take_object(const ApiResponse& answer);
  [[nodiscard]] Pause take_applied(const ApiResponse& answer, Object object);
  [[nodiscard]] Pause take_removed(const ApiResponse& answer);
  [[nodiscard]] Pause take_terminating(const ApiResponse& answer, const Object& ns);
  [[nodiscard]] Pause take_definition(const ApiResponse& answer);
  [[nodiscard]] Pause take_cleanup(const Result<ApiResponse>& result);
  [[nodiscard]] Pause end_cleanup();

  [[nodiscard]] Pause take_error(const ErrorPtr& error);
  [[nodiscard]] Pause take_final_error(const ErrorPtr& error);
  [[nodiscard]] Pause take_object_error(const ErrorPtr& error);
  [[nodiscard]] Pause pause_after(const Error& error);
  [[nodiscard]] Pause refuse_definition(ErrorPtr error);
  [[nodiscard]] Pause miss_kind();
  [[nodiscard]] bool is_defined_by_set() const;

  Pause finish(ManifestOutcome outcome, std::optional<Object> object = {});
  Pause linger(std::string detail);
  Pause fail(ErrorPtr error);

  const PlaneEndpoint& endpoint_;
  const ManifestPlan& plan_;
  const StopTokens& stops_;
  const TimePoint deadline_;
  RunResults results_;
  ManifestCursor cursor_;
  TypeLookup types_;
  DefinitionWait definitions_;
  ManifestCleanup cleanup_;
  const BootstrapGrace grace_;
  RetryState retries_;
  Backoff waits_;                               // between polls for what the plane does by itself
  std::optional<TimePoint> terminating_until_;  // how long a namespace that is being deleted is waited for

  // The request in flight:
  Asked asked_ = Asked::object;
  codec::ApiResource type_;  // of the object
  LastError last_error_;     // of the current object
};

}  // namespace kplane::detail
