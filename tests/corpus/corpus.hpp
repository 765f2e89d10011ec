// The files of the corpus, and what the tests of all decoders share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "json/document.hpp"

namespace kplane::corpus {

struct File {
  std::string name;
  std::string content;
};

inline File read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {path.filename().string(), {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}};
}

/// The files of one directory whose names begin with `prefix`; a test that finds none fails.
inline std::vector<File> files(const std::string& directory, std::string_view prefix = {}) {
  std::vector<File> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(KPLANE_CORPUS) / directory)) {
    if (entry.path().filename().string().rfind(prefix, 0) == 0) found.push_back(read(entry.path()));
  }
  EXPECT_FALSE(found.empty()) << directory << "/" << prefix;
  std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.name < b.name; });
  return found;
}

inline std::string content(const std::string& directory, const std::string& name) {
  return read(std::filesystem::path(KPLANE_CORPUS) / directory / name).content;
}

/// A response body as the decoders get it.
inline std::shared_ptr<const detail::Document> body(std::string_view text) {
  return std::make_shared<const detail::Document>(memory::PaddedBuffer(text), "GET /corpus");
}

/// Whether `decode` takes every ok- file of the directory and refuses every bad- one with an `Error`.
template <class Error, class Decode>
void expect_sorted(const std::string& directory, const Decode& decode) {
  for (const File& file : files(directory, "ok-"))
    EXPECT_NO_THROW(decode(file.content)) << directory << "/" << file.name;
  for (const File& file : files(directory, "bad-"))
    EXPECT_THROW(decode(file.content), Error) << directory << "/" << file.name;
}

/// A value of each JSON type.
inline const std::vector<std::string>& one_of_each_type() {
  static const std::vector<std::string> values = {"null", "true", "5", R"("x")", "[]", "{}"};
  return values;
}

/// `text` with every `@` replaced.
inline std::string with(std::string_view text, const std::string& value) {
  const auto at = text.find('@');
  return std::string(text.substr(0, at)) + value + std::string(text.substr(at + 1));
}

/// The values of one_of_each_type() that are none of `accepted`.
inline std::vector<std::string> all_but(const std::vector<std::string>& accepted) {
  std::vector<std::string> others;
  for (const std::string& value : one_of_each_type()) {
    if (std::find(accepted.begin(), accepted.end(), value) == accepted.end()) others.push_back(value);
  }
  return others;
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace kplane::corpus
