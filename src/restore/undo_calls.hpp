// The requests that undo the changes to one object.
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

/// Shared by the calls of one plane, which it must outlive.
struct UndoContext {
  const PlaneEndpoint& endpoint;
  const RestoreOptions& options;
  const ComparisonScope& answers;  ///< for comparing an object of the baseline with an answer
};

/// Every call is idempotent: it may be repeated after an interruption or a lost answer.
class UndoCall : public Call {
 public:
  [[nodiscard]] http::Request request() final;
  [[nodiscard]] std::optional<Milliseconds> take(Result<http::Response> received) final;
  /// The same for an already decoded answer.
  [[nodiscard]] std::optional<Milliseconds> take_result(const Result<ApiResponse>& result);
  /// At the end; nullptr on success.
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

/// Deletes an object with no grace period, then clears its finalizers.
class RemoveCall final : public UndoCall {
 public:
  /// @param object as last seen; another object of its name is left alone
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

/// Deletes and finalizes a namespace whose contents were removed before. Anything created in between shows up in the
/// next state, whether its namespace exists or not. With a FinalizerPolicy that may leave objects, the namespace is
/// swept first, and stays while it is not empty.
class RemoveNamespaceCall final : public UndoCall {
 public:
  RemoveNamespaceCall(const UndoContext& context, std::string name);

 private:
  [[nodiscard]] http::Request next_request() override { return cleanup_.request(); }
  [[nodiscard]] Next take_answer(const Result<ApiResponse>& result) override;

  NamespaceCleanup cleanup_;
};

/// An object of the baseline, and its path.
struct KeptObject {
  codec::ServedType type;
  ResourcePath path;
  Object object;

  [[nodiscard]] std::string name() const { return std::string(object.name()); }
};

/// Recreates an object with its status; waits until a CustomResourceDefinition is served.
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
  std::optional<Object> made_;  // from the last answer
  Step step_ = Step::create;
  Backoff waits_;
  int waited_ = 0;
  bool is_without_addresses_ = false;
};

/// Removes an object, then recreates it.
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

/// Restores an object, its status, or both. If the server does not allow the change, the object is recreated.
class ReplaceCall final : public UndoCall {
 public:
  /// @param present the current object @param pointers where it differs
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
