// What a fuzz target is: one function, which libFuzzer calls with its inputs, and the plain main with those of the
// corpus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "json/document.hpp"

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kplane::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
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
