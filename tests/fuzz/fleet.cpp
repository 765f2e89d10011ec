// Fuzz target: a Fleet, and a list of them.
#include "codec/fleet.hpp"

#include <kplane/error.hpp>

#include "target.hpp"
#include "walk_object.hpp"

namespace kplane::fuzz::fleet_target {
namespace {

void check(const kplane::detail::FleetRecord& fleet) {
  require(!fleet.name.empty(), "a Fleet has a name");
  require(fleet.spec.replicas >= 0, "replicas are not negative");
  walk_object(fleet.object);
}

template <class Decode>
void tolerate(std::size_t size, Decode&& decode) {
  try {
    decode();
  } catch (const kplane::DecodeError& error) {
    require(error.byte_offset() <= size, "the offset lies within the body");
  }
}

void run(std::string_view text) {
  const auto body = body_of(text);
  tolerate(text.size(), [&] { check(kplane::codec::decode_fleet(body)); });
  tolerate(text.size(), [&] {
    for (const auto& fleet : kplane::codec::decode_fleet_list(body).fleets) check(fleet);
  });
}

const Registration registration("fleet", run);

}  // namespace
}  // namespace kplane::fuzz::fleet_target
