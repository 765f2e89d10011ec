// What a fuzz target is: a function that is called with any bytes, under a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.hpp"

namespace kplane::fuzz {

/// Must neither crash nor hang nor throw, whatever the input is.
using Target = void (*)(std::string_view input);

struct NamedTarget {
  std::string_view name;
  Target run;
};

inline std::vector<NamedTarget>& targets() {
  static std::vector<NamedTarget> all;
  return all;
}

/// Each target has one, as a static.
struct Registration {
  Registration(std::string_view name, Target run) { targets().push_back({name, run}); }
};

/// nullptr when there is none of this name.
inline Target find_target(std::string_view name) {
  for (const NamedTarget& target : targets()) {
    if (target.name == name) return target.run;
  }
  return nullptr;
}

/// A response body as the decoders get it.
inline std::shared_ptr<const detail::Document> body_of(std::string_view text) {
  return std::make_shared<const detail::Document>(memory::PaddedBuffer(text), "GET /fuzz");
}

/// Ends the program where a decoder broke a promise, in every kind of build.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace kplane::fuzz
