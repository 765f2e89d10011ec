#include "local_server/base/answer.hpp"

namespace kplane::testing::server {

void add_warning(Answer& answer, std::string_view text) {
  std::string value = "299 - \"";
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    value += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  answer.headers.emplace_back("Warning", value + '"');
}

}  // namespace kplane::testing::server
