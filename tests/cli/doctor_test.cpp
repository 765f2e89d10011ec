// kplane doctor against LocalServer with one fault after the other.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <kplane/kplane.hpp>

#include "cli.hpp"
#include "cli/doctor/doctor.hpp"
#include "cli/output/json_output.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using cli::ExitCode;
using cli::Json;
using testing::Fault;
using testing::LocalServer;
using testing::LocalServerOptions;

/// What the doctor said of one check.
struct Told {
  std::string verdict{};
  std::string detail{};
  std::string advice{};
  Json data{};
};

class Diagnosis {
 public:
  explicit Diagnosis(const Called& called) : code(called.code), report_(cli::parse_ordered(called.out)) {}

  [[nodiscard]] Told operator[](const std::string& name) const {
    for (const Json& check : report_["checks"]) {
      if (check["name"] == name)
        return {check["verdict"], check["detail"], check.value("advice", ""), check.value("data", Json())};
    }
    return {};
  }
  /// Names of the checks with this verdict.
  [[nodiscard]] std::vector<std::string> with(const std::string& verdict) const {
    std::vector<std::string> names;
    for (const Json& check : report_["checks"]) {
      if (check["verdict"] == verdict) names.push_back(check["name"]);
    }
    return names;
  }

  int code;

 private:
  Json report_;
};

using Names = std::vector<std::string>;

Diagnosis doctor(const Cli& kplane, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"doctor", "--json"});
  return Diagnosis(kplane(std::move(arguments)));
}

Fault answer(const std::string& path, int status, const std::string& body, const std::string& type = "text/plain") {
  Fault fault;
  fault.path_contains = path;
  fault.times = -1;
  fault.status = status;
  fault.body = body;
  fault.content_type = type;
  return fault;
}

TEST(Doctor, PassesAHealthyServer) {
  LocalServer server;
  const Diagnosis told = doctor(Cli(server), {"a"});
  EXPECT_EQ(told.code, ExitCode::success);
  EXPECT_EQ(told.with("ok"), cli::check_names());
  EXPECT_EQ(told["state"].data["path"], "/state");
}

TEST(Doctor, TellsPeopleWhatToDo) {
  LocalServerOptions options;
  options.crd_served = false;
  LocalServer server(options);
  const Called called = Cli(server)({"doctor"});
  EXPECT_EQ(called.code, ExitCode::negative);
  EXPECT_TRUE(contains(called.out, "FAIL  fleets")) << called.out;
  EXPECT_TRUE(contains(called.out, "-> a kplane server installs the Fleet resource")) << called.out;
  EXPECT_TRUE(contains(called.out, "skip  plane")) << called.out;
  EXPECT_TRUE(contains(called.out, "1 failed, 0 warned")) << called.out;
  EXPECT_EQ(called.err, "");
}

TEST(Doctor, ShowsTheChainThatIsNotTrusted) {
  LocalServerOptions options;
  options.tls = true;
  LocalServer server(options);
  const Called called = call({"doctor", "--json", "--server", server.base_url()});
  const Diagnosis told(called);
  EXPECT_EQ(told.with("failure"), Names{"tls"}) << called.out;
  EXPECT_TRUE(contains(told["tls"].advice, "KPLANE_CA_FILE"));
  EXPECT_GE(told["tls"].data["chain"].size(), 1U);
  EXPECT_EQ(told["version"].verdict, "skipped");
  const Diagnosis insecure(call({"doctor", "--json", "--server", server.base_url(), "--insecure"}));
  EXPECT_EQ(insecure["tls"].verdict, "warning");
  EXPECT_EQ(doctor(Cli(server))["tls"].verdict, "ok");
}

TEST(Doctor, TellsWhyACertificateIsRefused) {
  LocalServerOptions options;
  options.tls = true;
  options.certificate = testing::ServerCertificate::expired;
  LocalServer expired(options);
  const Told old = doctor(Cli(expired))["tls"];
  EXPECT_EQ(old.verdict, "failure");
  EXPECT_TRUE(contains(old.detail, "expired 60m ago")) << old.detail;
  EXPECT_TRUE(contains(old.advice, "clock"));
  options.certificate = testing::ServerCertificate::wrong_host;
  LocalServer elsewhere(options);
  EXPECT_TRUE(contains(doctor(Cli(elsewhere))["tls"].advice, "host name"));
}

