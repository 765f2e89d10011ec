// Manifests: objects out of YAML, JSON, files, directories; and what became of a set.
#include <kplane/manifests.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <kplane/client.hpp>
#include <nlohmann/json.hpp>

namespace kplane {
namespace {

constexpr char config_map[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

std::vector<std::string> names(const Manifests& manifests) {
  std::vector<std::string> all;
  for (const Manifest& manifest : manifests) all.push_back(manifest.kind + '/' + manifest.name);
  return all;
}

std::string message(std::string_view text) {
  try {
    static_cast<void>(Manifests::from_yaml(text, "x.yaml"));
  } catch (const ManifestError& error) {
    return error.what();
  }
  return "nothing is wrong";
}

/// A directory that is gone at the end of the test.
class Directory {
 public:
  Directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kplane-manifests-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path(const std::string& name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

TEST(Manifests, SayWhatTheyAre) {
  const Manifests manifests = Manifests::from_yaml(
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec: {replicas: 2}\n",
      "shop.yaml");
  ASSERT_EQ(manifests.size(), 1U);
  EXPECT_EQ(manifests[0].api_version, "apps/v1");
  EXPECT_EQ(manifests[0].kind, "Deployment");
  EXPECT_EQ(manifests[0].ns, "shop");
  EXPECT_EQ(manifests[0].name, "web");
  EXPECT_EQ(manifests[0].origin, "shop.yaml, document 1");
  EXPECT_EQ(manifests[0].json,
            R"({"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},)"
            R"("spec":{"replicas":2}})");
}

TEST(Manifests, NamespaceMayBeAbsentOrNull) {
  EXPECT_EQ(Manifests::from_yaml(config_map)[0].ns, "");
  EXPECT_EQ(Manifests::from_yaml("apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: }\n")[0].ns, "");
}

TEST(Manifests, KeepTheOrderOfTheText) {
  const std::string other = "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n";
  const Manifests manifests = Manifests::from_yaml(other + "---\n---\n" + config_map);
  EXPECT_EQ(names(manifests), (std::vector<std::string>{"Secret/b", "ConfigMap/a"}));
  EXPECT_EQ(manifests[1].origin, "text, document 3");
}

TEST(Manifests, MayBeNone) {
  EXPECT_TRUE(Manifests::from_yaml("").empty());
  EXPECT_TRUE(Manifests::from_yaml("# nothing yet\n---\n").empty());
}

TEST(Manifests, ListsAreTakenApart) {
  const Manifests manifests = Manifests::from_yaml(R"(
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- apiVersion: v1
  kind: List
  items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
- {apiVersion: v1, kind: Secret, metadata: {name: c}}
)");
  EXPECT_EQ(names(manifests), (std::vector<std::string>{"ConfigMap/a", "ConfigMap/b", "Secret/c"}));
  EXPECT_EQ(manifests[0].origin, "text, document 1, item 1");
  EXPECT_EQ(manifests[0].json, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})");
}

TEST(Manifests, ItemsOfTypedListsGetTheirType) {
  const Manifests manifests = Manifests::from_yaml(
      R"({"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"5"},
          "items":[{"metadata":{"name":"a"}},{"apiVersion":"v2","kind":"Other","metadata":{"name":"b"}}]})");
  EXPECT_EQ(names(manifests), (std::vector<std::string>{"ConfigMap/a", "Other/b"}));
  EXPECT_EQ(manifests[0].json, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})");
}

TEST(Manifests, EmptyListsAreNothing) {
  EXPECT_TRUE(Manifests::from_yaml("apiVersion: v1\nkind: List\nitems: []\n").empty());
  EXPECT_TRUE(Manifests::from_yaml("apiVersion: v1\nkind: List\n").empty());
  EXPECT_TRUE(Manifests::from_yaml("apiVersion: v1\nkind: PodList\nitems: []\n").empty());
}

TEST(Manifests, AKindThatEndsInListMayBeAnObject) {
  const Manifests manifests = Manifests::from_yaml("apiVersion: x/v1\nkind: AllowList\nmetadata: {name: a}\n");
  EXPECT_EQ(names(manifests), std::vector<std::string>{"AllowList/a"});
}

