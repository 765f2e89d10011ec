// What instructions are counted of: indexing a state with this library, and with simdjson's on-demand parser alone; and
// reading fields. Each stands in a function that a profiler finds by its name.
//
//   kplane_instructions write FILE   writes the body to work on; ends with 77 where the bounds do not hold, because
//                                    this processor has no vectors of 32 bytes
//   kplane_instructions count FILE   calls each kplane_counted_* function twice; the first call makes the parsers
#include <simdjson.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/snapshot.hpp>

#include "codec/state.hpp"
#include "json/json_outline.hpp"
#include "support/bodies.hpp"
#include "support/documents.hpp"

using kplane::Object;
using kplane::Snapshot;
using kplane::tests::make_document;
using SharedDocument = std::shared_ptr<const kplane::detail::Document>;

extern "C" {

[[gnu::noinline]] std::size_t kplane_counted_decode(const SharedDocument& document) {
  return kplane::codec::decode_state(document, std::nullopt).total_items();
}

/// The extent of every item, and nothing kept.
[[gnu::noinline]] std::size_t kplane_counted_walk(simdjson::ondemand::parser& parser,
                                                  const simdjson::padded_string& text) {
  std::size_t bytes = 0;
  simdjson::ondemand::document document = parser.iterate(text);
  for (simdjson::ondemand::object resource : document["resources"]) {
    for (simdjson::ondemand::object item : resource["items"]) bytes += item.raw_json().value().size();
  }
  return bytes;
}

[[gnu::noinline]] std::size_t kplane_counted_one_field(const Snapshot& snapshot) {
  std::size_t found = 0;
  for (const Object& pod : snapshot.by_resource("pods")->items)
    found += pod.get<std::string_view>("/status/phase").value_or("").size();
  return found;
}

[[gnu::noinline]] std::size_t kplane_counted_four_fields(const Snapshot& snapshot) {
  std::size_t found = 0;
  for (const Object& pod : snapshot.by_resource("pods")->items) {
    found += pod.get<std::string_view>("/status/phase").value_or("").size();
    found += pod.get<std::string_view>("/metadata/labels/app.kubernetes.io~1name").value_or("").size();
    found += pod.get<std::string_view>("/metadata/labels/tier").value_or("").size();
    found += pod.name().size();
  }
  return found;
}

}  // extern "C"

namespace {

int write_body(const char* file) {
  constexpr int skipped = 77;
  constexpr std::size_t with_vectors = 2;
  if (kplane::json::JsonOutline::count_variants() < with_vectors) return skipped;
  std::ofstream out(file, std::ios::binary);
  out << kplane::tests::make_state_body("rollout", kplane::tests::rollout_plane) << std::flush;
  return out ? EXIT_SUCCESS : EXIT_FAILURE;
}

int count_instructions(const char* file) {
  std::ifstream in(file, std::ios::binary);
  const std::string body{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const SharedDocument document = make_document(body);
  const simdjson::padded_string text(body);
  simdjson::ondemand::parser parser;
  std::size_t found = 0;
  for (int i = 0; i < 2; ++i) {
    const Snapshot snapshot = kplane::codec::decode_state(document, std::nullopt);
    found = kplane_counted_decode(document) + kplane_counted_walk(parser, text);
    found += kplane_counted_one_field(snapshot) + kplane_counted_four_fields(snapshot);
  }
  return found > body.size() / 2 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view task = argc == 3 ? argv[1] : "";
  if (task == "write") return write_body(argv[2]);
  if (task == "count") return count_instructions(argv[2]);
  std::cerr << "usage: kplane_instructions write|count FILE\n";
  return EXIT_FAILURE;
}
