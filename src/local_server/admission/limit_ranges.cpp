#include "local_server/admission/limit_ranges.hpp"

#include <optional>
#include <vector>

#include "local_server/base/json_text.hpp"
#include "local_server/schema/rules.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

constexpr const char* kAnnotation = "kubernetes.io/limit-ranger";

/// The items of all LimitRanges of a namespace, one LimitRange after the other.
std::vector<ObjectPtr> ranges_of(const Store& store, const std::string& ns) {
  static const ResourceType* const type = find_built_in("", "v1", "limitranges");
  return store.list(*type, ns).objects;
}

template <typename Visit>
void for_each_item(const std::vector<ObjectPtr>& ranges, const std::string& kind, const Visit& visit) {
  for (const auto& range : ranges) {
    const json& items = member_or_null(member_or_null(range->value(), "spec"), "limits");
    for (const auto& item : items) {
      if (string_member(item, "type") == kind) visit(item);
    }
  }
}

// What a container lacks of the defaults. @return the names, as the annotation lists them
std::string merge(json& container, const char* part, const json& defaults) {
  std::string names;
  if (!defaults.is_object()) return names;
  json& amounts = container["resources"][part];
  if (!amounts.is_object()) amounts = json::object();
  for (const auto& [name, amount] : defaults.items()) {
    if (amounts.contains(name)) continue;
    amounts[name] = amount;
    names += (names.empty() ? "" : ", ") + name;
  }
  if (amounts.empty()) container["resources"].erase(part);
  return names;
}

void add_set(std::string& all, const std::string& names, const std::string& what) {
  if (!names.empty()) all += (all.empty() ? "" : "; ") + names + what;
}

void set_defaults_of(const json& item, json& pod) {
  std::string set;
  for (const char* list : {"containers", "initContainers"}) {
    if (!pod["spec"].contains(list)) continue;
    const std::string kind = list[0] == 'c' ? "container " : "init container ";
    for (auto& container : pod["spec"][list]) {
      const std::string name = string_member(container, "name");
      const std::string limits = merge(container, "limits", member_or_null(item, "default"));
      add_set(set, merge(container, "requests", member_or_null(item, "defaultRequest")),
              std::string(" request for ").append(kind).append(name));
      add_set(set, limits, std::string(" limit for ").append(kind).append(name));
    }
  }
  if (!set.empty()) pod["metadata"]["annotations"][kAnnotation] = "LimitRanger plugin set: " + set;
}

/// Requests and limits of what an item of a LimitRange is about.
struct LimitUsage {
  json requests = json::object();
  json limits = json::object();
};

/// Compares one usage with one item, and collects what is wrong.
class Comparison {
 public:
  Comparison(std::string kind, LimitUsage usage) : kind_(std::move(kind)), usage_(std::move(usage)) {}

  void compare(const json& item) {
    for_each_amount(member_or_null(item, "min"), [&](const std::string& name, const json& bound) {
      const std::string start = "minimum " + name + " usage per " + kind_ + " is " + text(bound);
      if (!usage_.requests.contains(name)) return add(start + ".  No request is specified");
      if (below(usage_.requests[name], bound)) return add(start + ", but request is " + text(usage_.requests[name]));
      const bool low = usage_.limits.contains(name) && below(usage_.limits[name], bound);
      if (low) add(start + ", but limit is " + text(usage_.limits[name]));
    });
    for_each_amount(member_or_null(item, "max"), [&](const std::string& name, const json& bound) {
      const bool claim = kind_ == "PersistentVolumeClaim";
      const std::string start = "maximum " + name + " usage per " + kind_ + " is " + text(bound);
      if (claim && !usage_.requests.contains(name)) return add(start + ".  No request is specified");
      if (!claim && !usage_.limits.contains(name)) return add(start + ".  No limit is specified");
      if (!claim && below(bound, usage_.limits[name]))
        return add(start + ", but limit is " + text(usage_.limits[name]));
      const bool high = usage_.requests.contains(name) && below(bound, usage_.requests[name]);
      if (high) add(start + ", but request is " + text(usage_.requests[name]));
    });
    for_each_amount(member_or_null(item, "maxLimitRequestRatio"),
                    [&](const std::string& name, const json& bound) { compare_ratio(name, bound); });
  }

  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  static std::string text(const json& amount) { return amount.is_string() ? amount.get<std::string>() : amount.dump(); }

