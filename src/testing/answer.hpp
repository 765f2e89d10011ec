// Answer: what a room of the server replies to one request, before it becomes HTTP.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kplane::testing::server {

inline constexpr char kJsonType[] = "application/json";
inline constexpr char kTextType[] = "text/plain; charset=utf-8";

struct Answer {
  int status = 200;
  std::string body{};
  std::string content_type = kJsonType;
  std::vector<std::pair<std::string, std::string>> headers{};
};

}  // namespace kplane::testing::server
