// Fuzz target: the small languages that LocalServer reads: quantities, times, patterns, selectors, tokens, targets,
// YAML, protobuf.
#include <map>
#include <string>

#include "local_server/base/api_path.hpp"
#include "local_server/base/status.hpp"
#include "local_server/proto/decode.hpp"
#include "local_server/rest/continue_token.hpp"
#include "local_server/rest/list_query.hpp"
#include "local_server/rest/request_body.hpp"
#include "local_server/store/label_selector.hpp"
#include "local_server/types/pattern.hpp"
#include "local_server/types/quantity.hpp"
#include "local_server/types/timestamps.hpp"
#include "target.hpp"

namespace kplane::fuzz::local_formats_target {
namespace {

namespace server = testing::server;

template <class Error, class Read>
void tolerate(Read&& read) {
  try {
    read();
  } catch (const Error&) {  // not of this format
  }
}

void read_quantity(std::string_view text) {
  tolerate<server::QuantityError>([&] {
    const server::Quantity quantity = server::Quantity::parse(text);
    const server::Quantity again = server::Quantity::parse(quantity.text());
    require(again.text() == quantity.text(), "the canonical form of a quantity stays as it is");
    require(again.nano() == quantity.nano(), "and means the same");
  });
}

void read_time(const std::string& text) {
  tolerate<server::TimestampError>([&] {
    const std::string time = server::utc_seconds(text);
    require(server::utc_seconds(time) == time, "a time in UTC stays as it is");
  });
  tolerate<server::TimestampError>([&] { static_cast<void>(server::utc_micros(text)); });
}

void read_target(std::string_view text) {
  const auto target = server::parse_target(text);
  if (!target) return;
  static_cast<void>(server::parse_api_path(target->segments));
  tolerate<server::StatusError>([&] { static_cast<void>(server::parse_list_query(target->query)); });
}

void read_pattern(std::string_view text) {
  constexpr std::size_t longest = 256;  // those of thousands take their time to compile
  if (text.size() > longest) return;
  tolerate<server::PatternError>([&] { static_cast<void>(server::Pattern(text).matches("aaaaaaaaaaaaaaaaaaaaab")); });
}

void run(std::string_view input) {
  if (input.empty()) return;
  const std::string_view text = input.substr(1);
  const std::string owned(text);
  switch (input.front()) {
    case 'q':
      return read_quantity(text);
    case 't':
      return read_time(owned);
    case 'r':
      return read_pattern(text);
    case 'u':
      return read_target(text);
    case 's':
      return tolerate<server::SelectorError>([&] {
        static_cast<void>(server::LabelSelector(text).matches({{"app", "web"}, {"n", "3"}}));
      });
    case 'c':
      return tolerate<server::ContinueTokenError>([&] {
        const server::ContinueToken token = server::decode_continue_token(owned);
        require(server::decode_continue_token(server::encode(token)).start == token.start,
                "a token is read as written");
      });
    case 'p':
      return tolerate<server::StatusError>([&] { static_cast<void>(server::json_of_protobuf("Pod", text)); });
    default:
      return tolerate<server::StatusError>([&] { static_cast<void>(server::parse_yaml(owned)); });
  }
}

const Registration registration("local_formats", run);

}  // namespace
}  // namespace kplane::fuzz::local_formats_target
