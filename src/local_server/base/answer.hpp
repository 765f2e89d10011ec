// The answer to one request, before it becomes HTTP.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "local_server/base/body_stream.hpp"

namespace kplane::testing::server {

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kYamlType[] = "application/yaml";
inline constexpr char kTextType[] = "text/plain; charset=utf-8";

struct Answer {
  int status = 200;
  std::string body{};
  std::string content_type = kJsonType;
  std::vector<std::pair<std::string, std::string>> headers{};
  BodyStream stream{};       ///< sends the body instead of `body`, chunk by chunk
  bool compressible = true;  ///< a large body may be sent as gzip
};

/// Adds a `Warning` header (RFC 7234), which clients show to people. `text` comes out on one line.
void add_warning(Answer& answer, std::string_view text);

}  // namespace kplane::testing::server
