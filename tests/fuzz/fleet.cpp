// Fuzz target: a Fleet, and a list of them.
#include "codec/fleet.hpp"

#include <kplane/error.hpp>

#include "target.hpp"
#include "walk_object.hpp"

namespace {

void check(const kplane::detail::FleetRecord& fleet) {
  kplane::fuzz::require(!fleet.name.empty(), "a Fleet has a name");
  kplane::fuzz::require(fleet.spec.replicas >= 0, "replicas are not negative");
  kplane::fuzz::walk_object(fleet.object);
}

template <class Decode>
void tolerate(std::size_t size, Decode&& decode) {
  try {
    decode();
  } catch (const kplane::DecodeError& error) {
    kplane::fuzz::require(error.byte_offset() <= size, "the offset lies within the body");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = kplane::fuzz::body_of(kplane::fuzz::text_of(data, size));
  tolerate(size, [&] { check(kplane::codec::decode_fleet(body)); });
  tolerate(size, [&] {
    for (const auto& fleet : kplane::codec::decode_fleet_list(body).fleets) check(fleet);
  });
  return 0;
}