TEST(Doctor, TellsAPortThatIsClosedFromOneThatIsSilent) {
  LocalServer server;
  const Cli kplane(server);
  server.stop();
  const Diagnosis closed = doctor(kplane);
  EXPECT_EQ(closed.with("failure"), Names{"address"});
  EXPECT_EQ(closed.with("ok"), (Names{"settings", "proxy"}));
  RawServer silent([](Connection& connection) { connection.wait_for_close(); });
  const Called called = call({"doctor", "--json", "--server", silent.base_url(), "--deadline", "0.1"});
  const Diagnosis told(called);
  EXPECT_EQ(told["address"].verdict, "ok");
  EXPECT_EQ(told["credentials"].verdict, "failure");
  EXPECT_EQ(told["speed"].verdict, "skipped");
}

TEST(Doctor, TellsOfAProxyThatDoesNotAnswer) {
  LocalServerOptions options;
  options.tls = true;  // or the token would not be sent through a proxy at all
  LocalServer server(options);
  const Cli kplane(server);
  std::string config = kplane({"kubeconfig", "a"}).out;
  config.insert(config.find("server:"), "proxy-url: http://127.0.0.1:1\n      ");
  const Diagnosis told(call({"doctor", "--json", "--kubeconfig", kplane.write("config", config)}));
  EXPECT_EQ(told["proxy"].verdict, "failure");
  EXPECT_TRUE(contains(told["proxy"].advice, "NO_PROXY"));
}

// libcurl's own timeout does not end it.
TEST(Doctor, TellsOfAProxyWhoseAnswerDoesNotEnd) {
  LocalServerOptions options;
  options.tls = true;
  LocalServer server(options);
  const Cli kplane(server);
  const RawServer proxy([](Connection& connection) {
    (void)connection.read_request();
    if (!connection.send("HTTP/1.1 407 No\r\nTransfer-Encoding: chunked\r\n\r\n")) return;
    while (connection.send("1\r\nx\r\n")) std::this_thread::sleep_for(std::chrono::milliseconds{1});
  });
  std::string config = kplane({"kubeconfig", "a"}).out;
  config.insert(config.find("server:"), "proxy-url: " + proxy.base_url() + "\n      ");
  const Diagnosis told(call({"doctor", "--json", "--deadline", "0.2", "--kubeconfig", kplane.write("config", config)}));
  EXPECT_EQ(told["proxy"].verdict, "failure");
}

TEST(Doctor, StopsWhereTheCredentialsAreRefused) {
  LocalServer server;
  const Diagnosis told = doctor(Cli(server, "wrong"));
  EXPECT_EQ(told.with("failure"), Names{"credentials"});
  EXPECT_EQ(told["openapi"].verdict, "ok");
  EXPECT_EQ(told["fleets"].verdict, "skipped");
  EXPECT_FALSE(contains(told["credentials"].detail, "wrong"));
}

TEST(Doctor, TellsForHowLongCredentialsLast) {
  LocalServerOptions options;
  options.tls = true;
  LocalServer server(options);
  const Cli kplane(server);
  const auto shown_to = [&](std::chrono::seconds lifetime) {
    const testing::ClientCertificate certificate = server.issue_client_certificate("somebody", lifetime);
    ClientOptions mine;
    mine.ca_pem = server.ca_pem();
    mine.client_certificate_pem = certificate.certificate_pem;
    mine.client_key_pem = certificate.key_pem;
    const std::string config = kplane.path("config");
    Client(server.base_url(), mine).root_plane().write_kubeconfig(config);
    return Diagnosis(call({"doctor", "--json", "--kubeconfig", config}))["credentials"];
  };
  const Told lasting = shown_to(std::chrono::hours(100));
  EXPECT_EQ(lasting.verdict, "ok");
  EXPECT_TRUE(contains(lasting.detail, "client certificate CN=somebody, valid for 4d")) << lasting.detail;
  const Told short_lived = shown_to(std::chrono::minutes(5));
  EXPECT_EQ(short_lived.verdict, "warning");
  EXPECT_TRUE(contains(short_lived.advice, "outlive"));
}

