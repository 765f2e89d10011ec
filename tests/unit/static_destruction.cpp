// A program whose static object reads JSON in its destructor, after the main thread's own parsers are gone.
#include <cstdlib>
#include <iostream>
#include <optional>

#include "support/documents.hpp"

namespace {

struct LastReader {
  LastReader() = default;
  LastReader(const LastReader&) = delete;
  LastReader& operator=(const LastReader&) = delete;
  ~LastReader() {
    if (object && object->name() == "web" && object->get<std::int64_t>("/n") == 5) return;
    std::cerr << "not read\n";
    std::_Exit(EXIT_FAILURE);
  }

  std::optional<kplane::Object> object;
};

LastReader last_reader;

}  // namespace

int main() {
  last_reader.object = kplane::tests::make_object(R"({"metadata":{"name":"w\u0065b"},"n":5})");
  return last_reader.object->name() == "web" ? EXIT_SUCCESS : EXIT_FAILURE;
}
