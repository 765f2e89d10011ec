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

/// Whether it is JSON and was changed.
bool change_json(std::string& text, unsigned int seed) {
  if (text.empty() || (text[0] != '{' && text[0] != '[')) return false;
  json tree = json::parse(text, nullptr, false);
  if (tree.is_discarded()) return false;
  JsonMutation(seed).apply(tree);
  text = tree.dump(-1, ' ', false, json::error_handler_t::replace);
  return true;
}

/// Changes the order of lines, or the JSON in one of them: of objects that stand one on a line, and of requests and
/// their bodies. The lines themselves stay what they are, which changed bytes mostly break.
class LinesMutation {
 public:
  LinesMutation(std::string_view text, unsigned int seed) : random_(seed) {
    while (true) {
      const std::size_t end = text.find('\n');
      lines_.emplace_back(text.substr(0, end));
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
    }
  }

  std::string apply() {
    const std::size_t chosen = below(lines_.size());
    if (below(4) != 0 && change_json_from(chosen)) return joined();
    const auto line = lines_.begin() + static_cast<std::ptrdiff_t>(chosen);
    switch (below(3)) {
      case 0:
        lines_.erase(line);
        break;
      case 1:
        lines_.insert(line, lines_[below(lines_.size())]);
        break;
      default:
        std::swap(*line, lines_[below(lines_.size())]);
    }
    return joined();
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }

  /// The first line from this one on that is JSON.
  bool change_json_from(std::size_t chosen) {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (change_json(lines_[(chosen + i) % lines_.size()], static_cast<unsigned int>(random_()))) return true;
    }
    return false;
  }

  std::string joined() const {
    std::string text;
    for (const std::string& line : lines_) text += line + '\n';
    if (!text.empty()) text.pop_back();
    return text;
  }

  std::minstd_rand random_;
  std::vector<std::string> lines_;
};

/// Empty where only bytes can be changed.
std::string changed_structure(std::string text, unsigned int seed) {
  if (change_json(text, seed)) return text;
  return text.find('\n') == std::string::npos ? std::string() : LinesMutation(text, seed).apply();
}

}  // namespace
}  // namespace kplane::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const kplane::fuzz::Target target = kplane::fuzz::wanted_target();
  target({reinterpret_cast<const char*>(data), size});
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size, unsigned int seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string text =
      kplane::fuzz::changed_structure(std::string(reinterpret_cast<const char*>(data), size), seed / 2);
  if (text.empty()) return LLVMFuzzerMutate(data, size, max_size);
  const std::size_t copied = std::min(text.size(), max_size);
  std::memcpy(data, text.data(), copied);
  return copied;
}
