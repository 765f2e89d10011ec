// Credentials against a server that checks them: client certificates, plugins, rotation, and each refusal by its type.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>
#include <kplane/testing/local_server.hpp>

#include "support/temporary_directory.hpp"

namespace kplane::tests {
namespace {

using kplane::testing::ClientCertificate;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using kplane::testing::ServerCertificate;
using ::testing::HasSubstr;
using ::testing::Not;

LocalServerOptions tls(ServerCertificate certificate = ServerCertificate::valid) {
  LocalServerOptions options;
  options.tls = true;
  options.certificate = certificate;
  return options;
}

LocalServerOptions mutual_tls() {
  LocalServerOptions options = tls();
  options.require_client_certificate = true;
  return options;
}

ClientOptions only_certificate(const LocalServer& server, const ClientCertificate& certificate) {
  ClientOptions options;
  options.ca_pem = server.ca_pem();
  options.client_certificate_pem = certificate.certificate_pem;
  options.client_key_pem = certificate.key_pem;
  return options;
}

/// Whether a single call, a batch and a watch all fail with this error, which waiting would not mend.
template <class Expected>
void expect_everywhere(const Client& client) {
  try {
    (void)client.plane("a").state();
    ADD_FAILURE() << "accepted";
  } catch (const Expected& error) {
    EXPECT_FALSE(error.retryable());
  }
  for (const StateResult& result : client.states({client.plane("a"), client.plane("b")})) {
    EXPECT_THROW(result.error().raise(), Expected);
  }
  const auto ignore = [](const WatchEvent&) { return true; };
  EXPECT_THROW(client.plane("a").resource("v1", "pods").watch(ignore), Expected);
  EXPECT_THROW(client.wait_until_ready(std::chrono::hours{1}), Expected);
}

TEST(Refusal, ExpiredCertificateOfTheServerHasItsOwnError) {
  const LocalServer server(tls(ServerCertificate::expired));
  expect_everywhere<CertificateExpired>(server.client());
  EXPECT_EQ(server.request_count(), 0U) << "no token was sent";
}

TEST(Refusal, CertificateForAnotherHostHasItsOwnError) {
  const LocalServer server(tls(ServerCertificate::wrong_host));
  expect_everywhere<HostnameMismatch>(server.client());
  EXPECT_EQ(server.request_count(), 0U);
}

TEST(Refusal, UnknownCaHasItsOwnError) {
  const LocalServer server(tls());
  const LocalServer other(tls());
  expect_everywhere<UnknownAuthority>(Client(server.base_url(), other.client_options()));
  EXPECT_EQ(server.request_count(), 0U);
}

TEST(Refusal, MissingClientCertificateHasItsOwnError) {
  const LocalServer server(mutual_tls());
  expect_everywhere<ClientCertificateRefused>(server.client());
}

TEST(Refusal, ExpiredClientCertificateHasItsOwnError) {
  const LocalServer server(mutual_tls());
  const auto expired = server.issue_client_certificate("late", std::chrono::hours{-1});
  expect_everywhere<ClientCertificateRefused>(Client(server.base_url(), only_certificate(server, expired)));
}

TEST(Refusal, ClientCertificateOfAnUnknownCaHasItsOwnError) {
  const LocalServer server(mutual_tls());
  const LocalServer other(tls());
  const auto foreign = other.issue_client_certificate("stranger");
  expect_everywhere<ClientCertificateRefused>(Client(server.base_url(), only_certificate(server, foreign)));
}

TEST(Refusal, RevokedTokenIsUnauthorized) {
  LocalServer server(tls());
  const Client client = server.client();
  (void)client.plane("a").state();
  server.revoke_token(server.token());
  expect_everywhere<Unauthorized>(client);
}

TEST(TlsServerName, IsTheNameThatTheCertificateMustHave) {
  const LocalServer server(tls(ServerCertificate::wrong_host));
  ClientOptions options = server.client_options();
  options.tls_server_name = "elsewhere.invalid";
  const Client client(server.base_url(), options);
  EXPECT_GT(client.plane("a").state({{}, true}).live_resources, 0);
  options.tls_server_name = "nowhere.invalid";
  EXPECT_THROW((void)Client(server.base_url(), options).is_ready(), HostnameMismatch);
}

TEST(ClientCertificate, IsWhoTheClientIs) {
  const LocalServer server(tls());
  const Client client(server.base_url(), only_certificate(server, server.issue_client_certificate("dev")));
  (void)client.plane("a").state();
  EXPECT_TRUE(client.states({client.plane("a"), client.plane("b")}).at(1));
}

TEST(ClientCertificate, IsTakenByAServerThatDemandsOne) {
  const LocalServer server(mutual_tls());
  const Client client(server.base_url(), only_certificate(server, server.issue_client_certificate("dev")));
  (void)client.plane("a").state();
}

TEST(ClientCertificate, ThatTheServerDoesNotKnowIsUnauthorizedWhereTlsTakesIt) {
  const LocalServer server(tls());
  const LocalServer other(tls());
  const auto foreign = other.issue_client_certificate("stranger");
  EXPECT_THROW((void)Client(server.base_url(), only_certificate(server, foreign)).plane("a").state(), Unauthorized);
}

TEST(ClientCertificate, IsNotShownByAPlaneWithATokenOfItsOwn) {
  LocalServer server(tls());
  server.add_token("a", "special");
  const Client client(server.base_url(), only_certificate(server, server.issue_client_certificate("dev")));
  PlaneOptions own;
  own.token = "special";
  (void)client.plane("b").state();
  (void)client.plane("a", own).state();
  EXPECT_THROW((void)client.plane("b", own).state(), Unauthorized) << "the certificate would be good there";
  (void)client.plane("b").state();
}

TEST(ClientCertificate, InFilesIsReadAgainWhenTheyChange) {
  const LocalServer server(tls());
  const LocalServer other(tls());
  const TemporaryDirectory directory;
  const std::string certificate = (directory.path() / "tls.crt").string();
  const std::string key = (directory.path() / "tls.key").string();
  const auto replace = [&](const std::string& path, const std::string& text) {
    std::ofstream(path + ".next") << text;
    std::filesystem::rename(path + ".next", path);
  };
  const auto write = [&](const ClientCertificate& pair) {
    replace(certificate, pair.certificate_pem);
    replace(key, pair.key_pem);
  };
  write(server.issue_client_certificate("first"));
  ClientOptions options;
  options.ca_pem = server.ca_pem();
  options.client_certificate_file = certificate;
  options.client_key_file = key;
  const Client client(server.base_url(), options);
  (void)client.plane("a").state();

  const auto foreign = other.issue_client_certificate("stranger");
  replace(certificate, foreign.certificate_pem);
  (void)client.plane("a").state();  // half of a rotation: the old pair still serves
  replace(key, foreign.key_pem);
  EXPECT_THROW((void)client.plane("a").state(), Unauthorized) << "now the new one is shown";
  write(server.issue_client_certificate("second"));
  (void)client.plane("a").state();
}

TEST(ClientCertificate, MustBeGivenOnceAndWhole) {
  const LocalServer server(tls());
  const auto pair = server.issue_client_certificate("dev");
  ClientOptions options = only_certificate(server, pair);
  EXPECT_THROW(Client("http://127.0.0.1:1", options), ConfigError) << "never shown over plain HTTP";
  options.client_key_pem.clear();
  EXPECT_THROW(Client(server.base_url(), options), ConfigError);
  options.client_key_pem = server.issue_client_certificate("other").key_pem;
  EXPECT_THROW(Client(server.base_url(), options), ConfigError);
  options.client_key_pem = pair.key_pem;
  options.client_certificate_file = "/also";
  EXPECT_THROW(Client(server.base_url(), options), ConfigError);
}

TEST(DefaultPlane, IsTheOneThatTheAddressNamed) {
  const LocalServer server;
  const Client client(server.base_url() + "/clusters/team-alpha/control-plane", server.client_options());
  EXPECT_EQ(client.default_plane().cluster(), "team-alpha");
  EXPECT_EQ(client.default_plane().state().cluster, "team-alpha");
  EXPECT_FALSE(server.client().find_default_plane());
  EXPECT_THROW((void)server.client().default_plane(), ConfigError);
}

/// A kubeconfig for a server, whose user is what the test says.
class KubeconfigClient : public ::testing::Test {
 protected:
  [[nodiscard]] Client client_of(const std::string& user, ClientOptions options = {}) {
    options.ca_pem = server_.ca_pem();
    std::ofstream(path("config")) << "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                                  << "clusters: [{name: c, cluster: {server: \"" << server_.base_url()
                                  << "/clusters/a/control-plane\"}}]\nusers:\n- name: u\n  user: " << user << "\n";
    return Client::from_kubeconfig({path("config")}, options);
  }
  /// A plugin that says what stands in the file `token`, and notes each run in `runs`.
  [[nodiscard]] std::string plugin() const {
    std::ofstream(path("plugin")) << "#!/bin/sh\necho >>'" << path("runs")
                                  << "'\necho '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":"
                                     "\"ExecCredential\",\"status\":{\"token\":\"'$(cat '"
                                  << path("token") << "')'\"}}'\n";
    std::filesystem::permissions(path("plugin"), std::filesystem::perms::owner_all);
    return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}}";
  }
  void set_token(const std::string& token) {
    server_.add_token("a", token);
    std::ofstream(path("next")) << token;
    std::filesystem::rename(path("next"), path("token"));
  }
  [[nodiscard]] std::size_t runs() const {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path("runs"), missing);
    return missing ? 0 : size;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (directory_.path() / name).string(); }