  static Quantity::Nano nano(const json& amount) {
    const auto quantity = quantity_of(amount);
    return quantity ? quantity->nano() : 0;
  }

  static bool below(const json& a, const json& b) { return nano(a) < nano(b); }

  template <typename Visit>
  static void for_each_amount(const json& amounts, const Visit& visit) {
    if (!amounts.is_object()) return;
    for (const auto& [name, amount] : amounts.items()) visit(name, amount);
  }

  void compare_ratio(const std::string& name, const json& bound) {
    const std::string start = name + " max limit to request ratio per " + kind_ + " is " + text(bound);
    const auto request = nano(member_or_null(usage_.requests, name));
    const auto limit = nano(member_or_null(usage_.limits, name));
    if (request == 0) return add(start + ", but no request is specified or request is 0");
    if (limit == 0) return add(start + ", but no limit is specified or limit is 0");
    const double ratio = static_cast<double>(limit) / static_cast<double>(request);
    constexpr double unit = 1e9;
    if (ratio <= static_cast<double>(nano(bound)) / unit) return;
    add(start + ", but provided ratio is " + std::to_string(ratio));
  }

  void add(const std::string& problem) { problems_.push_back(problem); }

  std::string kind_;
  LimitUsage usage_;
  std::vector<std::string> problems_;
};

LimitUsage usage_of(const json& container) {
  const json& resources = member_or_null(container, "resources");
  const auto part = [&](const char* name) {
    const json& amounts = member_or_null(resources, name);
    return amounts.is_object() ? amounts : json::object();
  };
  return {part("requests"), part("limits")};
}

void add_amounts(json& sum, const json& amounts) {
  for (const auto& [name, amount] : amounts.items()) {
    const auto more = quantity_of(amount);
    const auto there = quantity_of(member_or_null(sum, name));
    if (more) sum[name] = there ? there->with(there->nano() + more->nano()).text() : more->text();
  }
}

void collect(const std::vector<ObjectPtr>& ranges, const std::string& kind, const LimitUsage& usage,
             std::vector<std::string>& problems) {
  Comparison comparison(kind, usage);
  for_each_item(ranges, kind, [&](const json& item) { comparison.compare(item); });
  problems.insert(problems.end(), comparison.problems().begin(), comparison.problems().end());
}

}  // namespace

void set_default_limits(const Store& store, const std::string& ns, json& pod) {
  for_each_item(ranges_of(store, ns), "Container", [&](const json& item) { set_defaults_of(item, pod); });
}

std::string limit_problem(const Store& store, const ResourceType& type, const std::string& ns, const json& object) {
  const auto ranges = ranges_of(store, ns);
  if (ranges.empty()) return {};
  const json& spec = member_or_null(object, "spec");
  std::vector<std::string> problems;
  if (type.kind == "Pod") {
    LimitUsage sum;
    for (const char* list : {"containers", "initContainers"}) {
      for (const auto& container : member_or_null(spec, list)) {
        const LimitUsage usage = usage_of(container);
        collect(ranges, "Container", usage, problems);
        if (list[0] != 'c') continue;
        add_amounts(sum.requests, usage.requests);
        add_amounts(sum.limits, usage.limits);
      }
    }
    collect(ranges, "Pod", sum, problems);
  } else {
    collect(ranges, "PersistentVolumeClaim", usage_of(spec), problems);
  }
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "" : ", ") + problem;
  return problems.size() > 1 ? "[" + text + "]" : text;
}

}  // namespace kplane::testing::server
