// Deletes, empties and finalizes a namespace.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <kplane/namespace_removal.hpp>

#include "base/backoff.hpp"
#include "cleanup/cleanup.hpp"
#include "cleanup/namespace_sweep.hpp"
#include "resource/served_types.hpp"
#include "session/client_core.hpp"

namespace kplane::detail {

/// The types of a plane, reused for further namespaces.
using KnownTypes = std::shared_ptr<const std::vector<codec::ServedType>>;

/// Marks the namespace for deletion, so that nothing new can be created in it; deletes its contents; gives controllers
/// their time; removes what is left; and finalizes the namespace once a sweep over all types has found nothing.
/// Finalizing it earlier would hide its contents, which would reappear in the next namespace of that name (contract
/// §9).
///
/// Every step is idempotent and begins with a read, so an interrupted cleanup is simply started again.
class NamespaceCleanup final : public Cleanup {
 public:
  /// The endpoint must outlive this. @param types the plane's types; nullptr: not read yet
  NamespaceCleanup(const PlaneEndpoint& endpoint, std::string name, const CleanupPolicy& policy, StopToken stop,
                   KnownTypes types = nullptr);

  [[nodiscard]] http::Request request() const override;
  [[nodiscard]] std::optional<Milliseconds> take(const Result<ApiResponse>& result) override;
  [[nodiscard]] std::string progress() const override;
  [[nodiscard]] bool existed() const noexcept override { return result_.existed; }
  [[nodiscard]] bool gone() const noexcept override { return result_.gone; }
  [[nodiscard]] const ErrorPtr& error() const noexcept override { return error_; }
  [[nodiscard]] std::vector<HeldObject> held() const override { return result_.held; }

  [[nodiscard]] const NamespaceRemoval& result() const noexcept { return result_; }
  /// nullptr: not read yet.
  [[nodiscard]] const KnownTypes& types() const noexcept { return types_; }

 private:
  using Next = std::optional<Milliseconds>;
  enum class Step { mark, types, sweep, wait, read, release, finalize };

  [[nodiscard]] Next take_answer(const ApiResponse& answer);
  [[nodiscard]] Next take_error(const ErrorPtr& error);
  [[nodiscard]] Next take_mark(const ApiResponse& answer);
  [[nodiscard]] Next take_types(const Result<ApiResponse>& result);
  [[nodiscard]] Next take_sweep(const Result<ApiResponse>& result);
  [[nodiscard]] Next take_namespace(const ApiResponse& answer);
  [[nodiscard]] Next take_finalized(const ApiResponse& answer);
  [[nodiscard]] Next end_of_sweep();
  [[nodiscard]] Next begin_sweeps();
  [[nodiscard]] Next sweep(SweepMode mode, Milliseconds pause = {});
  [[nodiscard]] Next wait_or_force();
  [[nodiscard]] Next go_to(Step step, Milliseconds pause = {});
  [[nodiscard]] Next end_as_gone();
  [[nodiscard]] Next end_as_held(std::vector<HeldObject> held);
  [[nodiscard]] std::vector<HeldObject> held_itself() const;

  const PlaneEndpoint& endpoint_;
  const std::string name_;
  const CleanupPolicy policy_;
  const StopToken stop_;
  KnownTypes types_;
  Step step_ = Step::mark;
  std::unique_ptr<ServedTypes> types_to_find_;
  std::unique_ptr<NamespaceSweep> sweep_;
  SweepMode mode_ = SweepMode::polite;
  bool was_forced_ = false;          // at least one forced sweep is done
  bool is_clean_ = false;            // one has found nothing
  std::string uid_;                  // of the namespace that was marked; empty: not known
  std::optional<Object> namespace_;  // as it was last seen
  TimePoint forced_from_{};          // here the controllers' time ends
  Backoff pauses_;
  NamespaceRemoval result_;
  ErrorPtr error_;
};

/// @throws ConfigError for an invalid name, or a namespace that servers do not delete
void check_removable_namespace(std::string_view name);

/// Runs a NamespaceCleanup on the calling thread. @throws ConfigError, ApiError, TransportError, DecodeError,
/// TimeoutError, StoppedError
[[nodiscard]] NamespaceRemoval remove_namespace(const PlaneEndpoint& endpoint, std::string_view name,
                                                const RemoveNamespaceOptions& options);

}  // namespace kplane::detail