  /// Four threads read while the token changes again and again, and the one before is revoked: as in a real server, a
  /// moment after the new one is there.
  void expect_no_request_is_lost(const Client& client) {
    std::atomic<bool> done{false};
    std::atomic<int> good{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        while (!done) {
          try {
            (void)client.default_plane().state("pods");
            ++good;
          } catch (const Error& error) {
            ADD_FAILURE() << error.what();
            return;
          }
        }
      });
    }
    std::string last = "token-0";
    for (int i = 1; i <= 8; ++i) {
      const int before = good;
      const std::string next = "token-" + std::to_string(i);
      set_token(next);
      while (good < before + 20 && !::testing::Test::HasFailure()) std::this_thread::yield();
      server_.revoke_token(last);
      last = next;
      while (good < before + 40 && !::testing::Test::HasFailure()) std::this_thread::yield();
    }
    done = true;
    for (std::thread& reader : readers) reader.join();
  }

  const TemporaryDirectory directory_;
  LocalServer server_{tls()};
};

TEST_F(KubeconfigClient, PluginRunsWhenItsTokenIsFirstNeededAndOnceMoreWhenItIsRefused) {
  set_token("first");
  const Client client = client_of(plugin());
  EXPECT_EQ(runs(), 0U);
  (void)client.default_plane().state();
  (void)client.default_plane().state();
  EXPECT_EQ(runs(), 1U);
  server_.revoke_token("first");
  EXPECT_THROW((void)client.default_plane().state(), Unauthorized) << "it says the same again";
  EXPECT_EQ(runs(), 2U);
  EXPECT_FALSE(client.states(std::vector<Plane>(100, client.default_plane())).front());
  EXPECT_LT(runs(), 10U) << "not once for each plane";
  set_token("second");
  const auto is_good = [&] {
    try {
      return client.default_plane().state().cluster == "a";
    } catch (const Unauthorized&) {  // it is asked again after a moment
      return false;
    }
  };
  while (!is_good()) std::this_thread::yield();
}

