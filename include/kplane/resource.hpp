// Resource: the objects of one type in one plane.
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

/// The objects of one type in one plane, and with in() of one namespace: `plane.resource("apps/v1", "deployments")`.
///
/// Without in(), list() and watch() span all namespaces; create(), replace() and apply() go to the namespace that the
/// object itself names, or else to Plane::default_namespace(), as with kubectl. All other calls on a namespaced type
/// need in().
///
/// Thread safety: immutable; may be used and copied from any thread.
/// Cost: making and copying one does no I/O; each call is one request, unless it says otherwise. Where neither in() nor
/// the object names a namespace, create(), replace() and apply() may have to ask the plane whether the type has any:
/// one request more, whose answer is remembered for the plane. It may outlive the Plane and the Client.
/// Errors: every call that does I/O may throw TransportError, ApiError, CredentialError, StoppedError, and DecodeError
/// (as a MisroutedError when the answer is another object than the one that was asked for). Reads are retried as
/// RetryOptions says, and so are replace(), apply(), remove() and scale(), which do the same when done twice; create()
/// and patch() only after a 429, by which the server says that it did nothing. A ServerError (a 504 above all) or a
/// TransportError of a write means that it may have been carried out: read by name before repeating it.
class KPLANE_API Resource {
 public:
  /// The same type in one namespace. @throws ConfigError when it is not a namespace's name
  [[nodiscard]] Resource in(std::string_view ns) const;
  /// A subresource, such as `status` or `scale`: get(), replace(), patch() and apply() then work on that.
  [[nodiscard]] Resource subresource(std::string_view name) const;

  /// The API version, such as `apps/v1`.
  [[nodiscard]] const std::string& api_version() const& noexcept;
  [[nodiscard]] std::string api_version() &&;
  /// The type's plural, such as `deployments`.
  [[nodiscard]] const std::string& plural() const& noexcept;
  [[nodiscard]] std::string plural() &&;
  /// The namespace of in(). Empty: all namespaces, or the type has none.
  [[nodiscard]] const std::string& ns() const& noexcept;
  [[nodiscard]] std::string ns() &&;

  /// Reads an object. @throws NotFound
  [[nodiscard]] Object get(std::string_view name, const GetOptions& options = {}) const;
  /// Reads an object that may be absent. @return nullopt when there is no such object. @throws NotFound when the server
  /// does not serve the type at all
  [[nodiscard]] std::optional<Object> find(std::string_view name, const GetOptions& options = {}) const;
  /// Begins a list: fetches its first page. @throws as get()
  [[nodiscard]] ObjectList list(const ListOptions& options = {}) const;

  /// Creates an object. @return the object as stored; of a review, such as a SubjectAccessReview, what it is answered.
  /// @throws AlreadyExists, Invalid; ConfigError when the text is no object, or names another namespace than in()
  Object create(const JsonText& object, const WriteOptions& options = {}) const;
  /// Replaces the object of the same name. With a `metadata.resourceVersion`, only if it did not change since.
  /// @throws Conflict when it did; see retry_on_conflict(). Also when an answer was lost and the repetition met what
  /// this call itself had written: ApiError::after_lost_answer() is true then, and reading again shows it
  Object replace(const JsonText& object, const WriteOptions& options = {}) const;
  /// Changes some fields of an object. Not repeated after a lost answer, unless PatchOptions::idempotent allows it.
  /// @throws Conflict, Invalid; ApiError 415 when the type does not take this kind of patch
  Object patch(std::string_view name, PatchType type, const JsonText& patch, const PatchOptions& options = {}) const;
  /// Server-side apply: creates the object, or merges these fields into it and owns them from then on.
  /// @throws Conflict when another manager owns one of them and `force` is off
  Object apply(const JsonText& object, const ApplyOptions& options = {}) const;

  /// Deletes an object. One with finalizers or a grace period stays, marked: Removal says so, and what holds it. A
  /// Namespace always does; Plane::remove_namespace() removes it with all that is in it.
  /// @return false when it was gone already. When an answer was lost on the way, and the repetition finds no such
  /// object, true: this call may have removed it. @throws Conflict when a precondition does not hold
  Removal remove(std::string_view name, const DeleteOptions& options = {}) const;
  /// Deletes all objects that the selectors choose, in one request; `limit` and the list's timeout do not count. What
  /// has finalizers or a grace period stays, marked, as after remove(). With Propagation::server_default it is
  /// `background`, or Jobs and ReplicationControllers would stay on a plane without controllers.
  void remove_collection(const ListOptions& which = {}, const DeleteOptions& options = {}) const;
  /// The old name of remove_collection().
  [[deprecated("renamed to Resource::remove_collection")]] void remove_all(const ListOptions& which = {},
                                                                           const DeleteOptions& options = {}) const {
    remove_collection(which, options);
  }

