#include "rl/shard/mailboxes.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include <kplane/error.hpp>
#include <kplane/watch.hpp>

#include "rl/run/run_store.hpp"
#include "rl/shard/rank_lease.hpp"

namespace kplane::rl::detail {

namespace {

using nlohmann::json;

constexpr std::size_t longest_text = 1'000'000;  // the data of a ConfigMap may have 1 MiB (contract §9)

std::int64_t operation_of(const Object& mailbox) {
  const std::string text = mailbox.get<std::string>("/data/operation").value_or(std::string());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

std::string text_of(const Object& mailbox) { return mailbox.get<std::string>("/data/text").value_or(std::string()); }

Mailboxes::Outcome outcome_of(WatchEnd end, Mailboxes::Outcome by_callback) {
  if (end == WatchEnd::callback) return by_callback;
  return end == WatchEnd::timeout ? Mailboxes::Outcome::timeout : Mailboxes::Outcome::stopped;
}

}  // namespace

void check_text(std::string_view text) {
  if (text.size() > longest_text) {
    throw ConfigError("what a rank gives to others has " + std::to_string(text.size()) + " bytes; at most " +
                      std::to_string(longest_text) + " fit into an object of the root plane");
  }
  try {
    static_cast<void>(json(text).dump());
  } catch (const json::exception&) {
    throw ConfigError("what ranks give to each other must be UTF-8 text; encode other bytes, such as in base64");
  }
}

Mailboxes::Mailboxes(const Client& client, const std::string& ns, std::string run, const Shard& shard)
    : run_(std::move(run)), shard_(shard), objects_(client.root_plane().resource("v1", "configmaps").in(ns)) {}

std::string Mailboxes::name_of(std::size_t rank) const { return record_name(rank_record(run_, rank)); }

std::size_t Mailboxes::rank_of(const Object& mailbox) const {
  const std::string_view name = mailbox.name();
  const std::string before = name_of(0).substr(0, name_of(0).size() - 1);
  if (name.substr(0, before.size()) != before) return shard_.size();
  std::size_t rank = 0;
  const auto [end, error] = std::from_chars(name.data() + before.size(), name.data() + name.size(), rank);
  const bool is_rank = error == std::errc() && end == name.data() + name.size() && rank < shard_.size();
  return is_rank ? rank : shard_.size();
}

void Mailboxes::open() const {
  json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"data", {{"operation", "0"}}}};
  object["metadata"] = {{"name", name_of(shard_.rank())}, {"labels", {{std::string(rank_label), run_}}}};
  try {
    objects_.create(object.dump());
  } catch (const AlreadyExists&) {
    return;
  }
}

void Mailboxes::close() const { objects_.remove(name_of(shard_.rank())); }

std::int64_t Mailboxes::completed() const { return operation_of(objects_.get(name_of(0))); }

void Mailboxes::write(std::int64_t operation, std::string_view text) const {
  PatchOptions repeatable;
  repeatable.idempotent = true;
  const json patch = {{"data", {{"operation", std::to_string(operation)}, {"text", text}}}};
  objects_.patch(name_of(shard_.rank()), PatchType::merge, patch.dump(), repeatable);
}

// What has been seen of an operation that was not done may be needed again: then the next one lists.
WatchEnd Mailboxes::follow(WatchOptions options, const std::function<bool(const WatchEvent&)>& on_event) {
  const auto begin = std::chrono::steady_clock::now();
  std::string version;
  const auto note = [&](const WatchEvent& event) {
    version = event.object.resource_version();
    return on_event(event);
  };
  options.resource_version = std::exchange(followed_to_, {});
  const WatchEnd ended = [&] {
    try {
      return objects_.watch(note, options);
    } catch (const Expired&) {
      if (options.resource_version.empty()) throw;
    }
    options.resource_version.clear();
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
    if (options.timeout) options.timeout = std::max(*options.timeout - passed, std::chrono::milliseconds(0));
    return objects_.watch(note, options);
  }();
  if (ended == WatchEnd::callback) followed_to_ = std::move(version);
  return ended;
}

Mailboxes::Outcome Mailboxes::collect(std::int64_t operation, std::vector<std::string>& texts,
                                      std::vector<bool>& has_come, std::chrono::milliseconds timeout,
                                      const StopToken& stop) {
  WatchOptions options;
  options.label_selector = std::string(rank_label) + '=' + run_;
  options.timeout = timeout;
  options.stop = stop;
  const WatchEnd end = follow(options, [&](const WatchEvent& event) {
    const std::size_t rank = rank_of(event.object);
    if (rank < shard_.size() && event.type != WatchEventType::deleted && operation_of(event.object) >= operation) {
      texts[rank] = text_of(event.object);
      has_come[rank] = true;
    }
    return std::find(has_come.begin(), has_come.end(), false) != has_come.end();
  });
  return outcome_of(end, Outcome::done);
}

Mailboxes::Outcome Mailboxes::wait_for_root(std::int64_t operation, std::string& text,
                                            std::chrono::milliseconds timeout, const StopToken& stop) {
  WatchOptions options;
  options.field_selector = "metadata.name=" + name_of(0);
  options.timeout = timeout;
  options.stop = stop;
  Outcome outcome = Outcome::done;
  const WatchEnd end = follow(options, [&](const WatchEvent& event) {
    if (event.type == WatchEventType::deleted) {
      outcome = Outcome::ended;
      return false;
    }
    if (operation_of(event.object) < operation) return true;
    text = text_of(event.object);
    return false;
  });
  return outcome_of(end, outcome);
}

}  // namespace kplane::rl::detail
