// ManifestRun: a set on its way to one plane, one request after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/manifests.hpp>

#include "answer.hpp"
#include "client_core.hpp"
#include "discovery.hpp"
#include "http/batch.hpp"
#include "manifest_plan.hpp"
#include "stop/stop_state.hpp"

namespace kplane::detail {

/// What to send, and what an outcome means; sending is the caller's. An object that fails does not stop the others.
///
/// What a plane that has just been made, or a type that has just been defined, refuses for a moment is tried again, and
/// so is what the network broke: apply and remove do the same when done twice.
class ManifestRun {
 public:
  /// All but the deadline must outlive the run.
  ManifestRun(const PlaneTarget& target, const ManifestPlan& plan, const StopTokens& stops, http::TimePoint deadline);

  /// The plan must have objects.
  [[nodiscard]] http::Request first_request();
  /// @return the next request; nullopt when every object has its result
  [[nodiscard]] std::optional<http::FollowUp> take(http::Outcome outcome);
  /// One for each object, in the order of the set.
  [[nodiscard]] std::vector<ManifestResult> take_results() noexcept { return std::move(results_); }

 private:
  enum class Asked { object, types, definition };
  using ErrorPtr = std::shared_ptr<const Error>;
  using Next = std::optional<http::FollowUp>;

  [[nodiscard]] std::size_t index() const noexcept { return plan_.order[position_]; }
  [[nodiscard]] const Manifest& manifest() const noexcept { return plan_.set[index()]; }
  [[nodiscard]] bool is_apply() const noexcept { return plan_.action == ManifestAction::apply; }

  [[nodiscard]] http::Request request();
  [[nodiscard]] http::Request object_request(const codec::ApiResource& type);
  [[nodiscard]] http::Request definition_request();
  [[nodiscard]] http::Request bounded(http::Request request, http::TimePoint begin) const;
  [[nodiscard]] std::optional<codec::ApiResource> known_type() const;

  [[nodiscard]] Next go_on(http::Milliseconds pause = {});
  [[nodiscard]] Next go_on_with_next();
  [[nodiscard]] Next finish(ManifestOutcome outcome, std::optional<Object> object = {});
  [[nodiscard]] Next fail(ErrorPtr error);
  [[nodiscard]] Next give_up();

  [[nodiscard]] Next take_object(const Answer& answer);
  [[nodiscard]] Next take_types(const Answer& answer);
  [[nodiscard]] Next take_definition(const Answer& answer);
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
  [[nodiscard]] http::Milliseconds next_pause() noexcept;

  const PlaneTarget& target_;
  const ManifestPlan& plan_;
  const StopTokens& stops_;
  const http::TimePoint deadline_;
  const http::TimePoint bootstrapped_;  // from here on a refusal is one
  std::vector<ManifestResult> results_;
  std::size_t position_ = 0;                // in the plan's order; those before it have their results
  std::vector<std::size_t> unestablished_;  // CRDs that were applied, but do not serve their types yet
  Asked asked_ = Asked::object;
  std::string method_;
  std::string url_;
  http::Milliseconds pause_;
  int troubles_ = 0;          // transport failures since something was answered
  bool asked_types_ = false;  // for the object at which the run stands
  bool may_be_done_ = false;  // likewise: a request for it may have been carried out, its answer lost
  ErrorPtr last_error_;       // of the object at which the run stands
};

}  // namespace kplane::detail
