#include "restore/creation_order.hpp"

#include <algorithm>
#include <array>

namespace kplane::detail {

namespace {

template <std::size_t Size>
bool is_among(const std::array<std::string_view, Size>& names, std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 2> containers = {"namespaces", "customresourcedefinitions"};
constexpr std::array<std::string_view, 8> looked_up = {"serviceaccounts", "priorityclasses", "storageclasses",
                                                       "runtimeclasses",  "clusterroles",    "roles",
                                                       "servicecidrs",    "deviceclasses"};
constexpr std::array<std::string_view, 6> judges = {"mutatingwebhookconfigurations",
                                                    "validatingwebhookconfigurations",
                                                    "mutatingadmissionpolicybindings",
                                                    "validatingadmissionpolicybindings",
                                                    "resourcequotas",
                                                    "limitranges"};

}  // namespace

CreationStage creation_stage(std::string_view group, std::string_view plural) noexcept {
  if (group.find('.') != std::string_view::npos && group.find(".k8s.io") == std::string_view::npos) {
    return CreationStage::ordinary;  // custom types, whatever their names
  }
  if (is_among(containers, plural)) return CreationStage::container;
  if (is_among(looked_up, plural)) return CreationStage::early;
  return is_among(judges, plural) ? CreationStage::late : CreationStage::ordinary;
}

}  // namespace kplane::detail
