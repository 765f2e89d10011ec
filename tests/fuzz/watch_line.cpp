// Fuzz target: the lines of a watch.
#include "codec/watch_event.hpp"

#include <kplane/error.hpp>

#include "target.hpp"
#include "walk_object.hpp"

namespace kplane::fuzz::watch_line_target {
namespace {

void read(std::string_view line) {
  try {
    walk_object(codec::decode_watch_line(body_of(line)).object);
  } catch (const DecodeError& error) {
    require(error.byte_offset() <= line.size(), "the offset lies within the line");
  }
}

void run(std::string_view input) {
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    read(line);
    input.remove_prefix(line.size() < input.size() ? line.size() + 1 : line.size());
  }
}

const Registration registration("watch_line", run);

}  // namespace
}  // namespace kplane::fuzz::watch_line_target