TEST(Manifests, SayWhatIsMissingAndWhere) {
  const std::vector<std::pair<std::string, std::string>> all{
      {"a: 1\n", "line 1, column 1: apiVersion is missing"},
      {"apiVersion: v1\n", "line 1, column 1: kind is missing"},
      {"apiVersion: v1\nkind:\nmetadata: {name: a}\n", "line 1, column 1: kind is missing"},
      {"apiVersion: ''\nkind: A\n", "line 1, column 13: apiVersion is empty"},
      {"apiVersion: 1\nkind: A\n", "line 1, column 13: apiVersion is not a string: put it in quotes"},
      {"apiVersion: v1\nkind: [A]\n", "line 2, column 7: kind is not a string"},
      {"apiVersion: v1\nkind: A\n", "line 1, column 1: metadata is missing"},
      {"apiVersion: v1\nkind: A\nmetadata: x\n", "line 3, column 11: metadata is not an object"},
      {"apiVersion: v1\nkind: A\nmetadata:\n  labels: {}\n", "line 4, column 3: metadata.name is missing"},
      {"apiVersion: v1\nkind: A\nmetadata: {name: 1.0}\n",
       "line 3, column 18: metadata.name is not a string: put it in quotes"},
      {"apiVersion: v1\nkind: A\nmetadata: {name: ''}\n", "line 3, column 18: metadata.name is empty"},
      {"apiVersion: v1\nkind: A\nmetadata: {name: a, namespace: 5}\n",
       "line 3, column 32: metadata.namespace is not a string: put it in quotes"},
      {"- a\n", "line 1, column 1: not an object"},
      {"text\n", "line 1, column 1: not an object"},
      {"apiVersion: v1\nkind: List\nitems: {}\n", "line 3, column 8: items is not a list"},
      {"apiVersion: v1\nkind: List\nitems: [5]\n", "line 3, column 9: not an object"},
      {"apiVersion: v1\nkind: List\nitems:\n- {kind: A}\n", "line 4, column 3: apiVersion is missing"},
      {"{\"apiVersion\": \"v1\",\n \"kind\": 5}", "line 2, column 10: kind is not a string: put it in quotes"},
      {"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n  {\"kind\":\"A\"}]}",
       "line 2, column 3: apiVersion is missing"},
  };
  for (const auto& [text, expected] : all) EXPECT_EQ(message(text), "x.yaml, document 1, " + expected) << text;
}

TEST(Manifests, GenerateNameIsForCreateOnly) {
  EXPECT_NE(
      message("apiVersion: v1\nkind: A\nmetadata: {generateName: a-}\n").find("generateName works with create only"),
      std::string::npos);
}

TEST(Manifests, ABrokenDocumentSpoilsTheText) {
  const std::string text = std::string(config_map) + "---\n" + config_map + "data: 1: 2\n";
  try {
    static_cast<void>(Manifests::from_yaml(text, "two.yaml"));
    FAIL() << "took it";
  } catch (const ManifestError& error) {
    EXPECT_EQ(error.file(), "two.yaml");
    EXPECT_EQ(error.document(), 2U);
    EXPECT_EQ(error.line(), 8U);
    EXPECT_EQ(error.column(), 8U);
    EXPECT_EQ(std::string(error.what()).rfind("two.yaml, document 2, line 8, column 8: ", 0), 0U) << error.what();
    EXPECT_FALSE(error.retryable());
  }
}

TEST(Manifests, ErrorsKeepTheirType) {
  const std::shared_ptr<const Error> shared = ManifestError("f", 1, 0, 0, "why").share();
  EXPECT_STREQ(shared->what(), "f, document 1: why");
  EXPECT_THROW(shared->raise(), ManifestError);
}

TEST(Manifests, ComeFromFiles) {
  const Directory directory;
  const std::string path = directory.write("a.yaml", config_map);
  const Manifests manifests = Manifests::from_file(path);
  EXPECT_EQ(names(manifests), std::vector<std::string>{"ConfigMap/a"});
  EXPECT_EQ(manifests[0].origin, path + ", document 1");
}

