// What all kubectl tests share: a plane of one's own, and kubectl pointed at it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>
#include <nlohmann/json.hpp>

namespace kplane::kubectl {

struct Result {
  int exit_code = -1;
  std::string output{};  ///< what it printed, errors among it
};

/// The suite passes with kubectl 1.20, which Debian 12 has, and up to 1.34. A case that needs more than the kubectl
/// at hand can do is skipped and says why.
class KubectlTest : public ::testing::Test {
 protected:
  /// Skips the test where no kubectl is installed.
  void SetUp() override;
  void TearDown() override;

  /// Runs kubectl with these arguments on the test's plane. @param input what it reads as `-f -`
  Result run(const std::vector<std::string>& arguments, const std::string& input = {}) const;
  /// The same, and its output; a failure of kubectl fails the test.
  std::string output_of(const std::vector<std::string>& arguments, const std::string& input = {}) const;

  /// Runs kubectl with nothing but these arguments and `connection`: where the server is, and who asks.
  Result run_with(const std::vector<std::string>& connection, const std::vector<std::string>& arguments,
                  const std::string& input = {}) const;
  /// A file of the test's own with this text, which goes when the test ends. @return its path
  std::string file(const std::string& name, const std::string& text) const;

  /// N of kubectl 1.N, the version under test.
  [[nodiscard]] int minor_version() const noexcept { return minor_version_; }

  /// The same plane as the library sees it.
  [[nodiscard]] const Plane& plane() const { return *plane_; }
  [[nodiscard]] const Client& client() const { return *client_; }
  [[nodiscard]] nlohmann::json get(const std::string& path) const;

 private:
  [[nodiscard]] Result execute_kubectl(const std::vector<std::string>& arguments, const std::string& input = {}) const;

  std::string program_;
  int minor_version_ = 0;
  std::filesystem::path directory_;
  std::optional<Client> client_;
  std::optional<Plane> plane_;
};

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// From this minor version on, the server checks fields. Older kubectls do that themselves by `/openapi/v2`, which
/// LocalServer does not serve.
inline constexpr int first_with_server_side_validation = 25;

/// A Deployment and a Service of that name.
std::string manifest(const std::string& name, int replicas = 2);

}  // namespace kplane::kubectl
