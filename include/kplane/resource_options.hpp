// Options of the functions of Resource. Plain aggregates: use designated initialisers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <kplane/stop.hpp>

namespace kplane {

/// How the server treats unknown and duplicate fields.
enum class FieldValidation {
  server_default,  ///< today's servers: warn
  ignore,          ///< drop them silently
  warn,            ///< `Warning` headers, which reach the observer: RequestEvent::warnings
  strict,          ///< reject with BadRequest
};

/// What a delete does with the objects that the deleted one owns. A controller has to remove them: on a plane without
/// controllers (contract §9) they stay, whatever the policy.
enum class Propagation {
  server_default,  ///< on today's servers `orphan` for Jobs and ReplicationControllers, otherwise `background`
  background,      ///< delete the object at once and its dependents afterwards; what kubectl sends
  foreground,      ///< dependents first: the object stays, marked; for ever if no controller deletes them
  orphan,          ///< keep the dependents: the object stays, marked; for ever if no controller releases them
};

/// The formats of a patch (RFC 7386, RFC 6902, Kubernetes' own two).
enum class PatchType {
  merge,      ///< JSON merge patch (RFC 7386): replaces fields, lists as a whole; null removes a field
  json,       ///< JSON patch (RFC 6902): a list of operations
  strategic,  ///< Kubernetes' strategic merge patch: merges lists by their keys; built-in types only
  apply,      ///< server-side apply, by PatchOptions::field_manager
};

/// How one object is read.
struct GetOptions {
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

/// Which objects a list holds, and how it is read.
struct ListOptions {
  std::string label_selector{};                        ///< as kubectl's `-l`: `app=web,tier!=db`; empty: all
  std::string field_selector{};                        ///< such as `metadata.name=web`; empty: all
  std::int64_t limit = 500;                            ///< objects in a page, which is one request; 0: all in one.
                                                       ///< A list of more than 100,000 pages is a DecodeError
  std::optional<std::chrono::milliseconds> timeout{};  ///< for each page; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

/// How an object is created or replaced.
struct WriteOptions {
  std::string field_manager = "kplane-cpp";  ///< recorded by the server as the owner of the fields
  bool dry_run = false;                      ///< the server does everything but store
  FieldValidation field_validation =
      FieldValidation::server_default;                 ///< how the server treats unknown and duplicate fields
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

/// How an object is patched or applied.
struct PatchOptions {
  std::string field_manager = "kplane-cpp";  ///< who owns the applied fields
  bool force = false;    ///< apply only: take over fields that another manager owns, instead of Conflict
  bool dry_run = false;  ///< the server does everything but store
  FieldValidation field_validation =
      FieldValidation::server_default;                 ///< how the server treats unknown and duplicate fields
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
  /// The patch may be carried out twice, and so is retried after a lost answer: it sets values, and neither appends to
  /// a list nor tests what it changes. If it does test, or names a resourceVersion, the retry may fail because of the
  /// first attempt: ApiError::after_lost_answer(). apply() and scale() are always retried.
  bool idempotent = false;
};

/// How an object is applied.
using ApplyOptions = PatchOptions;

/// How objects are deleted. An object may stay, marked for deletion: see Removal.
struct DeleteOptions {
  Propagation propagation = Propagation::server_default;  ///< what to do with the objects that the deleted one owns
  /// none: the object's own. Only pods with a node have one, usually 30 s; without a kubelet to end them (contract §9)
  /// they stay until they are deleted with 0 s.
  std::optional<std::chrono::seconds> grace_period{};
  std::string uid{};                                   ///< delete only the object with this uid, or Conflict
  std::string resource_version{};                      ///< delete only if unchanged since, or Conflict
  bool dry_run = false;                                ///< the server does everything but store
  std::optional<std::chrono::milliseconds> timeout{};  ///< for the whole call; none: ClientOptions::request_timeout
  StopToken stop{};                                    ///< ends the call early, with StoppedError
};

}  // namespace kplane
