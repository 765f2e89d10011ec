// The text of a baseline is one JSON object that contains the state in the server's format.
#include <kplane/baseline.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include <kplane/json.hpp>
#include <kplane/version.hpp>

#include "base/error_mixin.hpp"
#include "base/excerpt.hpp"
#include "codec/object_list.hpp"
#include "json/document.hpp"
#include "json/dump.hpp"
#include "restore/baseline_parts.hpp"
#include "session/validation.hpp"
#include "state/state_text.hpp"

namespace kplane {

namespace {

using nlohmann::json;

constexpr int format_version = 1;
constexpr const char* format_name = "kplane-baseline";

json encode_types(const detail::TypeList& types) {
  json all = json::array();
  for (const codec::ServedType& type : types) {
    all.push_back({{"apiVersion", type.api_version},
                   {"plural", type.plural},
                   {"kind", type.kind},
                   {"namespaced", type.is_namespaced},
                   {"status", type.has_status}});
  }
  return all;
}

json encode_listed(const std::vector<ListedType>& types) {
  json all = json::array();
  for (const ListedType& type : types) all.push_back({{"apiVersion", type.api_version}, {"plural", type.plural}});
  return all;
}

json encode_ignored(const DiffOptions& ignored) {
  return {{"fields", ignored.ignored_fields},
          {"types", ignored.ignored_types},
          {"serverFields", ignored.ignore_server_fields}};
}

[[noreturn]] void refuse(const std::string& why) { throw DecodeError("the text is not a baseline: " + why, 0); }

std::string required(const Object& object, std::string_view pointer) {
  auto text = object.get<std::string>(pointer);
  if (!text) refuse(std::string(pointer) + " is missing or not a string");
  return *std::move(text);
}

/// One that becomes a part of the paths of requests.
std::string required_name(const Object& object, std::string_view pointer, bool (*is_valid)(std::string_view) noexcept) {
  std::string name = required(object, pointer);
  if (!is_valid(name)) refuse(std::string(pointer) + " of a type is not valid: " + detail::excerpt(name));
  return name;
}

ListedType decode_type(const Object& entry) {
  return {required_name(entry, "/apiVersion", detail::is_api_version),
          required_name(entry, "/plural", detail::is_label)};
}

detail::TypeList decode_types(const Object& root) {
  detail::TypeList types;
  for (const Object& entry : root.elements("/types")) {
    const ListedType name = decode_type(entry);
    codec::ServedType type{name.api_version, name.plural};
    type.kind = required(entry, "/kind");
    type.is_namespaced = entry.get<bool>("/namespaced").value_or(true);
    type.has_status = entry.get<bool>("/status").value_or(false);
    types.push_back(std::move(type));
  }
  return types;
}

std::vector<std::string> decode_texts(const Object& root, std::string_view pointer) {
  std::vector<std::string> texts;
  for (const Object& entry : root.elements(pointer)) texts.push_back(required(entry, ""));
  return texts;
}

detail::BaselineParts decode(const Object& root) {
  if (root.get<std::string_view>("/format") != format_name) refuse("/format is not kplane-baseline");
  const auto version = root.get<std::int64_t>("/formatVersion");
  if (!version || *version < 1) refuse("/formatVersion is missing");
  if (*version > format_version) {
    throw DecodeError("the baseline has format version " + std::to_string(*version) +
                          ", but this library reads only up to " + std::to_string(format_version) +
                          ": use a newer version of the library",
                      0);
  }
  const auto state = root.at("/state");
  if (!state) refuse("/state is missing");
  detail::BaselineParts parts;
  parts.state = Snapshot::from_json(state->raw());
  parts.server_version = required(root, "/serverVersion");
  parts.types = decode_types(root);
  for (const Object& entry : root.elements("/listedTypes")) {
    parts.listed_types.push_back(decode_type(entry));
  }
  parts.ignored.ignored_fields = decode_texts(root, "/ignored/fields");
  parts.ignored.ignored_types = decode_texts(root, "/ignored/types");
  parts.ignored.ignore_server_fields = root.get<bool>("/ignored/serverFields").value_or(true);
  parts.digest = digest(parts.state, parts.ignored);
  if (parts.digest.hex() != required(root, "/digest")) refuse("its state does not match its digest: it is damaged");
  return parts;
}

const char* name_of(ChangeType type) noexcept {
  switch (type) {
    case ChangeType::added:
      return "added ";
    case ChangeType::removed:
      return "removed ";
    case ChangeType::modified:
      break;
  }
  return "modified ";
}

std::string describe(const Change& change) {
  std::string text = name_of(change.type) + change.resource;
  if (!change.group.empty()) text += '.' + change.group;
  text += ' ' + (change.ns.empty() ? std::string() : detail::excerpt(change.ns) + '/') + detail::excerpt(change.name);
  if (change.pointers.empty()) return text;
  text += " at " + detail::excerpt(change.pointers.front());
  if (change.pointers.size() > 1) text += " and " + std::to_string(change.pointers.size() - 1) + " more fields";
  return text;
}

}  // namespace

Baseline::Baseline(std::shared_ptr<const detail::BaselineParts> parts) noexcept : parts_(std::move(parts)) {}

Baseline Baseline::from_json(std::string_view text) {
  const auto document = std::make_shared<const detail::Document>(memory::PaddedBuffer(text), "baseline");
  return detail::BaselineAccess::make(decode(codec::decode_object(document)));
}

std::string Baseline::json() const {
  const nlohmann::json head = {{"format", format_name},
                               {"formatVersion", format_version},
                               {"libraryVersion", KPLANE_VERSION_STRING},
                               {"serverVersion", parts_->server_version},
                               {"digest", parts_->digest.hex()},
                               {"ignored", encode_ignored(parts_->ignored)},
                               {"listedTypes", encode_listed(parts_->listed_types)},
                               {"types", encode_types(parts_->types)}};
  std::string text = kplane::json::dump(head);
  text.pop_back();
  return text + R"(,"state":)" + detail::encode_state(parts_->state) + '}';
}

const Snapshot& Baseline::state() const& noexcept { return parts_->state; }
Snapshot Baseline::state() && { return parts_->state; }
Digest Baseline::digest() const noexcept { return parts_->digest; }
const DiffOptions& Baseline::ignored() const& noexcept { return parts_->ignored; }
DiffOptions Baseline::ignored() && { return parts_->ignored; }
const std::string& Baseline::server_version() const& noexcept { return parts_->server_version; }
std::string Baseline::server_version() && { return parts_->server_version; }

NotPristine::NotPristine(const std::string& message, Vector<Change> changes)
    : ErrorMixin(message, false), changes_(std::make_shared<const Vector<Change>>(std::move(changes))) {}

namespace detail {

template class ErrorMixin<NotPristine, Error>;

std::string describe(const Vector<Change>& changes) {
  constexpr std::size_t most_shown = 5;
  std::string text;
  for (std::size_t i = 0; i < changes.size() && i < most_shown; ++i) {
    if (i != 0) text += "; ";
    text += kplane::describe(changes[i]);
  }
  if (changes.size() > most_shown) text += "; and " + std::to_string(changes.size() - most_shown) + " more";
  return text;
}

}  // namespace detail

}  // namespace kplane
