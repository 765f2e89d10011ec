// Fleet objects (contract §5) ↔ typed values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kplane/fleet_types.hpp>
#include <kplane/object.hpp>

#include "json/document.hpp"

namespace kplane::detail {

/// A Fleet as last read.
struct FleetRecord {
  std::string name;
  std::string uid;
  std::int64_t generation = 0;
  FleetSpec spec;
  FleetStatus status;
  Object object;
};

}  // namespace kplane::detail

namespace kplane::codec {

/// Decodes a response body that is one Fleet. @throws DecodeError
[[nodiscard]] detail::FleetRecord decode_fleet(const std::shared_ptr<const detail::Document>& body);

/// Decodes an object that is a Fleet. @throws DecodeError
[[nodiscard]] detail::FleetRecord decode_fleet(const Object& object);

/// One page of a list.
struct FleetPage {
  std::vector<detail::FleetRecord> fleets;
  std::string continue_token;  ///< empty on the last page
};

/// Decodes a response body that is a FleetList. @throws DecodeError
[[nodiscard]] FleetPage decode_fleet_list(const std::shared_ptr<const detail::Document>& body);

/// The object to POST; `spec` has been checked. @param owner identifies the creator, a label value; empty: no label
[[nodiscard]] std::string encode_fleet(std::string_view name, const FleetSpec& spec, std::string_view owner = {});
/// Whether the Fleet was created by this owner.
[[nodiscard]] bool is_made_by(std::string_view owner, const detail::FleetRecord& fleet);

/// The merge patch that sets the number of replicas of the Fleet with this uid; any other Fleet is a conflict.
[[nodiscard]] std::string encode_fleet_scale(std::string_view uid, std::int32_t replicas);

}  // namespace kplane::codec