TEST_F(KubeconfigClient, PluginThatFailsFailsTheCallAndSpoilsABatchPlaneByPlane) {
  const Client client = client_of("{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./none}}");
  EXPECT_THROW((void)client.default_plane().state(), CredentialError);
  EXPECT_THROW((void)client.is_ready(), CredentialError);
  EXPECT_THROW(client.wait_until_ready(std::chrono::hours{1}), CredentialError);
  for (const StateResult& result : client.states({client.plane("a"), client.plane("b")})) {
    EXPECT_THROW(result.error().raise(), CredentialError);
  }
  EXPECT_EQ(server_.request_count(), 0U);
}

TEST_F(KubeconfigClient, PluginThatHangsEndsWithTheCall) {
  std::ofstream(path("plugin")) << "#!/bin/sh\nexec sleep 36000\n";
  std::filesystem::permissions(path("plugin"), std::filesystem::perms::owner_all);
  const std::string user = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}}";
  ClientOptions options;
  options.request_timeout = std::chrono::milliseconds{50};
  EXPECT_THROW((void)client_of(user, options).default_plane().state(), TimeoutError);
  StopSource source;
  options = {};
  options.request_timeout = std::chrono::hours{1};
  options.stop = source.token();
  const Client client = client_of(user, options);
  std::thread stopper([&] { source.request_stop(); });
  EXPECT_THROW((void)client.default_plane().state(), StoppedError);
  stopper.join();
}

