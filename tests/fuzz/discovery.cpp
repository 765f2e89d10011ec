// Fuzz target: discovery documents of both forms, and CustomResourceDefinitions.
#include "codec/discovery_documents.hpp"

#include <kplane/error.hpp>

#include "codec/object_list.hpp"
#include "target.hpp"

namespace kplane::fuzz::discovery_target {
namespace {

void check(const std::vector<codec::ServedType>& types) {
  for (const codec::ServedType& type : types) {
    require(!type.plural.empty() && !type.api_version.empty(), "a served type can be addressed");
    require(type.plural.find('/') == std::string::npos, "a subresource is no type");
  }
}

template <class Decode>
void tolerate(std::size_t size, Decode&& decode) {
  try {
    decode();
  } catch (const DecodeError& error) {
    require(error.byte_offset() <= size, "the offset lies within the body");
  }
}

void run(std::string_view text) {
  const auto body = body_of(text);
  tolerate(text.size(), [&] { check(codec::decode_served_groups(body).types); });
  tolerate(text.size(), [&] { check(codec::decode_served_types("v1", body)); });
  tolerate(text.size(), [&] { check(codec::types_of_definition(codec::decode_object(body))); });
}

const Registration registration("discovery", run);

}  // namespace
}  // namespace kplane::fuzz::discovery_target
