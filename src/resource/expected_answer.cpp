// Only an answer's names are compared, and only these appear in errors.
#include "resource/expected_answer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <kplane/error.hpp>

#include "base/excerpt.hpp"
#include "codec/object_header.hpp"
#include "codec/object_list.hpp"
#include "json/json_text.hpp"
#include "json/object_access.hpp"

namespace kplane::detail {

namespace {

std::string describe(std::string_view plural, std::string_view ns, std::string_view name) {
  std::string text = std::string(plural) + (name.empty() ? " without a name" : ' ' + excerpt(name));
  if (!ns.empty()) text += " in namespace " + excerpt(ns);
  return text;
}

[[noreturn]] void fail_misrouted(const Object& object, const ResourcePath& path, std::string_view asked_name,
                                 std::string_view got_name, std::string_view got_ns) {
  const std::string asked = asked_name.empty() ? path.plural + (path.ns.empty() ? "" : " in namespace " + path.ns)
                                               : describe(path.plural, path.ns, asked_name);
  throw MisroutedError(ObjectAccess::document(object).origin() + ": requested " + asked + ", received " +
                       describe("an object", got_ns, got_name));
}

/// Subresources whose answer has the object's name: the object itself, its Scale, its token. Other answers can be
/// anything.
bool answers_object(std::string_view subresource) noexcept {
  constexpr std::array<std::string_view, 7> known = {"status",   "scale",  "finalize",           "token",
                                                     "approval", "resize", "ephemeralcontainers"};
  return subresource.empty() || std::find(known.begin(), known.end(), subresource) != known.end();
}

void check_names(const Object& object, const ResourcePath& path, std::string_view asked_name) {
  const std::string_view name = object.name();
  const std::string_view ns = object.ns();
  const bool is_asked = (asked_name.empty() ? !name.empty() : name == asked_name) && (ns.empty() || ns == path.ns);
  if (!is_asked) fail_misrouted(object, path, asked_name, name, ns);
}

bool is_failure(const std::shared_ptr<const Document>& body) {
  constexpr std::size_t longest_status = std::size_t{64} << 10;  // a longer answer is not a Status
  const std::string_view text = kplane::json::trimmed(body->text());
  if (text.size() > longest_status || kplane::json::kind_of(text) != kplane::json::Kind::object) return false;
  try {
    const Object object = ObjectAccess::make_object(body, text);
    return object.get<std::string_view>("/kind") == "Status" && object.get<std::string_view>("/status") == "Failure";
  } catch (const DecodeError&) {  // decoding it later reports the error
    return false;
  }
}

}  // namespace

Result<ApiResponse> without_failure(Result<ApiResponse> result) {
  if (!result.ok() || !is_failure(result.value().body)) return result;
  const std::shared_ptr<const Document>& body = result.value().body;
  return status_error(codec::decode_object(body), body->origin(), body->secrets());
}

void check_is_object(const Object& object, const ResourcePath& path, std::string_view name) {
  if (answers_object(path.subresource)) check_names(object, path, name);
}

void check_is_created(const Object& object, const ResourcePath& path, std::string_view name) {
  const std::string_view kind = object.get<std::string_view>("/kind").value_or("");
  const bool may_have_no_name = kind == "Status" || kind == "TokenRequest" || codec::is_review(kind);
  if (may_have_no_name && object.name().empty()) return;
  check_is_object(object, path, name);
}

bool is_empty(const ApiResponse& answer) noexcept { return kplane::json::trimmed(answer.body->text()).empty(); }

void check_is_deleted(const ApiResponse& answer, const ResourcePath& path, std::string_view name) {
  if (is_empty(answer)) return;
  const Object object = codec::decode_object(answer.body);
  const bool is_status = object.get<std::string_view>("/kind") == "Status";
  const std::string_view deleted =
      is_status ? object.get<std::string_view>("/details/name").value_or("") : object.name();
  if (deleted.empty()) return;
  if (deleted != name) fail_misrouted(object, path, name, deleted, object.ns());
  if (!is_status) check_is_object(object, path, name);
}

void check_is_listed(const Object& object, const ResourcePath& path) {
  if (path.ns.empty()) return;
  try {
    const std::string_view ns = object.ns();
    if (!ns.empty() && ns != path.ns) fail_misrouted(object, path, {}, object.name(), ns);
  } catch (const MisroutedError&) {
    throw;
  } catch (const DecodeError&) {
    return;
  }
}

void check_is_discovery(const ApiResponse& answer, std::string_view api_version) {
  const Object list = codec::decode_object(answer.body);
  const auto got = list.get<std::string_view>("/groupVersion");
  if (!got || *got == api_version) return;
  throw MisroutedError(answer.body->origin() + ": requested the resource list of " + std::string(api_version) +
                       ", received that of " + excerpt(*got));
}

void check_is_state_of(std::string_view asked_cluster, std::string_view cluster, const ApiResponse& answer) {
  if (cluster == asked_cluster) return;
  throw MisroutedError(answer.request_line() + ": requested the state of plane " + std::string(asked_cluster) +
                       ", received that of plane " + excerpt(cluster));
}

}  // namespace kplane::detail
