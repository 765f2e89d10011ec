#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/condition.hpp>
#include <kplane/error.hpp>
#include <kplane/export.hpp>
#include <kplane/handle.hpp>
#include <kplane/json_text.hpp>
#include <kplane/object.hpp>
#include <kplane/object_list.hpp>
#include <kplane/removal.hpp>
#include <kplane/request.hpp>
#include <kplane/resource_options.hpp>
#include <kplane/watch.hpp>

namespace kplane {

namespace detail {
struct PlaneEndpoint;
struct ResourceAccess;
struct ResourcePath;
}  // namespace detail

/// The objects of one type in one plane, or with in() in one namespace: `plane.resource("apps/v1", "deployments")`.
///
/// Without in(), list() and watch() span all namespaces; create(), replace() and apply() use the namespace that the
/// object names, or else Plane::default_namespace(), as kubectl does. All other calls on a namespaced type require
/// in().
///
/// Thread safety: immutable; may be used and copied from any thread.
/// Cost: making and copying one does no I/O; each call is one request, unless it says otherwise. If neither in() nor
/// the object names a namespace, create(), replace() and apply() may have to ask the plane whether the type is
/// namespaced: one more request, whose answer is cached for the plane. It may outlive the Plane and the Client. Errors:
/// every call that does I/O may throw TransportError, ApiError, CredentialError, StoppedError, and DecodeError
/// (MisroutedError when the answer is not the requested object). Reads are retried as RetryOptions says, and so are
/// replace(), apply(), remove() and scale(), which are idempotent; create() and patch() only after a 429, which means
/// that nothing was done. After a ServerError (a 504 above all) or a TransportError, a write may have been carried out:
/// read the object before repeating it.
class KPLANE_API Resource {
 public:
  /// The same type in one namespace. No I/O. @throws ConfigError when `ns` is not a valid namespace name
  [[nodiscard]] Resource in(std::string_view ns) const;
  /// A subresource, such as `status` or `scale`, for get(), replace(), patch() and apply(). No I/O.
  [[nodiscard]] Resource subresource(std::string_view name) const;

  /// The API version, such as `apps/v1`.
  [[nodiscard]] const std::string& api_version() const& noexcept;
  [[nodiscard]] std::string api_version() &&;
  /// The type's plural, such as `deployments`.
  [[nodiscard]] const std::string& plural() const& noexcept;
  [[nodiscard]] std::string plural() &&;
  /// The namespace of in(). Empty: all namespaces, or a cluster-scoped type.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;

  /// Reads an object. @throws NotFound
  [[nodiscard]] Object get(std::string_view name, const GetOptions& options = {}) const;
  /// Reads an object that may be absent. @return nullopt when there is no such object. @throws NotFound when the server
  /// does not serve the type at all
  [[nodiscard]] std::optional<Object> find(std::string_view name, const GetOptions& options = {}) const;
  /// Starts a list: fetches the first page.
  [[nodiscard]] ObjectList list(const ListOptions& options = {}) const;

  /// Creates an object. @return the object as stored; for a review, such as a SubjectAccessReview, the server's answer.
  /// @throws AlreadyExists, Invalid; ConfigError when the text is not an object, or names another namespace than in()
  Object create(const JsonText& object, const WriteOptions& options = {}) const;
  /// Replaces the object of the same name. With a `metadata.resourceVersion`, only if it has not changed since.
  /// @throws Conflict when it has; see retry_on_conflict(). Also when an answer was lost and the retry met this call's
  /// own write: ApiError::after_lost_answer() is then true, and reading the object shows which
  Object replace(const JsonText& object, const WriteOptions& options = {}) const;
  /// Changes some fields of an object. Not retried after a lost answer unless PatchOptions::idempotent is set.
  /// @throws NotFound, Conflict, Invalid; ApiError 415 when the type does not support this kind of patch
  Object patch(std::string_view name, PatchType type, const JsonText& patch, const PatchOptions& options = {}) const;
  /// Server-side apply: creates the object, or merges these fields into it and takes ownership of them.
  /// @throws Conflict when another manager owns one of them and `force` is false
  Object apply(const JsonText& object, const ApplyOptions& options = {}) const;

  /// Deletes an object. One with finalizers or a grace period stays, marked for deletion: Removal says so, and what
  /// blocks it. A Namespace always does; Plane::remove_namespace() removes it with its contents.
  /// @return false when it did not exist; true if the answer was lost and the retry finds no such object, since this
  /// call may have removed it. @throws Conflict when a precondition fails
  Removal remove(std::string_view name, const DeleteOptions& options = {}) const;
  /// Deletes all objects that match the selectors, in one request; `limit` and the list's timeout are ignored. Objects
  /// with finalizers or a grace period stay, marked for deletion, as after remove(). Propagation::server_default here
  /// means `background`; otherwise Jobs and ReplicationControllers would stay on a plane without controllers.
  void remove_collection(const ListOptions& which = {}, const DeleteOptions& options = {}) const;
  /// The old name of remove_collection().
  [[deprecated("renamed to Resource::remove_collection")]] void remove_all(const ListOptions& which = {},
                                                                           const DeleteOptions& options = {}) const {
    remove_collection(which, options);
  }

