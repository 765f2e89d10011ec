// The order in which objects of many types can be created.
#pragma once

#include <string_view>

namespace kplane::detail {

/// Objects of a stage can be created concurrently once those of the earlier stages exist.
enum class CreationStage {
  container,  ///< namespaces and CustomResourceDefinitions: others are in them, or of them
  early,      ///< what others refer to and admission looks up: accounts, classes, roles
  ordinary,
  late,  ///< what admits or rejects others, such as webhooks and quotas
};

[[nodiscard]] CreationStage creation_stage(std::string_view group, std::string_view plural) noexcept;

}  // namespace kplane::detail
