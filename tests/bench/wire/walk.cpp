#include "walk.hpp"

#include <simdjson.h>

namespace kplane::bench {

std::size_t walk(std::string& body) {
  namespace ondemand = simdjson::ondemand;
  static ondemand::parser parser;
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  std::size_t bytes = 0;
  std::size_t objects = 0;
  ondemand::document document = parser.iterate(body);
  for (ondemand::object resource : document["resources"]) {
    for (ondemand::object item : resource["items"]) {
      bytes += item.raw_json().value().size();
      ++objects;
    }
  }
  return bytes > 0 ? objects : 0;
}

}  // namespace kplane::bench
