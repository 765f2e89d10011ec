#include "kubectl.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace kplane::kubectl {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : value;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

[[noreturn]] void execute(const std::vector<std::string>& command, const fs::path& input, int output) {
  constexpr int exec_failed = 127;
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  if (std::freopen(input.c_str(), "r", stdin) == nullptr) _exit(exec_failed);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close(output);
  execv(arguments[0], arguments.data());
  _exit(exec_failed);
}

/// Whether that command takes --validate.
bool is_validated(const std::vector<std::string>& arguments) {
  if (arguments.empty() || (arguments[0] != "create" && arguments[0] != "apply")) return false;
  return std::none_of(arguments.begin(), arguments.end(),
                      [](const std::string& word) { return word == "--raw" || word.rfind("--validate", 0) == 0; });
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t size = read(fd, buffer.data(), buffer.size());
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

void KubectlTest::SetUp() {
  program_ = environment("KPLANE_KUBECTL");
  if (!fs::exists(program_)) GTEST_SKIP() << "kubectl is not installed";
  std::string pattern = (fs::temp_directory_path() / "kplane-kubectl-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  directory_ = pattern;
  std::ofstream(directory_ / "kubeconfig").close();
  client_ = Client::from_env();
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  const Result version = execute_kubectl({"version", "--client", "-o", "json"});
  ASSERT_EQ(version.exit_code, 0) << version.output;
  // Some builds write 32+.
  minor_version_ = std::stoi(nlohmann::json::parse(version.output)["clientVersion"]["minor"].get<std::string>());
  plane_ = client_->plane(lower_case(std::string(test->test_suite_name()) + "-" + test->name()));
}

void KubectlTest::TearDown() {
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Result KubectlTest::run(const std::vector<std::string>& arguments, const std::string& input) const {
  return run_with({"--server", plane().base_url(), "--certificate-authority", environment("KPLANE_CA_FILE"), "--token",
                   environment("KPLANE_TOKEN")},
                  arguments, input);
}

Result KubectlTest::run_with(const std::vector<std::string>& connection, const std::vector<std::string>& arguments,
                             const std::string& input) const {
  std::vector<std::string> words = {"--kubeconfig", (directory_ / "kubeconfig").string(), "--cache-dir",
                                    (directory_ / "cache").string()};
  words.insert(words.end(), connection.begin(), connection.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  if (minor_version_ < first_with_server_side_validation && is_validated(arguments))
    words.push_back("--validate=false");
  return execute_kubectl(words, input);
}

Result KubectlTest::execute_kubectl(const std::vector<std::string>& arguments, const std::string& input) const {
  const std::string input_file = file("input", input);
  std::vector<std::string> words = {program_};
  words.insert(words.end(), arguments.begin(), arguments.end());
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no fork");
  if (child == 0) {
    close(ends[0]);
    execute(words, input_file, ends[1]);
  }
  close(ends[1]);
  Result result{-1, read_all(ends[0])};
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

std::string KubectlTest::file(const std::string& name, const std::string& text) const {
  const fs::path path = directory_ / name;
  std::ofstream(path) << text;
  return path.string();
}

std::string KubectlTest::output_of(const std::vector<std::string>& arguments, const std::string& input) const {
  const Result result = run(arguments, input);
  EXPECT_EQ(result.exit_code, 0) << "kubectl " << ::testing::PrintToString(arguments) << ": " << result.output;
  return result.output;
}

nlohmann::json KubectlTest::get(const std::string& path) const {
  Request request;
  request.path = path;
  return nlohmann::json::parse(plane().request(request).body());
}

std::string manifest(const std::string& name, int replicas) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + name + ", labels: {app: " + name +
         "}}\nspec:\n  replicas: " + std::to_string(replicas) + "\n  selector: {matchLabels: {app: " + name +
         "}}\n  template:\n    metadata: {labels: {app: " + name +
         "}}\n    spec: {containers: [{name: web, image: nginx}]}\n---\napiVersion: v1\nkind: Service\nmetadata: "
         "{name: " +
         name + "}\nspec: {selector: {app: " + name + "}, ports: [{port: 80}]}\n";
}

}  // namespace kplane::kubectl