TEST_F(KubeconfigClient, PluginThatHangsEndsWithTheStopOfABatchAndOfAWatch) {
  std::ofstream(path("plugin")) << "#!/bin/sh\necho >>'" << path("runs") << "'\nexec sleep 36000\n";
  std::filesystem::permissions(path("plugin"), std::filesystem::perms::owner_all);
  ClientOptions options;
  options.request_timeout = std::chrono::hours{1};
  const Client client = client_of("{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}}", options);
  const auto stop_at_run = [&](StopSource& source, std::size_t run) {
    return std::thread([&source, run, this] {
      while (runs() < run) std::this_thread::yield();
      source.request_stop();
    });
  };
  StopSource of_batch;
  std::thread first = stop_at_run(of_batch, 1);
  BatchOptions batch;
  batch.stop = of_batch.token();
  for (const StateResult& result : client.states(std::vector<Plane>(50, client.default_plane()), {}, batch)) {
    EXPECT_THROW(result.error().raise(), StoppedError);
  }
  first.join();
  StopSource of_watch;
  std::thread second = stop_at_run(of_watch, 2);
  WatchOptions watch;
  watch.stop = of_watch.token();
  EXPECT_EQ(client.default_plane().resource("v1", "pods").watch([](const WatchEvent&) { return true; }, watch),
            WatchEnd::stopped);
  second.join();
}

TEST_F(KubeconfigClient, RotationOfATokenFileUnderLoadLosesNoRequest) {
  set_token("token-0");
  expect_no_request_is_lost(client_of("{tokenFile: token}"));
}

TEST_F(KubeconfigClient, RotationOfAPluginsTokenUnderLoadLosesNoRequest) {
  set_token("token-0");
  expect_no_request_is_lost(client_of(plugin()));
}

TEST_F(KubeconfigClient, ClientCertificateIsWhoTheUserIs) {
  const auto pair = server_.issue_client_certificate("dev");
  std::ofstream(path("tls.crt")) << pair.certificate_pem;
  std::ofstream(path("tls.key")) << pair.key_pem;
  (void)client_of("{client-certificate: tls.crt, client-key: tls.key}").default_plane().state();
}

TEST_F(KubeconfigClient, NoErrorAndNoEventShowsACredential) {
  std::vector<std::string> shown;
  ClientOptions options;
  options.observer = [&](const RequestEvent& event) { shown.push_back(event.url + event.error); };
  const Client client = client_of("{token: s3cret-token}", options);
  try {
    (void)client.default_plane().state();
    FAIL() << "accepted";
  } catch (const Unauthorized& error) {
    shown.emplace_back(error.what());
  }
  for (const std::string& text : shown) EXPECT_THAT(text, Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace kplane::tests