TEST(Doctor, NamesRightsThatAreMissingAndWhatTheyAreFor) {
  LocalServer server;
  server.add_user("mine", "somebody");
  const Diagnosis told = doctor(Cli(server, "mine"), {"a"});
  EXPECT_TRUE(contains(told["credentials"].detail, "somebody"));
  EXPECT_EQ(told["rights"].verdict, "failure");
  EXPECT_TRUE(contains(told["rights"].detail, "Fleets: get, list, watch, create, patch, delete fleets"))
      << told["rights"].detail;
  EXPECT_EQ(told["fleets"].verdict, "failure");
  EXPECT_TRUE(contains(told["fleets"].advice, "role"));
}

TEST(Doctor, GoesOnWhereOneAnswerNeverComes) {
  for (const auto& [path, check] : {std::pair<std::string, std::string>{"/fleets", "fleets"},
                                    {"/state", "state"},
                                    {"/openapi/", "openapi"},
                                    {"/clusterroles", "roles"}}) {
    LocalServer server;
    Fault stall;
    stall.path_contains = path;
    stall.times = -1;
    stall.delay = std::chrono::minutes(1);
    server.add_fault(stall);
    const Diagnosis told = doctor(Cli(server), {"--deadline", "0.3"});
    EXPECT_EQ(told[check].verdict, "failure") << path;
    EXPECT_TRUE(contains(told[check].advice, "--deadline")) << told[check].advice;
    EXPECT_EQ(told["controllers"].verdict, "ok") << path;
  }
}

TEST(Doctor, TellsALoginPageFromAServer) {
  LocalServer server;
  server.add_fault(answer("/state", 200, "<html>log in</html>", "text/html"));
  const Told told = doctor(Cli(server))["state"];
  EXPECT_EQ(told.verdict, "failure");
  EXPECT_TRUE(contains(told.advice, "login page"));
}

TEST(Doctor, QuotesAServerThatIsNotReady) {
  LocalServer server;
  server.add_fault(answer("/readyz", 500, "[-]etcd failed: reason withheld"));
  const Told told = doctor(Cli(server))["ready"];
  EXPECT_EQ(told.verdict, "failure");
  EXPECT_TRUE(contains(told.detail, "etcd failed")) << told.detail;
}

TEST(Doctor, ComparesTheClocks) {
  LocalServer server;
  Fault past = answer("/version", 200, R"({"gitVersion":"v1.29.0"})", "application/json");
  past.headers = {{"Date", "Sat, 01 Jan 2022 00:00:00 GMT"}};
  server.add_fault(past);
  const Diagnosis told = doctor(Cli(server));
  EXPECT_EQ(told["clock"].verdict, "warning");
  EXPECT_TRUE(contains(told["clock"].detail, "ahead of the server")) << told["clock"].detail;
  EXPECT_EQ(told["version"].verdict, "warning") << "1.29 is older than what is supported";
}

TEST(Doctor, TellsWhatTheServersDocumentHasThatThisProgramDoesNot) {
  LocalServer server;
  Json document = cli::parse_ordered(openapi::spec_json());
  document["paths"]["/new"]["get"] = {{"operationId", "getNew"}};
  server.add_fault(answer("/openapi/kplane.json", 200, document.dump(), "application/json"));
  const Told newer = doctor(Cli(server))["openapi"];
  EXPECT_EQ(newer.verdict, "ok");
  EXPECT_EQ(newer.data["operations"]["added"], Json({"GET /new"}));
  server.clear_faults();
  document["components"]["schemas"].erase("FleetMember");
  server.add_fault(answer("/openapi/kplane.json", 200, document.dump(), "application/json"));
  EXPECT_EQ(doctor(Cli(server))["openapi"].verdict, "warning");
  server.clear_faults();
  server.add_fault(answer("/openapi/kplane.json", 404, "404 page not found"));
  EXPECT_EQ(doctor(Cli(server))["openapi"].verdict, "ok") << "there is one in YAML";
  server.add_fault(answer("/openapi/kplane.yaml", 404, "404 page not found"));
  EXPECT_TRUE(contains(doctor(Cli(server))["openapi"].advice, "ordinary Kubernetes API server"));
}

