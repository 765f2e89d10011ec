// In which order objects of many types can be made.
#pragma once

#include <string_view>

namespace kplane::detail {

/// Objects of a stage can be made side by side, once those of the stages before it are there.
enum class CreationStage {
  container,  ///< namespaces and CustomResourceDefinitions: others are in them, or of them
  early,      ///< what others name and admission looks up: accounts, classes, roles
  ordinary,
  late,  ///< what admits or refuses others, such as webhooks and quotas
};

[[nodiscard]] CreationStage creation_stage(std::string_view group, std::string_view plural) noexcept;

}  // namespace kplane::detail
