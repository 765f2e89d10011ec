// ListReader, and the public ObjectList based on it.
#include "resource/list_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include <kplane/object_list.hpp>

#include "resource/expected_answer.hpp"
#include "resource/resource_access.hpp"
#include "resource/resource_request.hpp"
#include "session/api_response.hpp"

namespace kplane {

namespace detail {

namespace {

/// Adds advice to the error for a `continue` token that the server does not accept: expired, or from before a restore.
[[noreturn]] void raise_expired(const ApiError& error) {
  ApiError::Info info = info_of(error);
  if (is_future_version(error)) {  // its 504 would suggest that a retry may succeed
    info.status = 410;
    info.reason = "Expired";
    info.retry_after.reset();
  }
  info.message += "; the list cannot be continued: start it again";
  throw Expired(std::move(info));
}

}  // namespace

ListReader::ListReader(std::shared_ptr<const PlaneEndpoint> endpoint, ResourcePath path, ListOptions options)
    : endpoint_(std::move(endpoint)),
      path_(std::move(path)),
      options_(std::move(options)),
      cursor_(list_cursor(*endpoint_, path_, options_)) {
  fetch();
  resource_version_ = page_.resource_version;  // NOLINT(cppcoreguidelines-prefer-member-initializer): known now
}

void ListReader::keep_all() noexcept {
  const std::uint64_t most = endpoint_->core->options().max_response_bytes;
  cursor_.limit_bytes(most - std::min<std::uint64_t>(most, page_bytes_));
}

bool ListReader::stands_on_object() {
  if (next_ == page_.objects.size()) {
    if (cursor_.at_end()) return false;
    page_ = {};  // before the next one arrives, so that only one is in memory
    next_ = 0;
    fetch();
    if (page_.objects.empty()) return false;
  }
  check_is_listed(object(), path_);
  return true;
}

void ListReader::fetch() {
  const Result<ApiResponse> result =
      ask_resource(*endpoint_, path_.api_version, list_request(*endpoint_, cursor_, options_));
  if (!result.ok()) {
    const Error& error = *result.error();
    const bool is_outdated = dynamic_cast<const Expired*>(&error) != nullptr || is_future_version(error);
    if (is_outdated && !cursor_.at_begin()) raise_expired(dynamic_cast<const ApiError&>(error));
    error.raise();
  }
  const std::size_t bytes = result.value().body->text().size();
  codec::ObjectPage page = codec::decode_object_list(result.value().body);
  cursor_.take_page(page.objects.size(), std::move(page.continue_token), bytes);
  page_bytes_ = bytes;
  page_ = std::move(page);
}

}  // namespace detail

ObjectList::ObjectList(std::unique_ptr<detail::ListReader> reader) noexcept : reader_(std::move(reader)) {}
ObjectList::ObjectList(ObjectList&&) noexcept = default;
ObjectList& ObjectList::operator=(ObjectList&&) noexcept = default;
ObjectList::~ObjectList() = default;

detail::ListReader& ObjectList::reader() const {
  if (!reader_) throw std::logic_error("ObjectList: used after it was moved from");
  return *reader_;
}

ObjectList::iterator ObjectList::begin() & { return reader().stands_on_object() ? iterator(&reader()) : iterator(); }

Vector<Object> ObjectList::all() {
  reader().keep_all();
  Vector<Object> objects;
  for (const Object& object : *this) objects.push_back(object);
  return objects;
}

const std::string& ObjectList::resource_version() const& { return reader().resource_version(); }
std::string ObjectList::resource_version() && { return reader().resource_version(); }

const Object& ObjectList::iterator::operator*() const noexcept { return reader_->object(); }

ObjectList::iterator& ObjectList::iterator::operator++() {
  reader_->step();
  if (!reader_->stands_on_object()) reader_ = nullptr;
  return *this;
}

}  // namespace kplane