  /// `spec.replicas` of the object's `scale` subresource.
  [[nodiscard]] std::int32_t replicas(std::string_view name, const GetOptions& options = {}) const;
  /// Sets the number of replicas through the `scale` subresource. Does not wait for them.
  void scale(std::string_view name, std::int32_t replicas, const PatchOptions& options = {}) const;

  // Writes as values: each returns the Request that the function of that name would send, so that it can be stored,
  // compared and sent later, with Plane::request() or, with many others, by an EventLoop. A Request is not tied to this
  // plane.
  /// What create() would send. If neither in() nor the object names a namespace, it may ask the plane as create() does.
  /// @throws ConfigError as create()
  [[nodiscard]] Request create_request(const JsonText& object, const WriteOptions& options = {}) const;
  /// What replace() would send; may ask the plane as create_request(). @throws ConfigError as replace()
  [[nodiscard]] Request replace_request(const JsonText& object, const WriteOptions& options = {}) const;
  /// What patch() would send. No I/O. @throws ConfigError as patch()
  [[nodiscard]] Request patch_request(std::string_view name, PatchType type, const JsonText& patch,
                                      const PatchOptions& options = {}) const;
  /// What apply() would send; may ask the plane as create_request(). @throws ConfigError as apply()
  [[nodiscard]] Request apply_request(const JsonText& object, const ApplyOptions& options = {}) const;
  /// What remove() would send. No I/O. When remove() would return false, this request fails with NotFound.
  [[nodiscard]] Request remove_request(std::string_view name, const DeleteOptions& options = {}) const;
  /// What remove_collection() would send. No I/O.
  [[nodiscard]] Request remove_collection_request(const ListOptions& which = {},
                                                  const DeleteOptions& options = {}) const;
  /// What scale() would send. No I/O. @throws ConfigError when `replicas` is negative
  [[nodiscard]] Request scale_request(std::string_view name, std::int32_t replicas,
                                      const PatchOptions& options = {}) const;

  /// Calls `fn` for every existing object (unless options.resource_version says where to start) and then for every
  /// change, in the server's order, each exactly once, until `fn` returns false, the timeout passes or a stop is
  /// requested. Blocks meanwhile, on a connection that does not count against ClientOptions::max_connections.
  ///
  /// Dropped connections are resumed where they broke off. When the server no longer has the changes since then,
  /// because they are too old or the server was restored from a backup, or when a connection delivered nothing at all,
  /// the objects are listed again and the differences are reported as events: an object that changed several times then
  /// shows only its last form. For that purpose the last seen version of each object is kept: its text and about 200
  /// bytes. A restored server sends nothing until it has reached the last version seen, and its changes until
  /// then are missed: a connection that follows a broken one, or has delivered nothing for 10 s, is therefore checked
  /// with one small request.
  /// @throws what `fn` throws; Unauthorized, Forbidden, NotFound (the type is not served) and other errors that waiting
  /// does not fix, including CredentialError; Expired when the server no longer has the changes after
  /// options.resource_version: list again; DecodeError for an answer that is not a watch, or contains an object of a
  /// different namespace or name than requested. An unreachable server is retried with backoff for as long as the watch
  /// may run.
  WatchEnd watch(const WatchFunction& fn, const WatchOptions& options = {}) const;

  /// Blocks, watching, until the condition holds, which may be at once. When the timeout expires it reads the object
  /// once more, in case the watch missed a change, which can add up to a second.
  /// @return the object for which it held; nullopt if it held for an absent object
  /// @throws TimeoutError that describes the object as last seen, and what blocks its deletion; StoppedError
  std::optional<Object> wait_for(std::string_view name, const Condition& condition, std::chrono::milliseconds timeout,
                                 const StopToken& stop = {}) const;

 private:
  friend struct detail::ResourceAccess;
  Resource(std::shared_ptr<const detail::PlaneEndpoint> endpoint,
           std::shared_ptr<const detail::ResourcePath> path) noexcept;

  detail::Handle<const detail::PlaneEndpoint> endpoint_;
  detail::Handle<const detail::ResourcePath> path_;
};

/// Calls `fn`, which reads an object, changes it and writes it back, until it does not throw Conflict, at most
/// `attempts` times; without a delay, because the next read sees the other writer's change. After a lost answer the
/// call's own write can cause a Conflict (ApiError::after_lost_answer() is then true), so `fn` must tolerate being
/// carried out twice.
/// @return what `fn` returns
template <class Function>
auto retry_on_conflict(Function&& fn, int attempts = 5) -> decltype(fn()) {
  for (; attempts > 1; --attempts) {
    try {
      return fn();
    } catch (const Conflict&) {  // the next read sees the other writer's change
      continue;
    }
  }
  return fn();
}

}  // namespace kplane