TEST(Doctor, KnowsOlderServersByTheirPath) {
  LocalServerOptions options;
  options.state_path = testing::StatePath::snapshot;
  LocalServer server(options);
  EXPECT_EQ(doctor(Cli(server))["state"].data["path"], "/snapshot");
}

TEST(Doctor, NamesTypesThatAreNotSynced) {
  LocalServer server;
  server.client().plane("a").wait_until_ready();
  server.set_synced("a", "configmaps", false);
  const Told told = doctor(Cli(server), {"a"})["informers"];
  EXPECT_EQ(told.verdict, "warning");
  EXPECT_TRUE(contains(told.detail, "configmaps"));
}

TEST(Doctor, SeesAPlaneThatIsNotBootstrapped) {
  LocalServerOptions options;
  options.bootstrap_delay = std::chrono::minutes(1);
  LocalServer server(options);
  const Told told = doctor(Cli(server), {"a", "--deadline", "0.3"})["plane"];
  EXPECT_EQ(told.verdict, "failure");
  EXPECT_TRUE(contains(told.detail, "bootstrap")) << told.detail;
}

TEST(Doctor, SeesRolesThatAControllerFills) {
  LocalServerOptions options;
  options.aggregate_roles = true;
  LocalServer filled(options);
  EXPECT_TRUE(doctor(Cli(filled))["roles"].data["empty"].empty());
  LocalServer bare;
  EXPECT_EQ(doctor(Cli(bare))["roles"].data["empty"].size(), 3U);
}

TEST(Doctor, SeesTracesOfControllers) {
  LocalServer server;
  const Plane plane = server.client().plane("a");
  plane.wait_until_ready();
  plane.resource("v1", "serviceaccounts").in("default").create(R"({"metadata":{"name":"default"}})");
  const Told told = doctor(Cli(server), {"a"})["controllers"];
  EXPECT_EQ(told.verdict, "warning");
  EXPECT_TRUE(contains(told.detail, "ServiceAccount default/default"));
}

TEST(Doctor, NamesRunsThatGaveNoSignOfLife) {
  LocalServer server;
  const Client client = server.client();
  client.root_plane().wait_until_ready();
  client.root_plane()
      .resource("coordination.k8s.io/v1", "leases")
      .in("default")
      .create(
          R"({"metadata":{"name":"kplane-run-old","labels":{"kplane.dev/run":"old"}},"spec":{"leaseDurationSeconds":1,"renewTime":"2020-01-01T00:00:00.000000Z"}})");
  const Told told = doctor(Cli(server))["runs"];
  EXPECT_EQ(told.verdict, "warning");
  EXPECT_EQ(told.data["silent"], Json({"old"}));
  EXPECT_TRUE(contains(told.advice, "kplane sweep"));
}

TEST(Doctor, SaysWhatSettingsAreMissing) {
  const Diagnosis told(call({"doctor", "--json", "--server", "ftp://nowhere"}));
  EXPECT_EQ(told.code, ExitCode::negative);
  EXPECT_EQ(told.with("failure"), Names{"settings"});
  EXPECT_EQ(told.with("ok"), Names{});
}

TEST(Doctor, WritesNothingToAnyPlane) {
  LocalServer server;
  static_cast<void>(doctor(Cli(server), {"a"}));
  EXPECT_EQ(server.request_count("", "PUT") + server.request_count("", "PATCH") + server.request_count("", "DELETE"),
            0U);
  EXPECT_EQ(server.request_count("", "POST"), server.request_count("selfsubject", "POST"));
}

}  // namespace
}  // namespace kplane::tests
