#include "chaos/plane_model.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace kplane::tests {

namespace {

std::string shown(const Value& value) { return value ? *value : "nothing"; }

/// Whether `part` is left of `whole` when some of its elements are taken away.
bool is_in_order(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  auto next = part.begin();
  for (const std::string& value : whole) {
    if (next != part.end() && *next == value) ++next;
  }
  return next == part.end();
}

bool is_of(const std::string& cluster, const std::string& value) { return value.rfind(cluster + ".", 0) == 0; }

}  // namespace

void SeenObjects::add_config_map(const Object& object, const std::string& cluster) {
  const std::string name(object.name());
  const bool is_generated = name.rfind("g-", 0) == 0;
  if (!is_generated && name.rfind("c-", 0) != 0) return;
  const std::string value = object.get<std::string>("/data/value").value_or("");
  if (!is_of(cluster, value)) strangers.push_back(name + "=" + value);
  if (is_generated) {
    ++generated[value];
  } else {
    values[name] = value;
  }
}

void SeenObjects::add_account(const Object& object, const std::string& cluster) {
  std::vector<std::string> list;
  for (const Object& secret : object.elements("/secrets")) {
    list.emplace_back(secret.get<std::string>("/name").value_or(""));
    if (!is_of(cluster, list.back())) strangers.push_back("appended " + list.back());
  }
  appended = std::move(list);
}

const std::vector<Value>& PlaneModel::possible(const std::string& name) const {
  static const std::vector<Value> absent{std::nullopt};
  const auto found = possible_.find(name);
  return found == possible_.end() ? absent : found->second;
}

void PlaneModel::write(const std::string& name, const Value& value, Fate fate) {
  if (fate == Fate::not_done) return;
  std::vector<Value> now{value};
  if (fate == Fate::unknown) {
    now = possible(name);
    now.push_back(value);
  }
  possible_[name] = std::move(now);
}

void PlaneModel::change(const std::string& name, const std::string& value, Fate fate) {
  if (may_exist(name)) write(name, value, fate);
}

void PlaneModel::append(const std::string& value, Fate fate) {
  if (fate != Fate::not_done) appended_.push_back({value, fate == Fate::done});
}

void PlaneModel::generate(const std::string& value, Fate fate) {
  if (fate != Fate::not_done) generated_[value] = fate == Fate::done;
}

void PlaneModel::remove_all(Fate fate) {
  if (fate == Fate::not_done) return;
  for (auto& [name, values] : possible_) write(name, std::nullopt, fate);
  for (auto& [value, is_certain] : generated_) is_certain = false;
  if (fate == Fate::done) generated_.clear();
}

void PlaneModel::clear() {
  possible_.clear();
  appended_.clear();
  generated_.clear();
}

bool PlaneModel::may_be(const std::string& name, const Value& value) const {
  const std::vector<Value>& values = possible(name);
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool PlaneModel::may_exist(const std::string& name) const {
  const std::vector<Value>& values = possible(name);
  return std::any_of(values.begin(), values.end(), [](const Value& value) { return value.has_value(); });
}

bool PlaneModel::may_be_absent(const std::string& name) const { return may_be(name, std::nullopt); }

std::vector<std::string> PlaneModel::check(const std::string& name, const Value& seen) {
  std::vector<std::string> problems;
  if (!may_be(name, seen)) {
    std::string text = cluster_ + ": " + name + " is " + shown(seen) + ", but may only be";
    for (const Value& value : possible(name)) text += " " + shown(value);
    problems.push_back(std::move(text));
  }
  possible_[name] = {seen};
  return problems;
}

std::vector<std::string> PlaneModel::check(const SeenObjects& seen) {
  std::vector<std::string> problems;
  for (const std::string& stranger : seen.strangers) problems.push_back(cluster_ + ": of another plane: " + stranger);
  std::set<std::string> names;
  for (const auto& entry : possible_) names.insert(entry.first);
  for (const auto& entry : seen.values) names.insert(entry.first);
  for (const std::string& name : names) {
    const auto found = seen.values.find(name);
    const std::vector<std::string> more = check(name, found == seen.values.end() ? Value() : Value(found->second));
    problems.insert(problems.end(), more.begin(), more.end());
  }
  check_generated(seen.generated, problems);
  if (seen.appended) check_appended(*seen.appended, problems);
  return problems;
}

// Each value at most once, and those that were reported as carried out all, in the order of the calls.
void PlaneModel::check_appended(const std::vector<std::string>& seen, std::vector<std::string>& problems) {
  std::set<std::string> there;
  for (const std::string& value : seen) {
    if (!there.insert(value).second) problems.push_back(cluster_ + ": twice in the list: " + value);
    const auto same = [&](const Token& token) { return token.value == value; };
    if (std::none_of(appended_.begin(), appended_.end(), same)) {
      problems.push_back(cluster_ + ": reported as not appended: " + value);
    }
  }
  std::vector<std::string> certain;
  for (const Token& token : appended_) {
    if (!token.is_certain) continue;
    certain.push_back(token.value);
    if (there.count(token.value) == 0) problems.push_back(cluster_ + ": lost from the list: " + token.value);
  }
  if (problems.empty() && !is_in_order(certain, seen)) problems.push_back(cluster_ + ": the list is out of order");
  appended_.clear();
  for (const std::string& value : seen) appended_.push_back({value, true});
}

void PlaneModel::check_generated(const std::map<std::string, int>& seen, std::vector<std::string>& problems) {
  std::map<std::string, bool> now;
  for (const auto& [value, is_certain] : generated_) {
    const auto found = seen.find(value);
    if (found != seen.end()) now[value] = true;
    if (found == seen.end() && is_certain) problems.push_back(cluster_ + ": lost: created " + value);
  }
  for (const auto& [value, count] : seen) {
    if (count > 1) problems.push_back(cluster_ + ": created " + std::to_string(count) + " times: " + value);
    if (generated_.count(value) == 0) problems.push_back(cluster_ + ": reported as not created: " + value);
  }
  generated_ = std::move(now);
}

}  // namespace kplane::tests
