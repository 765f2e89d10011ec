// What discovery says of a built-in type beside its plural: singular, short names, categories, and whether it scales.
#pragma once

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// Fills in the names of a built-in type whose group, resource and kind are set.
void fill_names(ResourceType& type);

}  // namespace kplane::testing::server
