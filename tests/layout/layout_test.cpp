// The rooms of the sources, each of which knows only those before it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace kplane::tests {
namespace {

namespace fs = std::filesystem;

const fs::path root = KPLANE_SOURCE_DIR;

/// The rooms below src/, from the bottom up.
const std::vector<std::string> client_rooms = {
    "base",     "memory", "curl",    "http",     "yaml",    "json",  "codec", "auth",  "config", "session",
    "resource", "state",  "cleanup", "manifest", "restore", "agent", "plane", "fleet", "client", "openapi"};

/// The rooms below src/rl/. The sources that lie in none stand above all of them.
const std::vector<std::string> rl_rooms = {"frames", "recording", "pool", "run", "shard", ""};

/// The rooms below src/cli/. main.cpp, which lies in none, stands above all of them.
const std::vector<std::string> cli_rooms = {"output", "session", "doctor", "report", "manual", "command", ""};

/// The rooms below src/local_server/. The sources that lie in none stand above all of them.
const std::vector<std::string> server_rooms = {"base",      "net",   "types", "schema", "proto",
                                               "print",     "store", "auth",  "script", "patch",
                                               "admission", "rest",  "pods",  "fleet",  ""};

/// The lowest room that may include a public header: what it declares is as low as that, whoever defines it.
const std::map<std::string, std::string> public_headers = {
    {"agent.hpp", "agent"},
    {"baseline.hpp", "restore"},
    {"batch.hpp", "plane"},
    {"batch_options.hpp", "base"},
    {"client.hpp", "client"},
    {"client_options.hpp", "base"},
    {"condition.hpp", "resource"},
    {"diff.hpp", "state"},
    {"diff_options.hpp", "base"},
    {"digest.hpp", "state"},
    {"ephemeral_fleet.hpp", "fleet"},
    {"error.hpp", "base"},
    {"event_loop.hpp", "client"},
    {"export.hpp", "base"},
    {"finalizer_policy.hpp", "base"},
    {"fleet.hpp", "fleet"},
    {"fleet_types.hpp", "base"},
    {"fork_options.hpp", "base"},
    {"handle.hpp", "base"},
    {"json.hpp", "json"},
    {"json_text.hpp", "json"},
    {"kplane.hpp", "openapi"},
    {"kubeconfig_options.hpp", "base"},
    {"manifest_options.hpp", "base"},
    {"manifest_results.hpp", "plane"},
    {"manifest.hpp", "manifest"},
    {"manifests.hpp", "plane"},
    {"namespace_removal.hpp", "base"},
    {"object.hpp", "json"},
    {"object_list.hpp", "json"},
    {"openapi.hpp", "json"},
    {"plane.hpp", "plane"},
    {"removal.hpp", "resource"},
    {"request.hpp", "json"},
    {"resource.hpp", "resource"},
    {"resource_options.hpp", "base"},
    {"response_result.hpp", "json"},
    {"resource_version.hpp", "codec"},
    {"restore_options.hpp", "base"},
    {"restore_result.hpp", "plane"},
    {"settle_options.hpp", "base"},
    {"snapshot.hpp", "json"},
    {"state_options.hpp", "base"},
    {"stop.hpp", "base"},
    {"vector.hpp", "base"},
    {"version.hpp", "base"},
    {"wait.hpp", "plane"},
    {"watch.hpp", "json"},
    {"write_log.hpp", "state"},
};

bool is_source(const fs::path& path) { return path.extension() == ".hpp" || path.extension() == ".cpp"; }

std::vector<fs::path> sources_below(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && is_source(entry.path())) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

struct Include {
  std::string path;  ///< below src/, or below include/kplane/
  bool is_public;
};

/// The project's own headers that a source includes.
std::vector<Include> includes_of(const fs::path& source) {
  static const std::regex directive(R"(^\s*#\s*include\s*(?:"([^"]+)\"|<kplane/([^>]+)>))");
  std::vector<Include> found;
  std::ifstream in(source);
  for (std::string line; std::getline(in, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, directive)) continue;
    found.push_back(match[1].matched ? Include{match[1], false} : Include{match[2], true});
  }
  return found;
}

std::string first_folder(const std::string& path) {
  const std::size_t slash = path.find('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::optional<std::size_t> rank_in(const std::vector<std::string>& rooms, const std::string& room) {
  const auto at = std::find(rooms.begin(), rooms.end(), room);
  if (at == rooms.end()) return std::nullopt;
  return static_cast<std::size_t>(at - rooms.begin());
}

std::optional<std::size_t> rank_of_public(const std::string& header) {
  const auto at = public_headers.find(header);
  return at == public_headers.end() ? std::nullopt : rank_in(client_rooms, at->second);
}

std::optional<std::size_t> rank_of(const Include& include) {
  return include.is_public ? rank_of_public(include.path) : rank_in(client_rooms, first_folder(include.path));
}

bool is_local_server(const std::string& path) { return first_folder(path) == "local_server"; }

/// A source of kplane::rl, or one of its public headers.
bool is_rl(const std::string& path) { return first_folder(path) == "rl"; }

/// A source of the command line, which has no public headers.
bool is_cli(const std::string& path) { return first_folder(path) == "cli"; }

TEST(Layout, RoomsOfTheClientKnowOnlyThoseBelow) {
  std::size_t looked_at = 0;
  for (const fs::path& source : sources_below(root / "src")) {
    const std::string path = fs::relative(source, root / "src").generic_string();
    if (is_local_server(path) || is_rl(path) || is_cli(path)) continue;
    const auto own = rank_in(client_rooms, first_folder(path));
    ASSERT_TRUE(own) << path << " lies in no room";
    for (const Include& include : includes_of(source)) {
      const auto other = rank_of(include);
      ASSERT_TRUE(other) << path << " includes " << include.path << ", which belongs to no room";
      EXPECT_LE(*other, *own) << path << " includes " << include.path << " of a room above";
      ++looked_at;
    }
  }
  EXPECT_GT(looked_at, 300U);
}

TEST(Layout, PublicHeadersKnowOnlyThoseOfRoomsBelow) {
  for (const fs::path& header : sources_below(root / "include" / "kplane")) {
    const std::string path = fs::relative(header, root / "include" / "kplane").generic_string();
    if (first_folder(path) == "testing" || is_rl(path)) continue;
    const auto own = rank_of_public(path);
    ASSERT_TRUE(own) << path << " belongs to no room";
    for (const Include& include : includes_of(header)) {
      EXPECT_TRUE(include.is_public) << path << " includes " << include.path;
      const auto other = rank_of_public(include.path);
      ASSERT_TRUE(other) << path << " includes " << include.path << ", which belongs to no room";
      EXPECT_LE(*other, *own) << path << " includes " << include.path << " of a room above";
    }
  }
}

TEST(Layout, TransportAndParsersAreIndependentOfEachOther) {
  const std::map<std::string, std::vector<std::string>> allowed = {
      {"memory", {"base", "memory"}},
      {"curl", {"base", "curl"}},
      {"http", {"base", "memory", "curl", "http"}},
      {"yaml", {"base", "memory", "yaml"}},
      {"json", {"base", "memory", "json"}},
  };
  for (const auto& [room, known] : allowed) {
    for (const fs::path& source : sources_below(root / "src" / room)) {
      for (const Include& include : includes_of(source)) {
        if (include.is_public) continue;
        EXPECT_NE(std::find(known.begin(), known.end(), first_folder(include.path)), known.end())
            << source << " includes " << include.path;
      }
    }
  }
}

TEST(Layout, RlKnowsThePublicHeadersOnly) {
  for (const fs::path& source : sources_below(root / "src" / "rl")) {
    for (const Include& include : includes_of(source)) {
      const bool known = include.is_public ? is_rl(include.path) || rank_of_public(include.path) : is_rl(include.path);
      EXPECT_TRUE(known) << source << " includes " << include.path;
    }
  }
  for (const fs::path& header : sources_below(root / "include" / "kplane" / "rl")) {
    for (const Include& include : includes_of(header)) {
      EXPECT_TRUE(include.is_public && (is_rl(include.path) || rank_of_public(include.path)))
          << header << " includes " << include.path;
    }
  }
}

TEST(Layout, RoomsOfRlKnowOnlyThoseBelow) {
  for (const fs::path& source : sources_below(root / "src" / "rl")) {
    const std::string path = fs::relative(source, root / "src" / "rl").generic_string();
    const auto own = rank_in(rl_rooms, first_folder(path));
    ASSERT_TRUE(own) << path << " lies in no room";
    for (const Include& include : includes_of(source)) {
      if (include.is_public || !is_rl(include.path)) continue;
      const auto other = rank_in(rl_rooms, first_folder(include.path.substr(std::string_view("rl/").size())));
      ASSERT_TRUE(other) << path << " includes " << include.path << ", which lies in no room";
      EXPECT_LE(*other, *own) << path << " includes " << include.path << " of a room above";
    }
  }
}

TEST(Layout, CommandLineKnowsThePublicHeadersOnly) {
  for (const fs::path& source : sources_below(root / "src" / "cli")) {
    for (const Include& include : includes_of(source)) {
      const bool known = include.is_public ? is_rl(include.path) || rank_of_public(include.path) : is_cli(include.path);
      EXPECT_TRUE(known) << source << " includes " << include.path;
    }
  }
}

TEST(Layout, RoomsOfTheCommandLineKnowOnlyThoseBelow) {
  for (const fs::path& source : sources_below(root / "src" / "cli")) {
    const std::string path = fs::relative(source, root / "src" / "cli").generic_string();
    const auto own = rank_in(cli_rooms, first_folder(path));
    ASSERT_TRUE(own) << path << " lies in no room";
    for (const Include& include : includes_of(source)) {
      if (include.is_public || !is_cli(include.path)) continue;
      const auto other = rank_in(cli_rooms, first_folder(include.path.substr(std::string_view("cli/").size())));
      ASSERT_TRUE(other) << path << " includes " << include.path << ", which lies in no room";
      EXPECT_LE(*other, *own) << path << " includes " << include.path << " of a room above";
    }
  }
}

TEST(Layout, LocalServerSharesNoCodeWithTheClient) {
  for (const fs::path& source : sources_below(root / "src" / "local_server")) {
    for (const Include& include : includes_of(source)) {
      EXPECT_TRUE(include.is_public || is_local_server(include.path)) << source << " includes " << include.path;
    }
  }
}

TEST(Layout, RoomsOfLocalServerKnowOnlyThoseBelow) {
  for (const fs::path& source : sources_below(root / "src" / "local_server")) {
    const std::string path = fs::relative(source, root / "src" / "local_server").generic_string();
    const auto own = rank_in(server_rooms, first_folder(path));
    ASSERT_TRUE(own) << path << " lies in no room";
    for (const Include& include : includes_of(source)) {
      if (include.is_public) continue;
      const std::string below = include.path.substr(std::string_view("local_server/").size());
      const auto other = rank_in(server_rooms, first_folder(below));
      ASSERT_TRUE(other) << path << " includes " << include.path << ", which lies in no room";
      EXPECT_LE(*other, *own) << path << " includes " << include.path << " of a room above";
    }
  }
}

TEST(Layout, NoRoomIsCrowded) {
  constexpr std::size_t most = 34;
  std::map<fs::path, std::size_t> counts;
  for (const fs::path& source : sources_below(root / "src")) ++counts[source.parent_path()];
  for (const auto& [room, count] : counts) EXPECT_LE(count, most) << room;
}

}  // namespace
}  // namespace kplane::tests
