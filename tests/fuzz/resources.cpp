// Fuzz target: any object, a page of a list, what a plane serves, an issued token, and what an object that is to be
// sent says of itself.
#include <kplane/error.hpp>

#include "agent/agent_objects.hpp"
#include "codec/api_resources.hpp"
#include "codec/object_header.hpp"
#include "codec/object_list.hpp"
#include "target.hpp"
#include "walk_object.hpp"

namespace kplane::fuzz::resources_target {
namespace {

template <class Decode>
void tolerate(std::size_t size, Decode&& decode) {
  try {
    decode();
  } catch (const kplane::DecodeError& error) {
    require(error.byte_offset() <= size, "the offset lies within the body");
  } catch (const kplane::ConfigError&) {  // of the object to send
    return;
  }
}

void run(std::string_view text) {
  const auto body = body_of(text);
  tolerate(text.size(), [&] { walk_object(kplane::codec::decode_object(body)); });
  tolerate(text.size(), [&] {
    for (const auto& object : kplane::codec::decode_object_list(body).objects) walk_object(object);
  });
  tolerate(text.size(), [&] {
    for (const auto& type : kplane::codec::decode_api_resources(body)) {
      require(!type.kind.empty() && !type.plural.empty(), "a type has a kind and a plural");
      require(type.plural.find('/') == std::string::npos, "a subresource is no type");
    }
  });
  tolerate(text.size(),
           [&] { require(!kplane::detail::decode_issued_token(body).token.empty(), "a token is not empty"); });
  tolerate(text.size(), [&] { static_cast<void>(kplane::codec::read_object_header(text)); });
}

const Registration registration("resources", run);

}  // namespace
}  // namespace kplane::fuzz::resources_target