  /// The replicas that the object's `scale` subresource asks for.
  [[nodiscard]] std::int32_t replicas(std::string_view name, const GetOptions& options = {}) const;
  /// Asks for so many replicas through the `scale` subresource. Returns at once.
  void scale(std::string_view name, std::int32_t replicas, const PatchOptions& options = {}) const;

  // Writes as values: each makes the Request that the call of that name sends, and sends nothing, so that an action can
  // be stored, compared, and carried out later, by Plane::request() or with many others by an EventLoop. It goes to a
  // plane, not to this one alone: any plane takes it.
  /// What create() would send. Where neither in() nor the object names a namespace, it may ask the plane as create()
  /// does. @throws ConfigError as create()
  [[nodiscard]] Request create_request(const JsonText& object, const WriteOptions& options = {}) const;
  /// What replace() would send; asks as create_request(). @throws ConfigError as replace()
  [[nodiscard]] Request replace_request(const JsonText& object, const WriteOptions& options = {}) const;
  /// What patch() would send. No I/O. @throws ConfigError as patch()
  [[nodiscard]] Request patch_request(std::string_view name, PatchType type, const JsonText& patch,
                                      const PatchOptions& options = {}) const;
  /// What apply() would send; asks as create_request(). @throws ConfigError as apply()
  [[nodiscard]] Request apply_request(const JsonText& object, const ApplyOptions& options = {}) const;
  /// What remove() would send. No I/O. A NotFound that answers it is what remove() returns false for.
  [[nodiscard]] Request remove_request(std::string_view name, const DeleteOptions& options = {}) const;
  /// What remove_collection() would send. No I/O.
  [[nodiscard]] Request remove_collection_request(const ListOptions& which = {},
                                                  const DeleteOptions& options = {}) const;
  /// What scale() would send. No I/O. @throws ConfigError when `replicas` is negative
  [[nodiscard]] Request scale_request(std::string_view name, std::int32_t replicas,
                                      const PatchOptions& options = {}) const;

  /// Calls `fn` for every object that is there (unless options.resource_version says where to start) and then for every
  /// change, in the order of the server, each exactly once, until `fn` returns false, the timeout passes or a stop is
  /// requested. Blocks meanwhile, on a connection beside ClientOptions::max_connections.
  ///
  /// Dropped connections are reopened where they broke off. When the server does not hold the changes since then,
  /// because they are too old or the server was restored from a backup, or when a connection delivered nothing at all,
  /// the objects are listed again, and what changed meanwhile is reported as events: an object that changed several
  /// times then shows only its last form. For that the last seen version of each object is kept: about 200 bytes each,
  /// and their texts. A restored server is silent: a connection that has delivered nothing for 10 s is checked by one
  /// small request.
  /// @throws what `fn` throws; Unauthorized, Forbidden, NotFound (the type is not served) and other errors that waiting
  /// does not fix, CredentialError among them; Expired when the server does not hold what came after
  /// options.resource_version: list again; DecodeError for an answer that is no watch, or holds an object of another
  /// namespace or name than was asked for. An unreachable server is asked again, with back-off, for as long as the
  /// watch may run.
  WatchEnd watch(const WatchFunction& fn, const WatchOptions& options = {}) const;

  /// Waits by a watch until the condition holds, which may be at once. When the time is up it reads the object once
  /// more, because a watch can miss news; a server that stalls then makes the wait a second longer.
  /// @return the object for which it held; nullopt when it is absent then
  /// @throws TimeoutError that says what the object looked like last, and what holds one that is marked for deletion;
  /// StoppedError
  std::optional<Object> wait_for(std::string_view name, const Condition& condition, std::chrono::milliseconds timeout,
                                 const StopToken& stop = {}) const;

 private:
  friend struct detail::ResourceAccess;
  Resource(std::shared_ptr<const detail::PlaneEndpoint> endpoint,
           std::shared_ptr<const detail::ResourcePath> path) noexcept;

  detail::Handle<const detail::PlaneEndpoint> endpoint_;
  detail::Handle<const detail::ResourcePath> path_;
};

/// Calls `fn`, which reads an object, changes it and writes it back, again as long as it throws Conflict, at most
/// `attempts` times in all; without a wait, because the next read shows what the other writer did.
/// After a lost answer the call's own write can cause a Conflict (ApiError::after_lost_answer() is true then): `fn`
/// must tolerate being carried out twice.
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
