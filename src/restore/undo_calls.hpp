// The requests that undo what was done to one object.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/object.hpp>
#include <kplane/restore_options.hpp>

#include "cleanup/lingering_cleanup.hpp"
#include "cleanup/namespace_cleanup.hpp"
#include "codec/discovery_documents.hpp"
#include "resource/resource_path.hpp"
#include "restore/call.hpp"
#include "session/client_core.hpp"
#include "state/comparison_scope.hpp"

namespace kplane::detail {

/// What the calls of one plane have in common; outlives them.
struct UndoContext {
  const PlaneEndpoint& endpoint;
  const RestoreOptions& options;
  const ComparisonScope& answers;  ///< in which an object of the baseline is compared with an answer
};

/// Each call can be made twice: it was broken off before, or its answer was lost.
class UndoCall : public Call {
 public:
  [[nodiscard]] http::Request request() final;
  [[nodiscard]] std::optional<Milliseconds> take(Result<http::Response> received) final;
  /// The same for an answer that was looked at before.
  [[nodiscard]] std::optional<Milliseconds> take_result(const Result<ApiResponse>& result);
  /// At the end. nullptr: done.
  [[nodiscard]] const ErrorPtr& error() const noexcept { return error_; }

 protected:
  using Next = std::optional<Milliseconds>;

  explicit UndoCall(const UndoContext& context) noexcept : context_(context) {}

  [[nodiscard]] virtual http::Request next_request() = 0;
  /// @throws DecodeError
  [[nodiscard]] virtual Next take_answer(const Result<ApiResponse>& result) = 0;

  [[nodiscard]] Next fail(ErrorPtr error) {
    error_ = std::move(error);
    return std::nullopt;
  }
  [[nodiscard]] static Next done() noexcept { return std::nullopt; }
  [[nodiscard]] const UndoContext& context() const noexcept { return context_; }

 private:
  const UndoContext& context_;
  ErrorPtr error_;
};

/// Deletes an object without a grace period, then takes its finalizers.
class RemoveCall final : public UndoCall {
 public:
  /// @param object as it was seen: another one of its name stays
  RemoveCall(const UndoContext& context, ResourcePath path, const Object& object);

 private:
  enum class Step { remove, release, linger };

  [[nodiscard]] http::Request next_request() override;
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;
  [[nodiscard]] Next take_held(const ApiResponse& answer);
  [[nodiscard]] Next linger();
  [[nodiscard]] Next take_linger(const Result<ApiResponse>& result);

  const ResourcePath path_;
  const std::string name_;
  std::string uid_;
  Step step_ = Step::remove;
  std::optional<Object> object_;
  std::unique_ptr<LingeringCleanup> lingering_;
};

/// Deletes and finalizes a namespace. What was in it was removed before: what came in between is seen in the state
/// afterwards, whether its namespace exists or not. With a FinalizerPolicy by which something may be held, it is swept
/// first, and stays while something is in it.
class RemoveNamespaceCall final : public UndoCall {
 public:
  RemoveNamespaceCall(const UndoContext& context, std::string name);

 private:
  [[nodiscard]] http::Request next_request() override { return cleanup_.request(); }
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;

  NamespaceCleanup cleanup_;
};

/// An object of the baseline, and where it belongs.
struct KeptObject {
  codec::ServedType type;
  ResourcePath path;
  Object object;

  [[nodiscard]] std::string name() const { return std::string(object.name()); }
};

/// Makes an object again, with its status; waits until a CustomResourceDefinition is served.
class CreateCall final : public UndoCall {
 public:
  CreateCall(const UndoContext& context, KeptObject kept);

 private:
  enum class Step { create, look, status };

  [[nodiscard]] http::Request next_request() override;
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;
  [[nodiscard]] Next take_error(const ErrorPtr& error);
  [[nodiscard]] Next take_object(const ApiResponse& answer);

  KeptObject kept_;
  std::string text_;
  std::optional<Object> made_;  // as it was answered last
  Step step_ = Step::create;
  Backoff waits_;
  int waited_ = 0;
  bool is_without_addresses_ = false;
};

/// Removes an object, then makes it again.
class RecreateCall final : public UndoCall {
 public:
  RecreateCall(const UndoContext& context, KeptObject kept, const Object& present);

 private:
  [[nodiscard]] http::Request next_request() override;
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;

  RemoveCall remove_;
  CreateCall create_;
  bool is_removed_ = false;
};

/// Puts an object back: itself, its status, or both. Where the server does not let it change, it is made again.
class ReplaceCall final : public UndoCall {
 public:
  /// @param present as it is now @param pointers where it differs
  ReplaceCall(const UndoContext& context, KeptObject kept, Object present, const std::vector<std::string>& pointers);

 private:
  [[nodiscard]] http::Request next_request() override;
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;
  [[nodiscard]] bool can_be_made_again() const noexcept;

  KeptObject kept_;
  Object present_;
  bool is_status_;
  std::unique_ptr<RecreateCall> recreate_;
};

}  // namespace kplane::detail
