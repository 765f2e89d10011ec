// What the pages and the sources refer to is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace kplane::tests {
namespace {

namespace fs = std::filesystem;

const fs::path root = KPLANE_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t to = text.find('\n'); to != std::string::npos; to = text.find('\n', from)) {
    lines.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return lines;
}

/// The text of the matches' first group.
std::vector<std::string> all_matches(const std::string& text, const std::regex& expression) {
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) found.push_back((*at)[1]);
  return found;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> found;
  for (const fs::path& folder : {root, root / "docs"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".md") found.push_back(entry.path());
    }
  }
  return found;
}

/// A text with the comments that go on in the next line joined, so that a reference is not torn.
std::string joined(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\n\s*(?:///?|#)\s*)"), " ");
}

/// `contract §1 and §10` → 1, 10.
std::set<std::string> referenced_sections(const std::string& text) {
  std::set<std::string> sections;
  const std::regex reference(R"([Cc]ontract,? (§\d+(?:(?:,| and) §\d+)*))");
  for (const std::string& list : all_matches(text, reference)) {
    for (std::string& number : all_matches(list, std::regex(R"(§(\d+))"))) sections.insert(std::move(number));
  }
  return sections;
}

/// The name by which a page's heading is linked to, as GitHub makes it.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading) {
    if (c == ' ') anchor += '-';
    if (c == '-' || c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0) {
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return anchor;
}

std::set<std::string> anchors_of(const fs::path& page) {
  std::set<std::string> anchors;
  bool in_code = false;
  for (const std::string& line : lines_of(read(page))) {
    if (line.rfind("```", 0) == 0) in_code = !in_code;
    if (!in_code && line.rfind('#', 0) == 0) anchors.insert(anchor_of(line.substr(line.find(' ') + 1)));
  }
  return anchors;
}

TEST(Pages, EverySectionOfTheContractThatIsReferredToIsThere) {
  const auto headings = all_matches(read(root / "docs" / "contract.md"), std::regex(R"(\n## (\d+)\. )"));
  const std::set<std::string> sections(headings.begin(), headings.end());
  std::size_t seen = 0;
  for (const char* folder : {"include", "src", "tests", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const fs::path extension = entry.path().extension();
      if (extension != ".hpp" && extension != ".cpp" && extension != ".txt") continue;
      const std::string text = read(entry.path());
      if (text.find("ontract") == std::string::npos) continue;
      for (const std::string& section : referenced_sections(joined(text))) {
        EXPECT_EQ(sections.count(section), 1U) << entry.path() << " refers to contract §" << section;
        ++seen;
      }
    }
  }
  EXPECT_GT(seen, 50U);
}

TEST(Pages, EveryLinkLeadsSomewhere) {
  const std::regex link(R"(\]\(([^)\s]+)\))");
  for (const fs::path& page : pages()) {
    for (const std::string& target : all_matches(read(page), link)) {
      if (target.find("://") != std::string::npos || target.rfind("mailto:", 0) == 0) continue;
      const std::size_t hash = target.find('#');
      const std::string file = target.substr(0, hash);
      const fs::path path = file.empty() ? page : page.parent_path() / file;
      EXPECT_TRUE(fs::exists(path)) << page << " links to " << target;
      if (hash == std::string::npos || path.extension() != ".md" || !fs::exists(path)) continue;
      EXPECT_EQ(anchors_of(path).count(target.substr(hash + 1)), 1U) << page << " links to " << target;
    }
  }
}

TEST(Pages, EveryTestThatThePageOnSecurityNamesIsThere) {
  std::set<std::string> known;
  for (const auto& entry : fs::recursive_directory_iterator(root / "tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = read(entry.path());
    const std::regex test(R"(TEST(?:_F|_P)?\((\w+, \w+)\))");
    for (const std::string& name : all_matches(text, test))
      known.insert(std::regex_replace(name, std::regex(", "), "."));
  }
  const auto named = all_matches(read(root / "docs" / "security.md"), std::regex(R"(`([A-Z]\w+\.[A-Z]\w+)`)"));
  EXPECT_GT(named.size(), 30U);
  for (const std::string& name : named) EXPECT_EQ(known.count(name), 1U) << name;
}

TEST(Pages, EachIsLinkedFromTheReadme) {
  const std::string readme = read(root / "README.md");
  for (const fs::path& page : pages()) {
    if (page.filename() == "README.md") continue;
    const std::string path = fs::relative(page, root).generic_string();
    EXPECT_NE(readme.find("](" + path + ")"), std::string::npos) << path << " is not linked from the README";
  }
}

TEST(Pages, ReadmeIsShort) { EXPECT_LE(lines_of(read(root / "README.md")).size(), 220U); }

TEST(Pages, EveryFileThatTheArchitectureNamesIsThere) {
  const std::regex file(R"(`((?:src|include|tests)/[A-Za-z0-9_/.]+)`)");
  const auto files = all_matches(read(root / "docs" / "architecture.md"), file);
  EXPECT_GT(files.size(), 10U);
  for (const std::string& path : files) EXPECT_TRUE(fs::exists(root / path)) << path;
}

}  // namespace
}  // namespace kplane::tests
