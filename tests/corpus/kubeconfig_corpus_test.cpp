// Kubeconfigs, through their corpus: each gives the right client, or an error that names file and field. The files'
// first lines say what is expected; `@…@` in them stands for certificates and keys, which are made for each run.
#include "corpus.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <kplane/client.hpp>
#include <kplane/error.hpp>
#include <kplane/testing/local_server.hpp>

#include "base/base64.hpp"
#include "config/kubeconfig.hpp"
#include "support/private_keys.hpp"
#include "support/temporary_directory.hpp"

namespace kplane {
namespace {

using config::ClientConfig;
using ::testing::HasSubstr;
using ::testing::Not;

/// What the placeholders stand for: one CA, two client certificates of it, and files beside the kubeconfig.
class Material {
 public:
  Material() {
    kplane::testing::LocalServerOptions options;
    options.tls = true;
    const kplane::testing::LocalServer server(options);
    const auto one = server.issue_client_certificate("one");
    const auto other = server.issue_client_certificate("other");
    values_["@CA_DATA@"] = detail::encode_base64(server.ca_pem());
    values_["@CA_LINES@"] = in_lines(values_["@CA_DATA@"]);
    values_["@CERT_DATA@"] = detail::encode_base64(one.certificate_pem);
    values_["@KEY_DATA@"] = detail::encode_base64(one.key_pem);
    values_["@OTHER_KEY_DATA@"] = detail::encode_base64(other.key_pem);
    values_["@ENCRYPTED_KEY_DATA@"] = detail::encode_base64(tests::encrypted(one.key_pem, "s3cret"));
    add_file("@CA_FILE@", "ca.crt", server.ca_pem());
    add_file("@CERT_FILE@", "client.crt", one.certificate_pem);
    add_file("@KEY_FILE@", "client.key", one.key_pem);
    add_file("@TOKEN_FILE@", "token", "token-of-the-file\n");
    add_file("@EMPTY_FILE@", "empty", "\n");
  }

  [[nodiscard]] std::string fill(std::string text) const {
    for (const auto& [mark, value] : values_) {
      for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
      }
    }
    return text;
  }
  void write_files(const std::filesystem::path& directory) const {
    for (const auto& [name, content] : files_) std::ofstream(directory / name, std::ios::binary) << content;
  }

 private:
  static std::string in_lines(const std::string& text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); i += 64) lines += "    " + text.substr(i, 64) + "\n    ";
    return lines;
  }
  void add_file(const std::string& mark, const std::string& name, const std::string& content) {
    values_[mark] = name;
    files_[name] = content;
  }

  std::map<std::string, std::string> values_;
  std::map<std::string, std::string> files_;
};

class KubeconfigCorpus : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { material_ = std::make_unique<Material>(); }
  static void TearDownTestSuite() { material_.reset(); }

  KubeconfigCorpus() { material_->write_files(directory_); }

  std::string write(const corpus::File& file) {
    const std::string path = (directory_ / file.name).string();
    std::ofstream(path, std::ios::binary) << material_->fill(file.content);
    return path;
  }

  static std::unique_ptr<Material> material_;
  const tests::TemporaryDirectory temporary_;
  const std::filesystem::path directory_ = temporary_.path();
};
std::unique_ptr<Material> KubeconfigCorpus::material_;

/// The `# key: value` lines at the head of a file.
std::multimap<std::string, std::string> expectations(const corpus::File& file) {
  std::multimap<std::string, std::string> found;
  std::istringstream lines(file.content);
  for (std::string line; std::getline(lines, line) && line.rfind("# ", 0) == 0;) {
    const std::size_t colon = line.find(": ");
    found.emplace(line.substr(2, colon - 2), line.substr(colon + 2));
  }
  EXPECT_FALSE(found.empty()) << file.name;
  return found;
}

std::multimap<std::string, std::string> facts_of(const ClientConfig& target, const Client& client) {
  std::multimap<std::string, std::string> facts;
  std::string server = client.cluster_base_url("x");
  facts.emplace("server", server.substr(0, server.find("/clusters/x")));
  if (const auto plane = client.find_default_plane()) facts.emplace("plane", plane->cluster());
  const ClientOptions& options = target.options;
  if (!options.ca_file.empty() || !options.ca_pem.empty()) facts.emplace("ca", "yes");
  if (!options.verify_tls) facts.emplace("verify", "no");
  if (!options.compression) facts.emplace("compression", "no");
  if (!options.proxy.empty()) facts.emplace("proxy", options.proxy);
  if (!options.ns.empty()) facts.emplace("namespace", options.ns);
  if (!options.tls_server_name.empty()) facts.emplace("tls-server-name", options.tls_server_name);
  return facts;
}

void add_identity(const ClientConfig& target, std::multimap<std::string, std::string>& facts) {
  if (!target.credentials) return;
  try {
    const http::AuthInfoPtr identity = target.credentials->current({});
    for (const auto& [name, value] : identity->headers) facts.emplace("header", name + ": " + value);
    if (!identity->certificate_pem.empty()) facts.emplace("certificate", "yes");
  } catch (const CredentialError&) {
    facts.emplace("plugin", "yes");  // no such program here, but it is known
  }
}

TEST_F(KubeconfigCorpus, GoodOnesGiveTheRightClient) {
  for (const corpus::File& file : corpus::files("kubeconfig", "ok-")) {
    const std::string path = write(file);
    try {
      const ClientConfig target = config::from_kubeconfig({path}, {});
      auto facts = facts_of(target, Client::from_kubeconfig({path}));
      add_identity(target, facts);
      EXPECT_EQ(facts, expectations(file)) << file.name;
    } catch (const ConfigError& error) {
      ADD_FAILURE() << file.name << ": " << error.what();
    }
  }
}

TEST_F(KubeconfigCorpus, BrokenOnesNameFileAndFieldAndNoSecret) {
  for (const corpus::File& file : corpus::files("kubeconfig", "bad-")) {
    const std::string path = write(file);
    try {
      static_cast<void>(Client::from_kubeconfig({path}));
      ADD_FAILURE() << file.name << " was accepted";
    } catch (const ConfigError& error) {
      EXPECT_THAT(error.what(), HasSubstr(file.name));
      EXPECT_THAT(error.what(), HasSubstr(expectations(file).find("error")->second)) << file.name;
      EXPECT_THAT(error.what(), Not(HasSubstr("s3cret"))) << file.name;
    }
  }
}

TEST_F(KubeconfigCorpus, EveryByteMayBeMissing) {
  for (const char* name : {"ok-kplane-cli.yaml", "ok-exec.yaml", "ok-certificate-files.yaml"}) {
    const std::string text = material_->fill(corpus::content("kubeconfig", name));
    const std::string path = (directory_ / name).string();
    for (std::size_t i = 0; i<text.size(); i += text.size()> 2000 ? 37 : 1) {
      std::ofstream(path, std::ios::binary) << text.substr(0, i) + text.substr(i + 1);
      try {
        static_cast<void>(config::from_kubeconfig({path}, {}));
      } catch (const ConfigError&) {  // either is right; a crash is not
        continue;
      }
    }
  }
}

}  // namespace
}  // namespace kplane
