// Fuzz target: any object, a page of a list, what a plane serves, an issued token, and what an object that is to be
// sent says of itself.
#include <kplane/error.hpp>

#include "agent/agent_objects.hpp"
#include "codec/api_resources.hpp"
#include "codec/object_header.hpp"
#include "codec/object_list.hpp"
#include "target.hpp"
#include "walk_object.hpp"

namespace {

template <class Decode>
void tolerate(std::size_t size, Decode&& decode) {
  try {
    decode();
  } catch (const kplane::DecodeError& error) {
    kplane::fuzz::require(error.byte_offset() <= size, "the offset lies within the body");
  } catch (const kplane::ConfigError&) {  // of the object to send
    return;
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = kplane::fuzz::text_of(data, size);
  const auto body = kplane::fuzz::body_of(text);
  tolerate(size, [&] { kplane::fuzz::walk_object(kplane::codec::decode_object(body)); });
  tolerate(size, [&] {
    for (const auto& object : kplane::codec::decode_object_list(body).objects) kplane::fuzz::walk_object(object);
  });
  tolerate(size, [&] {
    for (const auto& type : kplane::codec::decode_api_resources(body)) {
      kplane::fuzz::require(!type.kind.empty() && !type.plural.empty(), "a type has a kind and a plural");
      kplane::fuzz::require(type.plural.find('/') == std::string::npos, "a subresource is no type");
    }
  });
  tolerate(size, [&] {
    kplane::fuzz::require(!kplane::detail::decode_issued_token(body).token.empty(), "a token is not empty");
  });
  tolerate(size, [&] { static_cast<void>(kplane::codec::read_object_header(text)); });
  return 0;
}
