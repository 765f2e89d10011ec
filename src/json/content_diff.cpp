#include "json/content_diff.hpp"

#include <algorithm>
#include <utility>

#include "json/json_dom.hpp"

namespace kplane::json {

namespace {

namespace dom = simdjson::dom;
using Node = IgnoredFields::Node;
using dom::element_type;
using Member = std::pair<std::string_view, dom::element>;

std::string escaped(std::string_view name) {
  std::string token;
  for (const char c : name) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

const Node* below(const Node* node, std::string_view name) { return node == nullptr ? nullptr : node->child(name); }

/// Sorted by name; only the last of members with the same name.
std::vector<Member> members_of(dom::object object) {
  std::vector<Member> members;
  for (const auto [key, value] : object) members.emplace_back(key, value);
  std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.first < b.first; });
  const auto same_name = [](const Member& a, const Member& b) { return a.first == b.first; };
  // std::unique keeps the first of each run, hence the reverse iterators.
  const auto kept = std::unique(members.rbegin(), members.rend(), same_name);
  members.erase(members.begin(), kept.base());
  return members;
}

/// Whether content_hash() would include it in an object.
bool is_left(dom::element value, const Node* ignored) {
  if (ignored == nullptr) return true;
  if (ignored->is_ignored()) return false;
  if (ignored->is_value_ignored() || value.type() != element_type::OBJECT) return true;
  const auto members = members_of(value.get_object().value_unsafe());
  const auto is_member_left = [&](const Member& member) {
    return is_left(member.second, ignored->child(member.first));
  };
  return members.empty() || std::any_of(members.begin(), members.end(), is_member_left);
}

bool same_scalar(dom::element a, dom::element b) {
  switch (a.type()) {
    case element_type::STRING:
      return a.get_string().value_unsafe() == b.get_string().value_unsafe();
    case element_type::INT64:
      return a.get_int64().value_unsafe() == b.get_int64().value_unsafe();
    case element_type::UINT64:
      return a.get_uint64().value_unsafe() == b.get_uint64().value_unsafe();
    case element_type::DOUBLE:
      return a.get_double().value_unsafe() == b.get_double().value_unsafe();
    case element_type::BOOL:
      return a.get_bool().value_unsafe() == b.get_bool().value_unsafe();
    default:
      return true;  // null
  }
}

class Comparison {
 public:
  explicit Comparison(std::vector<std::string>& found) : found_(found) {}

  void compare(dom::element a, dom::element b, const Node* ignored) {
    if (ignored != nullptr && (ignored->is_ignored() || ignored->is_value_ignored())) return;
    if (a.type() != b.type()) return note();
    if (a.type() == element_type::OBJECT) {
      compare_members(members_of(a.get_object().value_unsafe()), members_of(b.get_object().value_unsafe()), ignored);
    } else if (a.type() == element_type::ARRAY) {
      compare_elements(a.get_array().value_unsafe(), b.get_array().value_unsafe(), ignored);
    } else if (!same_scalar(a, b)) {
      note();
    }
  }

 private:
  void compare_members(const std::vector<Member>& before, const std::vector<Member>& after, const Node* ignored) {
    auto a = before.begin();
    auto b = after.begin();
    while (a != before.end() || b != after.end()) {
      const bool takes_a = b == after.end() || (a != before.end() && a->first <= b->first);
      const bool takes_b = a == before.end() || (b != after.end() && b->first <= a->first);
      const Node* node = below(ignored, takes_a ? a->first : b->first);
      const Step step(path_, takes_a ? a->first : b->first);
      compare_or_note(takes_a ? &a->second : nullptr, takes_b ? &b->second : nullptr, node);
      if (takes_a) ++a;
      if (takes_b) ++b;
    }
  }

  void compare_elements(dom::array before, dom::array after, const Node* ignored) {
    auto a = before.begin();
    auto b = after.begin();
    for (std::size_t index = 0; a != before.end() || b != after.end(); ++index) {
      const Step step(path_, std::to_string(index));
      const Node* node = ignored == nullptr ? nullptr : ignored->element(index);
      if (a == before.end() || b == after.end()) {
        note();  // an ignored element still counts as an element, as in content_hash()
      } else {
        const dom::element in_a = *a;
        const dom::element in_b = *b;
        compare_or_note(&in_a, &in_b, node);
      }
      if (a != before.end()) ++a;
      if (b != after.end()) ++b;
    }
  }

  void compare_or_note(const dom::element* a, const dom::element* b, const Node* ignored) {
    const bool has_a = a != nullptr && is_left(*a, ignored);
    const bool has_b = b != nullptr && is_left(*b, ignored);
    if (has_a != has_b) return note();
    if (has_a) compare(*a, *b, ignored);
  }

  void note() { found_.push_back(path_); }

  /// Extends the path by one token for its own lifetime.
  class Step {
   public:
    Step(std::string& path, std::string_view name) : path_(path), size_(path.size()) {
      (path_ += '/') += escaped(name);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    Step(Step&&) = delete;
    Step& operator=(Step&&) = delete;
    ~Step() { path_.resize(size_); }

   private:
    std::string& path_;
    std::size_t size_;
  };

  std::string path_;
  std::vector<std::string>& found_;
};

}  // namespace

std::vector<std::string> content_diff(const Content& before, const Content& after, const IgnoredFields& ignored) {
  const dom::element a = json_doms().first.parse(before.document, before.text);
  const dom::element b = json_doms().second.parse(after.document, after.text);
  std::vector<std::string> found;
  Comparison(found).compare(a, b, ignored.root());
  return found;
}

}  // namespace kplane::json