TEST(Manifests, FilesMustBeReadable) {
  const Directory directory;
  EXPECT_THROW(static_cast<void>(Manifests::from_file(directory.path("absent.yaml"))), ConfigError);
  EXPECT_THROW(static_cast<void>(Manifests::from_file(directory.path())), ConfigError);
}

TEST(Manifests, AnEndlessFileIsRefused) {
  EXPECT_THROW(static_cast<void>(Manifests::from_file("/dev/zero")), ConfigError);
}

TEST(Manifests, ComeFromDirectoriesInTheOrderOfNames) {
  const Directory directory;
  const auto object = [](const std::string& name) {
    return "{apiVersion: v1, kind: A, metadata: {name: " + name + "}}";
  };
  directory.write("10.yml", object("ten"));
  directory.write("02.json", R"({"apiVersion":"v1","kind":"A","metadata":{"name":"two"}})");
  directory.write("01.yaml", object("one"));
  directory.write("03.yaml", "# nothing\n");
  directory.write("README.md", "not YAML: [");
  directory.write("old.yaml.bak", "not YAML: [");
  std::filesystem::create_directory(directory.path("sub.yaml"));
  EXPECT_EQ(names(Manifests::from_directory(directory.path())), (std::vector<std::string>{"A/one", "A/two", "A/ten"}));
}

TEST(Manifests, DirectoriesMustHoldSome) {
  const Directory directory;
  EXPECT_THROW(static_cast<void>(Manifests::from_directory(directory.path("absent"))), ConfigError);
  EXPECT_THROW(static_cast<void>(Manifests::from_directory(directory.path())), ConfigError);
  directory.write("note.txt", "hello");
  EXPECT_THROW(static_cast<void>(Manifests::from_directory(directory.path())), ConfigError);
  std::filesystem::create_symlink(directory.path("absent"), directory.path("dangling.yaml"));
  EXPECT_THROW(static_cast<void>(Manifests::from_directory(directory.path())), ConfigError);
}

TEST(Manifests, CanBeAppended) {
  Manifests manifests = Manifests::from_yaml(config_map);
  manifests.append(Manifests::from_yaml("apiVersion: v1\nkind: B\nmetadata: {name: b}\n")).append(manifests);
  EXPECT_EQ(names(manifests), (std::vector<std::string>{"ConfigMap/a", "B/b", "ConfigMap/a", "B/b"}));
}

TEST(Manifests, CanBeMadeOfJson) {
  Manifests manifests;
  const nlohmann::json object{{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", "s"}}}, {"n", 1.5}};
  manifests.add(object).add(R"({"apiVersion":"v1","kind":"A","metadata":{"name":"a"}})");
  EXPECT_EQ(names(manifests), (std::vector<std::string>{"Secret/s", "A/a"}));
  EXPECT_EQ(manifests[0].json, object.dump());
  EXPECT_EQ(manifests[1].origin, "object 2, document 1");
  EXPECT_THROW(manifests.add("{}"), ManifestError);
  EXPECT_EQ(manifests.size(), 2U);
}

ManifestResult result(ManifestOutcome outcome, std::shared_ptr<const Error> error = nullptr) {
  ManifestResult made;
  made.manifest.kind = "Pod";
  made.manifest.name = "p";
  made.outcome = outcome;
  made.error = std::move(error);
  return made;
}

TEST(ManifestResults, RaiseTheFirstError) {
  const Plane plane = Client("http://127.0.0.1:1").plane("p");
  const ManifestResults good(plane, {result(ManifestOutcome::created), result(ManifestOutcome::absent)});
  EXPECT_TRUE(good);
  EXPECT_EQ(good.failed(), 0U);
  EXPECT_NO_THROW(good.raise_if_failed());
  const ManifestResults bad(
      plane, {result(ManifestOutcome::updated), result(ManifestOutcome::failed, std::make_shared<TimeoutError>("late")),
              result(ManifestOutcome::failed, std::make_shared<ConfigError>("wrong"))});
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.failed(), 2U);
  EXPECT_THROW(bad.raise_if_failed(), TimeoutError);
  EXPECT_EQ(bad.plane().cluster(), "p");
  EXPECT_THROW(ManifestResults(plane, {result(ManifestOutcome::failed)}).raise_if_failed(), Error);
}

}  // namespace
}  // namespace kplane
