// Per-type behaviour of a server, from tables/strategies.json, which was measured on a real one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// A field that a `fieldSelector` may name, apart from metadata.name and metadata.namespace.
struct SelectableField {
  std::vector<nlohmann::json::json_pointer> at{};  ///< the first of these that is there and not empty
  std::string otherwise{};                         ///< where none is
};

struct Strategy {
  bool answers_object = false;              ///< a deletion answers the object that is gone; else a Status
  bool orphans = false;                     ///< a deletion without a propagation policy orphans what the object owns
  bool collected = true;                    ///< a propagation policy leaves a finalizer; else it means nothing
  bool unconditional_update = true;         ///< takes a PUT without a resourceVersion
  bool create_on_update = false;            ///< a PUT to a name that is free creates
  std::string finalizer{};                  ///< that a new object gets; empty: none
  std::vector<std::string> status_keeps{};  ///< members of metadata that a write to `status` leaves as they are
  std::string unknown_field{};              ///< how another field is refused, with % in its place; empty: as usual
  std::map<std::string, SelectableField> fields{};
};

/// The result lives as long as the process.
[[nodiscard]] const Strategy& strategy_of(const ResourceType& type);

}  // namespace kplane::testing::server
