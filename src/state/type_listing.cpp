#include "state/type_listing.hpp"

#include <utility>

#include "codec/object_list.hpp"
#include "resource/resource_path.hpp"
#include "resource/resource_request.hpp"

namespace kplane::detail {

namespace {

constexpr int most_list_expiries = 5;

ListCursor first_page_of(const PlaneEndpoint& endpoint, const ListedType& type) {
  ListCursor cursor = list_cursor(endpoint, make_resource_path(type.api_version, type.plural), {});
  cursor.limit_bytes(endpoint.core->options().max_response_bytes);
  return cursor;
}

}  // namespace

TypeListing::TypeListing(const PlaneEndpoint& endpoint, const ListedType& type)
    : endpoint_(&endpoint), first_page_(first_page_of(endpoint, type)), cursor_(first_page_) {
  type_.group = api_group_of(type.api_version);
  type_.resource = type.plural;
  type_.synced = true;
}

http::Request TypeListing::request() const { return list_request(*endpoint_, cursor_, {}); }

bool TypeListing::take(const Result<ApiResponse>& result) {
  if (!result.ok()) {
    const bool is_expired = dynamic_cast<const Expired*>(result.error().get()) != nullptr;
    if (!is_expired || ++expiries_ > most_list_expiries) result.error()->raise();
    cursor_ = first_page_;
    type_.items.clear();
    return true;
  }
  codec::ObjectPage page = codec::decode_object_list(result.value().body);
  cursor_.take_page(page.objects.size(), std::move(page.continue_token), result.value().body->text().size());
  type_.items.insert(type_.items.end(), page.objects.begin(), page.objects.end());
  return !cursor_.at_end();
}

SnapshotResource TypeListing::take_type() {
  type_.item_count = static_cast<std::int64_t>(type_.items.size());
  return std::move(type_);
}

}  // namespace kplane::detail
