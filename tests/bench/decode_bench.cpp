// Decoding and reading, next to what a user could write with the libraries underneath: simdjson's on-demand parser,
// which sets the pace, and nlohmann's DOM, which most C++ programs would use.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <kplane/client.hpp>
#include <kplane/diff.hpp>
#include <kplane/digest.hpp>
#include <kplane/fleet.hpp>
#include <kplane/snapshot.hpp>

#include "codec/fleet.hpp"
#include "codec/state.hpp"
#include "fleet/fleet_readiness.hpp"
#include "support/bodies.hpp"
#include "support/documents.hpp"

namespace kplane::tests {
namespace {

const std::string& state_body(std::int64_t index) {
  static const std::array<std::string, 3> bodies{make_state_body("fresh", fresh_plane),
                                                 make_state_body("rollout", rollout_plane),
                                                 make_state_body("large", large_plane)};
  return bodies.at(static_cast<std::size_t>(index));
}

void set_bytes(benchmark::State& state, const std::string& body) {
  state.SetBytesProcessed(static_cast<std::int64_t>(body.size()) * state.iterations());
}

/// Each body: fresh, rollout, large.
void every_body(benchmark::internal::Benchmark* benchmark) { benchmark->ArgName("body")->DenseRange(0, 2); }

// ---- Buffer → Snapshot

void decode_kplane(benchmark::State& state) {
  const std::string& body = state_body(state.range(0));
  const auto document = make_document(body);
  for (auto _ : state) benchmark::DoNotOptimize(codec::decode_state(document, std::nullopt));
  set_bytes(state, body);
}
BENCHMARK(decode_kplane)->Apply(every_body);

/// The envelope and the extent of every item, and nothing kept.
void decode_simdjson(benchmark::State& state) {
  namespace ondemand = simdjson::ondemand;
  const std::string& body = state_body(state.range(0));
  const simdjson::padded_string text(body);
  ondemand::parser parser;
  for (auto _ : state) {
    ondemand::document document = parser.iterate(text);
    std::size_t bytes = 0;
    for (ondemand::object resource : document["resources"]) {
      for (ondemand::object item : resource["items"]) bytes += item.raw_json().value().size();
    }
    benchmark::DoNotOptimize(bytes);
  }
  set_bytes(state, body);
}
BENCHMARK(decode_simdjson)->Apply(every_body);

void decode_nlohmann(benchmark::State& state) {
  const std::string& body = state_body(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(body));
  set_bytes(state, body);
}
BENCHMARK(decode_nlohmann)->Apply(every_body);

// ---- Buffer → score: the phase and two labels of every pod

std::size_t score(const Snapshot& snapshot) {
  std::size_t score = 0;
  for (const Object& pod : snapshot.by_resource("pods")->items) {
    if (pod.get<std::string_view>("/status/phase") == "Running") ++score;
    score += pod.get<std::string_view>("/metadata/labels/app.kubernetes.io~1name").value_or("").size();
    score += pod.get<std::string_view>("/metadata/labels/tier").value_or("").size();
  }
  return score;
}

std::size_t score(const nlohmann::json& snapshot) {
  static const nlohmann::json::json_pointer phase("/status/phase");
  static const nlohmann::json::json_pointer name("/metadata/labels/app.kubernetes.io~1name");
  static const nlohmann::json::json_pointer tier("/metadata/labels/tier");
  std::size_t score = 0;
  for (const nlohmann::json& resource : snapshot["resources"]) {
    if (resource["resource"] != "pods" || resource["group"] != "") continue;
    for (const nlohmann::json& pod : resource["items"]) {
      if (pod.at(phase).get_ref<const std::string&>() == "Running") ++score;
      score += pod.at(name).get_ref<const std::string&>().size();
      score += pod.at(tier).get_ref<const std::string&>().size();
    }
  }
  return score;
}

void score_kplane(benchmark::State& state) {
  const auto document = make_document(state_body(1));
  for (auto _ : state) benchmark::DoNotOptimize(score(codec::decode_state(document, std::nullopt)));
}
BENCHMARK(score_kplane);

void score_nlohmann(benchmark::State& state) {
  const std::string& body = state_body(1);
  for (auto _ : state) benchmark::DoNotOptimize(score(nlohmann::json::parse(body)));
}
BENCHMARK(score_nlohmann);

/// The reads alone, of a Snapshot that is there.
void read_fields_kplane(benchmark::State& state) {
  const Snapshot snapshot = codec::decode_state(make_document(state_body(1)), std::nullopt);
  for (auto _ : state) benchmark::DoNotOptimize(score(snapshot));
  state.SetItemsProcessed(3 * 50 * state.iterations());
}
BENCHMARK(read_fields_kplane);

void names_kplane(benchmark::State& state) {
  const Snapshot snapshot = codec::decode_state(make_document(state_body(1)), std::nullopt);
  for (auto _ : state) {
    std::size_t length = 0;
    for (const SnapshotResource& resource : snapshot.resources)
      for (const Object& object : resource.items) length += object.name().size();
    benchmark::DoNotOptimize(length);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(snapshot.total_items()) * state.iterations());
}
BENCHMARK(names_kplane);

// ---- Snapshot → what changed

/// Three objects of the body have another resourceVersion and another label.
std::string changed_body() {
  nlohmann::json body = nlohmann::json::parse(state_body(1));
  int changed = 0;
  for (nlohmann::json& resource : body["resources"]) {
    if (resource["items"].empty() || changed == 3) continue;
    nlohmann::json& metadata = resource["items"].back()["metadata"];
    metadata["resourceVersion"] = "999999";
    metadata["labels"]["changed"] = "yes";
    ++changed;
  }
  return body.dump();
}

void diff_kplane(benchmark::State& state) {
  const Snapshot before = Snapshot::from_json(nlohmann::json::parse(state_body(1)).dump());
  const Snapshot after = Snapshot::from_json(changed_body());
  for (auto _ : state) benchmark::DoNotOptimize(diff(before, after));
}
BENCHMARK(diff_kplane);

/// The body of a second read of an unchanged plane: the same objects in another order.
std::string body_of_second_read(std::string_view first) {
  nlohmann::ordered_json body = nlohmann::ordered_json::parse(first);
  for (auto& resource : body["resources"]) {
    auto& items = resource["items"];
    if (items.size() > 1) std::rotate(items.begin(), items.begin() + 1, items.end());
  }
  return body.dump();
}

void diff_unchanged_kplane(benchmark::State& state) {
  const std::string body = nlohmann::ordered_json::parse(state_body(1)).dump();
  const Snapshot before = Snapshot::from_json(body);
  const Snapshot after = Snapshot::from_json(body_of_second_read(body));
  for (auto _ : state) benchmark::DoNotOptimize(diff(before, after));
}
BENCHMARK(diff_unchanged_kplane);

/// Two planes with the same content, of which no object has the same bytes.
void diff_planes_kplane(benchmark::State& state) {
  const Snapshot before = Snapshot::from_json(make_state_body("a", rollout_plane));
  std::string body = make_state_body("b", rollout_plane);
  const Snapshot after = Snapshot::from_json(std::regex_replace(body, std::regex("\"uid\":\"."), "\"uid\":\"x"));
  for (auto _ : state) benchmark::DoNotOptimize(diff(before, after));
}
BENCHMARK(diff_planes_kplane);

void diff_nlohmann(benchmark::State& state) {
  const std::string before = nlohmann::json::parse(state_body(1)).dump();
  const std::string after = changed_body();
  for (auto _ : state) {
    benchmark::DoNotOptimize(nlohmann::json::diff(nlohmann::json::parse(before), nlohmann::json::parse(after)));
  }
}
BENCHMARK(diff_nlohmann);

/// Each round with options of its own, so that no object is known from the last one.
void digest_kplane(benchmark::State& state) {
  const Snapshot snapshot = Snapshot::from_json(state_body(1));
  std::size_t round = 0;
  DigestOptions options;
  for (auto _ : state) {
    options.ignored_fields = {"/round" + std::to_string(++round)};
    benchmark::DoNotOptimize(digest(snapshot, options));
  }
}
BENCHMARK(digest_kplane);

/// Of a second read: the bytes of its objects were seen before.
void digest_again_kplane(benchmark::State& state) {
  const Snapshot before = Snapshot::from_json(state_body(1));
  benchmark::DoNotOptimize(digest(before));
  const Snapshot snapshot =
      Snapshot::from_json(body_of_second_read(nlohmann::ordered_json::parse(state_body(1)).dump()));
  for (auto _ : state) benchmark::DoNotOptimize(digest(snapshot));
}
BENCHMARK(digest_again_kplane);

// ---- A Fleet of many members

void fleet_kplane(benchmark::State& state) {
  const auto document = make_document(make_fleet_body("big", static_cast<int>(state.range(0))));
  const Client client("http://127.0.0.1:1");  // never called
  for (auto _ : state) {
    std::vector<Plane> planes;
    for (const std::string& id : detail::plane_ids(codec::decode_fleet(document))) planes.push_back(client.plane(id));
    benchmark::DoNotOptimize(planes);
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(fleet_kplane)->ArgName("members")->RangeMultiplier(10)->Range(100, 10'000)->Complexity();

}  // namespace
}  // namespace kplane::tests
