// Derives from answers of the Kubernetes API which objects were written (contract §7 and §9).
#include "state/write_listener.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <kplane/error.hpp>

#include "codec/object_header.hpp"
#include "codec/object_list.hpp"
#include "resource/pending_deletion.hpp"

namespace kplane::detail {

namespace {

constexpr int smallest_success = 200;
constexpr int smallest_failure = 300;
constexpr int not_found = 404;
constexpr int first_server_error = 500;

bool is_read(std::string_view method) noexcept { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

WrittenObject written_to(const WriteTarget& target, Written how) {
  WrittenObject written;
  written.api_version = target.api_version;
  written.plural = target.plural;
  written.ns = target.ns;
  written.name = target.name;
  written.how = how;
  return written;
}

WrittenObject written_as(const WriteTarget& target, Written how, const Object& object) {
  WrittenObject written = written_to(target, how);
  if (!object.name().empty()) written.name = object.name();
  if (!object.ns().empty()) written.ns = object.ns();
  written.version = object.resource_version();
  written.uid = object.uid();
  return written;
}

/// The state of an object after a delete that was answered with it.
WrittenObject deleted(const WriteTarget& target, const Object& object) {
  return written_as(target, is_held(object) ? Written::marked : Written::gone, object);
}

/// The items of a deleted collection are returned as they were before: whether one was only marked has to be found out
/// with a read.
WrittenObject deleted_item(const WriteTarget& target, const Object& item) {
  const bool may_stay = !item.elements("/metadata/finalizers").empty() ||
                        item.get<std::string_view>("/spec/nodeName").has_value() || is_held(item);
  return written_as(target, may_stay ? Written::unknown : Written::gone, item);
}

/// In the query, or in the DeleteOptions body of a delete.
bool is_dry_run(const http::Request& request, std::string_view query) {
  if (query.find("dryRun=") != std::string_view::npos) return true;
  return request.method == "DELETE" && request.body.find("\"dryRun\"") != std::string::npos;
}

std::optional<Object> object_of(const http::Response& response) {
  if (response.body.size() == 0) return std::nullopt;
  return codec::decode_object(
      std::make_shared<const Document>(memory::PaddedBuffer(response.body.view()), response.request_line));
}

bool is_status(const std::optional<Object>& object) {
  return !object || object->get<std::string_view>("/kind") == "Status";
}

std::vector<WrittenObject> deletions(const WriteTarget& target, const std::optional<Object>& answer) {
  if (target.name.empty()) {
    std::vector<WrittenObject> all;
    if (!answer) return all;
    for (const Object& object : answer->elements("/items")) all.push_back(deleted_item(target, object));
    return all;
  }
  if (!is_status(answer)) return {deleted(target, *answer)};
  WrittenObject gone = written_to(target, Written::gone);
  if (answer) gone.uid = answer->get<std::string>("/details/uid").value_or(std::string());
  return {gone};
}

/// The written object, from the answer. A Status answers actions through a subresource, such as the eviction of a pod;
/// an object without a version, such as a review or a token, is not stored.
std::vector<WrittenObject> changes(const WriteTarget& target, const std::optional<Object>& answer) {
  if (is_status(answer)) {
    if (target.name.empty()) return {};
    return {written_to(target, Written::unknown)};
  }
  if (answer->resource_version().empty()) return {};
  return {written_as(target, is_marked(*answer) ? Written::marked : Written::stored, *answer)};
}

}  // namespace

void WriteListener::on_outcome(const http::Request& request, const Result<http::Response>& result) noexcept {
  if (is_read(request.method)) return;
  try {
    const std::string_view path = std::string_view(request.url).substr(base_url_.size());
    const std::size_t query = path.find('?');
    if (is_dry_run(request, query == std::string_view::npos ? std::string_view() : path.substr(query))) return;
    if (const auto target = write_target(path.substr(0, query))) take(request, *target, result);
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory, of which the caller hears soon enough
  }
}

void WriteListener::take(const http::Request& request, const WriteTarget& target,
                         const Result<http::Response>& result) const {
  if (!result.ok()) return note_unknown(request, target);
  const http::Response& response = result.value();
  const bool is_deletion = request.method == "DELETE";
  if (response.status >= smallest_failure) {
    if (is_deletion && response.status == not_found && !target.name.empty()) {
      objects_->note(cluster_, written_to(target, Written::gone));
    } else if (response.status >= first_server_error || response.after_lost_answer) {
      note_unknown(request, target);
    }
    return;
  }
  if (response.status < smallest_success) return;
  try {
    const std::optional<Object> answer = object_of(response);
    for (WrittenObject& written : is_deletion ? deletions(target, answer) : changes(target, answer)) {
      if (!written.name.empty()) objects_->note(cluster_, std::move(written));
    }
  } catch (const DecodeError&) {
    note_unknown(request, target);
  }
}

// A create names its object in the body. One with a generated name cannot be found again.
void WriteListener::note_unknown(const http::Request& request, const WriteTarget& target) const {
  WrittenObject written = written_to(target, Written::unknown);
  if (written.name.empty() && request.method == "POST") {
    codec::ObjectHeader sent = codec::read_object_header(request.body);
    written.name = std::move(sent.name);
    if (written.ns.empty()) written.ns = std::move(sent.ns);
  }
  if (!written.name.empty()) objects_->note(cluster_, std::move(written));
}

}  // namespace kplane::detail
