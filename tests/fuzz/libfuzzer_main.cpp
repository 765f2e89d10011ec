// libFuzzer's functions for the target that the environment variable KPLANE_FUZZ_TARGET names. libFuzzer's own
// sub-processes inherit it, as they would no argument.
#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "target.hpp"

// NOLINTBEGIN(readability-identifier-naming): the names are libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed);
// NOLINTEND(readability-identifier-naming)

namespace kplane::fuzz {
namespace {

using nlohmann::json;

Target wanted_target() {
  const char* name = std::getenv("KPLANE_FUZZ_TARGET");
  const Target target = name == nullptr ? nullptr : find_target(name);
  if (target != nullptr) return target;
  std::fprintf(stderr, "KPLANE_FUZZ_TARGET must be one of:");
  for (const NamedTarget& known : targets()) std::fprintf(stderr, " %s", std::string(known.name).c_str());
  std::fprintf(stderr, "\n");
  std::exit(EXIT_FAILURE);
}

/// Changes the structure of JSON, which changed bytes mostly break.
class JsonMutation {
 public:
  explicit JsonMutation(unsigned int seed) : random_(seed) {}

  void apply(json& tree) {
    collect(tree);
    json& changed = *nodes_[below(nodes_.size())];
    const json other = *nodes_[below(nodes_.size())];
    switch (below(5)) {
      case 0:
        changed = unusual();
        break;
      case 1:
        changed = other;
        break;
      case 2:
        if (!changed.empty() && changed.is_structured()) changed.erase(member(changed));
        break;
      case 3:
        if (changed.is_array()) changed.push_back(other);
        if (changed.is_object()) changed[names_.empty() ? "x" : names_[below(names_.size())]] = other;
        break;
      default:
        changed = json::array({other});
    }
  }

 private:
  void collect(json& tree) {
    nodes_.push_back(&tree);
    if (!tree.is_structured()) return;
    for (auto& item : tree.items()) {
      if (tree.is_object()) names_.push_back(item.key());
      collect(item.value());
    }
  }

  std::size_t below(std::size_t end) { return random_() % end; }
  json::iterator member(json& of) { return std::next(of.begin(), static_cast<std::ptrdiff_t>(below(of.size()))); }

  json unusual() {
    static const std::vector<json> values = {
        nullptr,    true, 0,   -1,           3.0,           1e300,          INT64_MAX,
        UINT64_MAX, "",   "0", "\n\xc3\xa9", json::array(), json::object(), std::string(300, 'a')};
    return values[below(values.size())];
  }

  std::minstd_rand random_;
  std::vector<json*> nodes_;
  std::vector<std::string> names_;
};

}  // namespace
}  // namespace kplane::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const kplane::fuzz::Target target = kplane::fuzz::wanted_target();
  target({reinterpret_cast<const char*>(data), size});
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed) {
  if (seed % 2 == 0 || size == 0 || (data[0] != '{' && data[0] != '[')) return LLVMFuzzerMutate(data, size, max_size);
  nlohmann::json tree = nlohmann::json::parse(data, data + size, nullptr, false);
  if (tree.is_discarded()) return LLVMFuzzerMutate(data, size, max_size);
  kplane::fuzz::JsonMutation(seed / 2).apply(tree);
  const std::string text = tree.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::size_t copied = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), copied);
  return copied;
}
