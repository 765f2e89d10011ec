// Turns the C++ snippets of Markdown pages into two programs: the one snippet that is a program, and one with all the
// others, each against a LocalServer of its own.
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Snippet {
  std::string page;      ///< file name of the page
  std::size_t line = 0;  ///< of the page, where the snippet begins
  std::string includes{};
  std::string code{};
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

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

void add_snippets(const std::string& path, std::vector<Snippet>& snippets) {
  const std::string page = file_name(path);
  std::istringstream lines(read_file(path));
  std::string line;
  bool inside = false;
  bool any = false;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (!inside && line == "```cpp") {
      inside = any = true;
      snippets.push_back({page, number + 1});
    } else if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      (line.rfind("#include", 0) == 0 ? snippets.back().includes : snippets.back().code) += line + '\n';
    } else if (line == "<!-- runs: throws -->") {
      if (!any) throw std::runtime_error(page + ": a mark without a snippet");
      snippets.back().throws = true;
    }
  }
  if (inside) throw std::runtime_error(page + ": a snippet without an end");
}

bool is_program(const Snippet& snippet) { return snippet.code.find("int main(") != std::string::npos; }

std::string name_of(const Snippet& snippet) {
  std::string name = snippet.page.substr(0, snippet.page.find('.')) + "_line_" + std::to_string(snippet.line);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

std::string function_of(const Snippet& snippet) {
  return "void " + name_of(snippet) + "([[maybe_unused]] const kplane::Client& client) {\n{\n#line " +
         std::to_string(snippet.line) + " \"" + snippet.page + "\"\n" + snippet.code + "}\n}\n";
}

std::string call_of(const Snippet& snippet) {
  return "  run(\"" + snippet.page + ':' + std::to_string(snippet.line) + "\", " + name_of(snippet) + ", " +
         (snippet.throws ? "true" : "false") + ");\n";
}

std::string make_functions(const std::vector<Snippet>& snippets) {
  std::string text = R"(#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include <kplane/kplane.hpp>
#include <kplane/rl/rl.hpp>
#include <kplane/testing/local_server.hpp>
)";
  std::string functions;
  std::string calls;
  for (const Snippet& snippet : snippets) {
    if (is_program(snippet)) continue;
    text += snippet.includes;
    functions += function_of(snippet);
    calls += call_of(snippet);
  }
  return text + "using namespace std::chrono_literals;\n" + functions + R"(
void run(const char* where, void (*snippet)(const kplane::Client&), bool throws) {
  std::cout << "== " << where << std::endl;
  const kplane::testing::LocalServer server;
  try {
    snippet(server.client());
    if (!throws) return;
    std::cerr << where << ": did not throw\n";
  } catch (const kplane::ConfigError& error) {
    if (throws) return;
    std::cerr << where << ": " << error.what() << '\n';
  } catch (const std::exception& error) {
    std::cerr << where << ": " << error.what() << '\n';
  }
  std::exit(EXIT_FAILURE);
}

int main() {
)" + calls +
         "}\n";
}

std::string make_program(const std::vector<Snippet>& snippets) {
  const Snippet* program = nullptr;
  for (const Snippet& snippet : snippets) {
    if (!is_program(snippet)) continue;
    if (program != nullptr) throw std::runtime_error(snippet.page + " shows a second program");
    program = &snippet;
  }
  if (program == nullptr) throw std::runtime_error("no page shows a program");
  return program->includes + program->code;
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
  if (arguments.size() < 3) throw std::runtime_error("usage: extract SNIPPETS PROGRAM PAGE...");
  if (arguments[0] == "--check-quickstart") {
    if (read_file(arguments[1]) == quickstart(read_file(arguments[2]))) return 0;
    throw std::runtime_error("the README and examples/quickstart.cpp differ");
  }
  std::vector<Snippet> snippets;
  for (std::size_t page = 2; page < arguments.size(); ++page) add_snippets(arguments[page], snippets);
  write_file(arguments[0], make_functions(snippets));
  write_file(arguments[1], make_program(snippets));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
