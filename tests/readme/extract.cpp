// Turns the README's C++ snippets into two programs: the one snippet that is a program, and one with all the others.
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Snippet {
  std::size_t line = 0;  ///< of the README, where it begins
  std::string includes;
  std::string code;
  bool throws = false;  ///< the page says that it cannot work where the test runs
};

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

std::vector<Snippet> read_snippets(const std::string& readme) {
  std::vector<Snippet> snippets;
  std::istringstream lines(readme);
  std::string line;
  bool inside = false;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (!inside && line == "```cpp") {
      inside = true;
      snippets.push_back({number + 1, {}, {}, false});
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      (line.rfind("#include", 0) == 0 ? snippets.back().includes : snippets.back().code) += line + '\n';
    } else if (line == "<!-- runs: throws -->") {
      snippets.back().throws = true;
    }
  }
  return snippets;
}

bool is_program(const Snippet& snippet) { return snippet.code.find("int main(") != std::string::npos; }

std::string make_functions(const std::vector<Snippet>& snippets) {
  std::string text = R"(#include <chrono>
#include <iostream>
#include <string>
#include <string_view>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>
)";
  for (const Snippet& snippet : snippets) text += is_program(snippet) ? "" : snippet.includes;
  text += "using namespace std::chrono_literals;\n";
  std::string calls;
  for (const Snippet& snippet : snippets) {
    if (is_program(snippet)) continue;
    const std::string name = "snippet_of_line_" + std::to_string(snippet.line);
    const std::string body = "{\n#line " + std::to_string(snippet.line) + " \"README.md\"\n" + snippet.code + "}\n";
    text += "void " + name + "([[maybe_unused]] const kplane::Client& client) {\n" + body + "}\n";
    const std::string call = name + "(server.client());";
    calls +=
        "  " + (snippet.throws ? "try { " + call + " return 1; } catch (const kplane::ConfigError&) {}" : call) + "\n";
  }
  return text + "int main() {\n  kplane::testing::LocalServer server;\n" + calls + "}\n";
}

std::string make_program(const std::vector<Snippet>& snippets) {
  for (const Snippet& snippet : snippets) {
    if (is_program(snippet)) return snippet.includes + snippet.code;
  }
  throw std::runtime_error("the README shows no program");
}

/// The lines of the quickstart between its marks, in the order in which a snippet is written out.
std::string quickstart(const std::string& example) {
  const std::string begin = "// [quickstart]\n";
  const auto from = example.find(begin);
  const auto to = example.find("// [/quickstart]");
  if (from == std::string::npos || to == std::string::npos) throw std::runtime_error("the quickstart has no marks");
  std::istringstream lines(example.substr(from + begin.size(), to - from - begin.size()));
  Snippet snippet;
  for (std::string line; std::getline(lines, line);) {
    (line.rfind("#include", 0) == 0 ? snippet.includes : snippet.code) += line + '\n';
  }
  return snippet.includes + snippet.code;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 3) throw std::runtime_error("usage: extract README SNIPPETS PROGRAM");
  if (arguments[0] == "--check-quickstart") {
    if (read_file(arguments[1]) == quickstart(read_file(arguments[2]))) return 0;
    throw std::runtime_error("the README and examples/quickstart.cpp differ");
  }
  const std::vector<Snippet> snippets = read_snippets(read_file(arguments[0]));
  write_file(arguments[1], make_functions(snippets));
  write_file(arguments[2], make_program(snippets));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
