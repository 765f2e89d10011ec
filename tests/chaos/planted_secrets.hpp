// Planted secrets: what no message, event, file or environment of a run may have, and the search for it.
#pragma once

#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/shown.hpp"

namespace kplane::tests::planted {

inline constexpr std::string_view token = "T0kenOfChaos/7b+4c";
inline constexpr std::string_view secret_data = "UzNjcmV0T2ZDaGFvcy85ZCsyZQ==";  ///< base64, as in a Secret

/// Whether it has one of them, or its beginning, as it is or encoded in base64.
[[nodiscard]] inline bool is_in(std::string_view text) {
  constexpr std::array<std::string_view, 4> spellings = {"T0kenOfC", "VDBrZW5PZkNo", "S3cretOfC", "UzNjcmV0T2ZD"};
  return std::any_of(spellings.begin(), spellings.end(),
                     [&](std::string_view spelling) { return text.find(spelling) != std::string_view::npos; });
}

[[nodiscard]] inline bool is_in(const std::string& text) { return is_in(std::string_view(text)); }

[[nodiscard]] inline bool is_in(const Error& error) { return is_in(std::string_view(shown_by(error))); }

[[nodiscard]] inline bool is_in(const RequestEvent& event) { return is_in(std::string_view(shown_by(event))); }

/// What zstd frames hold, the last of which may be incomplete; empty when they are none.
[[nodiscard]] inline std::string unpacked(std::string_view frames) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::string text;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer input{frames.data(), frames.size(), 0};
  while (input.pos < input.size) {
    ZSTD_outBuffer output{piece.data(), piece.size(), 0};
    if (ZSTD_isError(ZSTD_decompressStream(context.get(), &output, &input)) != 0U) break;
    text.append(piece.data(), output.pos);
  }
  return text;
}

/// @return the files of a directory that have one, in what they pack if they are recordings
[[nodiscard]] inline std::vector<std::string> files_with_one(const std::filesystem::path& directory) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (is_in(bytes) || is_in(unpacked(bytes))) found.push_back(entry.path().filename().string());
  }
  return found;
}

/// Of this process, and so of all programs that it starts.
[[nodiscard]] inline bool is_in_environment() {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (is_in(std::string_view(*variable))) return true;
  }
  return false;
}

}  // namespace kplane::tests::planted
