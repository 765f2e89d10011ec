// Applying and removing sets against scripted planes: order, waits, refusals, cut connections.
#include <kplane/kplane.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/clients.hpp"
#include "support/manifest_sets.hpp"
#include "support/planes.hpp"
#include "support/raw_server.hpp"

namespace kplane::tests {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

struct Asked {
  std::string cluster;
  std::string method;
  std::string path;   ///< below the plane
  std::string query;  ///< with its question mark
  std::string body;
};

Asked parse(const std::string& request) {
  const std::string line = request.substr(0, request.find(" HTTP/"));
  const std::string below = line.substr(line.find("/control-plane") + 14);
  const auto query = std::min(below.find('?'), below.size());
  return {cluster_of(request), line.substr(0, line.find(' ')), below.substr(0, query), below.substr(query),
          request.substr(request.find("\r\n\r\n") + 4)};
}

std::string refusal(int code, const std::string& reason, const std::string& message,
                    const std::string& details = "{}") {
  return http_response(code, R"({"kind":"Status","status":"Failure","message":")" + message + R"(","reason":")" +
                                 reason + R"(","details":)" + details + "}");
}

std::string not_served() { return http_response(404, "404 page not found\n", "text/plain"); }

/// Planes that serve a few types and keep what is applied to them.
class ScriptedPlanes {
 public:
  using Hook = std::function<std::optional<std::string>(const Asked& asked, int times)>;

  /// @param hook may answer instead; it is told how often the path was asked for in this plane by this method
  explicit ScriptedPlanes(Hook hook = {}, bool cuts = false)
      : hook_(std::move(hook)), server_([this, cuts](Connection& connection) { serve(connection, cuts); }) {}

  [[nodiscard]] Client client(ClientOptions options = with_quick_retries()) const {
    return Client(server_.base_url(), std::move(options));
  }
  [[nodiscard]] std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  [[nodiscard]] std::vector<Asked> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  /// Paths of the objects that were stored, with their plane, and how often.
  [[nodiscard]] std::map<std::string, int> stored() {
    const std::lock_guard lock(mutex_);
    return stored_;
  }
  void serve_widgets() { widgets_ = true; }  // from a hook

 private:
  void serve(Connection& connection, bool cuts) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const int number = ++requests_;
      if (cuts && number % 3 == 0) return;
      const std::string response = answer(parse(request));
      if (cuts && number % 4 == 0) return connection.reset();
      if (!connection.send(response)) return;
    }
  }

  std::string answer(const Asked& asked) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(asked);
    log_.push_back(asked.method + ' ' + asked.path);
    const int times = ++times_[asked.cluster + log_.back()];
    if (hook_) {
      if (const auto response = hook_(asked, times)) return *response;
    }
    if (asked.method == "PATCH") return apply(asked);
    if (asked.method == "DELETE") return remove(asked);
    return types(asked.path);
  }

  std::string apply(const Asked& asked) {
    const int times = ++stored_[asked.cluster + asked.path];
    const std::string name = asked.path.substr(asked.path.rfind('/') + 1);
    return http_response(times == 1 ? 201 : 200, R"({"metadata":{"name":")" + name + R"("}})");
  }

  std::string remove(const Asked& asked) {
    if (stored_.erase(asked.cluster + asked.path) == 1) return http_response(200, R"({"kind":"Status"})");
    return refusal(404, "NotFound", "not found", R"({"name":"x","kind":"x"})");
  }

  std::string types(const std::string& path) const {
    if (path == "/api/v1") {
      return http_response(200, R"({"resources":[{"name":"configmaps","kind":"ConfigMap","namespaced":true},
          {"name":"nodes","kind":"Node","namespaced":false}]})");
    }
    if (path == "/apis/x.io/v1" && widgets_)
      return http_response(200, R"({"resources":[{"name":"widgets","kind":"Widget","namespaced":true}]})");
    return not_served();
  }

  std::mutex mutex_;
  Hook hook_;
  bool widgets_ = false;
  std::vector<std::string> log_;
  std::vector<Asked> asked_;
  std::map<std::string, int> times_;
  std::map<std::string, int> stored_;
  std::atomic<int> requests_{0};
  RawServer server_;
};

Manifest config_map(const std::string& name, const std::string& ns = "") {
  return manifest("v1", "ConfigMap", name, ns);
}

std::vector<ManifestOutcome> outcomes(const ManifestResults& results) {
  std::vector<ManifestOutcome> all;
  for (const ManifestResult& result : results) all.push_back(result.outcome);
  return all;
}

ManifestOptions within(milliseconds timeout) {
  ManifestOptions options;
  options.timeout = timeout;
  return options;
}

TEST(ManifestApply, GoesInOrderAndReportsInTheOrderOfTheSet) {
  ScriptedPlanes planes;
  const Plane plane = planes.client().plane("p");
  const Manifests set = set_of(
      {config_map("b"), manifest("v1", "Node", "n"), manifest("v1", "Namespace", "team"), config_map("a", "team")});
  const ManifestResults results = plane.apply(set);
  EXPECT_THAT(planes.log(), ElementsAre("PATCH /api/v1/namespaces/team", "GET /api/v1",
                                        "PATCH /api/v1/namespaces/default/configmaps/b", "PATCH /api/v1/nodes/n",
                                        "PATCH /api/v1/namespaces/team/configmaps/a"));
  EXPECT_THAT(outcomes(results), Each(ManifestOutcome::created));
  ASSERT_EQ(results.size(), 4U);
  EXPECT_EQ(results[0].manifest.ns, "default");
  EXPECT_EQ(results[0].object->name(), "b");
  EXPECT_EQ(results[1].manifest.ns, "");
  EXPECT_EQ(results.plane().cluster(), "p");
  EXPECT_THAT(outcomes(plane.apply(set)), Each(ManifestOutcome::updated));
  EXPECT_EQ(planes.log().size(), 9U) << "discovery is remembered";
}

TEST(ManifestApply, SendsTheObjectWithItsOptions) {
  ScriptedPlanes planes;
  ManifestOptions options;
  options.ns = "team";
  options.field_manager = "me";
  options.force = true;
  options.dry_run = true;
  (void)planes.client().plane("p").apply(set_of({config_map("a")}), options);
  const Asked sent = planes.asked().back();
  EXPECT_EQ(sent.path, "/api/v1/namespaces/team/configmaps/a");
  EXPECT_EQ(sent.query, "?fieldManager=me&dryRun=All&force=true");
  EXPECT_EQ(sent.body, config_map("a").json);
}

TEST(ManifestApply, OfNothingIsNothing) {
  const Client client("http://127.0.0.1:1");
  EXPECT_EQ(client.plane("p").apply(Manifests()).size(), 0U);
  std::size_t planes = 0;
  (void)client.apply(planes_of(client, 3), Manifests(), {}, {},
                     [&planes](std::size_t, std::size_t, const ManifestResults&) { ++planes; });
  EXPECT_EQ(planes, 3U);
  EXPECT_THROW((void)client.apply({Client("http://127.0.0.1:1").plane("p")}, Manifests()), ConfigError);
}

TEST(ManifestApply, ObjectThatFailsDoesNotStopTheOthers) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.path.find("/taken") != std::string::npos) return refusal(409, "Conflict", "owned by another");
    if (asked.path.find("/odd") != std::string::npos) return http_response(200, "<html>");
    return std::nullopt;
  });
  const Manifests set = set_of({config_map("taken"), config_map("odd"), manifest("v1", "Nothing", "x"),
                                manifest("nope.io/v1", "Thing", "x"), config_map("fine")});
  const ManifestResults results = planes.client().plane("p").apply(set);
  EXPECT_THROW(results[0].error->raise(), Conflict);
  EXPECT_THROW(results[1].error->raise(), DecodeError);
  EXPECT_THROW(results[2].error->raise(), NotFound);
  EXPECT_THROW(results[3].error->raise(), NotFound);
  EXPECT_THAT(results[3].error->what(), HasSubstr("does not serve kind Thing of nope.io/v1"));
  EXPECT_EQ(results[4].outcome, ManifestOutcome::created);
  EXPECT_EQ(results[4].error, nullptr);
}

TEST(ManifestApply, ErrorAfterALostAnswerSaysSo) {
  ScriptedPlanes planes([](const Asked& asked, int times) -> std::optional<std::string> {
    if (asked.path.find("configmaps/a") == std::string::npos || asked.method != "PATCH") return std::nullopt;
    return times == 1 ? http_response(504, "a gateway's", "text/plain") : refusal(403, "Forbidden", "no longer");
  });
  const ManifestResults results = planes.client().plane("p").apply(set_of({config_map("a"), config_map("b")}));
  const auto* error = dynamic_cast<const Forbidden*>(results[0].error.get());
  ASSERT_NE(error, nullptr);
  EXPECT_TRUE(error->after_lost_answer());
  EXPECT_EQ(error->message(), "no longer");
  EXPECT_EQ(results[1].outcome, ManifestOutcome::created);
}

TEST(ManifestApply, TypesAreAwaitedUntilTheyAreEstablishedAndServed) {
  ScriptedPlanes* served = nullptr;
  ScriptedPlanes planes([&served](const Asked& asked, int times) -> std::optional<std::string> {
    if (asked.path == definitions + "widgets.x.io" && asked.method == "GET") {
      const std::string status = times < 3 ? "False" : "True";
      return http_response(
          200, R"({"metadata":{"name":"widgets.x.io"},"status":{"conditions":[{"type":"NamesAccepted","status":"True"},
          {"type":"Established","status":")" +
                   status + R"("}]}})");
    }
    if (asked.path == "/apis/x.io/v1" && times == 3) served->serve_widgets();
    return std::nullopt;
  });
  served = &planes;
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({manifest("x.io/v1", "Widget", "w"), definition("x.io", "widgets", "Widget")}));
  EXPECT_THAT(outcomes(results), Each(ManifestOutcome::created));
  const std::string crd = definitions + "widgets.x.io";
  EXPECT_THAT(planes.log(), ElementsAre("PATCH " + crd, "GET " + crd, "GET " + crd, "GET " + crd, "GET /apis/x.io/v1",
                                        "GET /apis/x.io/v1", "GET /apis/x.io/v1",
                                        "PATCH /apis/x.io/v1/namespaces/default/widgets/w"));
}

TEST(ManifestApply, TypeThatIsNeverEstablishedEndsInATimeoutThatSaysSo) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.method == "GET") return http_response(200, R"({"metadata":{"name":"widgets.x.io"},"status":{}})");
    return std::nullopt;
  });
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({definition("x.io", "widgets", "Widget"), manifest("x.io/v1", "Widget", "w"), config_map("a")}),
      within(milliseconds{300}));
  EXPECT_EQ(results[0].outcome, ManifestOutcome::created);
  EXPECT_THROW(results[1].error->raise(), TimeoutError);
  EXPECT_THAT(results[1].error->what(), HasSubstr("not established"));
  EXPECT_THROW(results[2].error->raise(), TimeoutError);
}

TEST(ManifestApply, TypeThatWasRefusedFailsItsObjectsAtOnce) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.path == definitions + "widgets.x.io") return refusal(422, "Invalid", "no schema");
    return std::nullopt;
  });
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({definition("x.io", "widgets", "Widget"), manifest("x.io/v1", "Widget", "w"), config_map("a")}));
  EXPECT_THROW(results[0].error->raise(), Invalid);
  EXPECT_THROW(results[1].error->raise(), NotFound);
  EXPECT_THAT(results[1].error->what(), HasSubstr("widgets.x.io of the same set failed"));
  EXPECT_EQ(results[2].outcome, ManifestOutcome::created);
}

TEST(ManifestApply, NamesThatAreNotAcceptedFailTheDefinition) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.method != "GET" || asked.path != definitions + "widgets.x.io") return std::nullopt;
    return http_response(
        200,
        R"({"metadata":{"name":"widgets.x.io"},"status":{"conditions":[{"type":"NamesAccepted","status":"False"}]}})");
  });
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({definition("x.io", "widgets", "Widget"), manifest("x.io/v1", "Widget", "w")}));
  EXPECT_THAT(results[0].error->what(), HasSubstr("not accepted"));
  EXPECT_THROW(results[1].error->raise(), NotFound);
}

TEST(ManifestApply, DryRunDoesNotWaitForTypesThatItDoesNotMake) {
  ScriptedPlanes planes;
  ManifestOptions options;
  options.dry_run = true;
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({definition("x.io", "widgets", "Widget"), manifest("x.io/v1", "Widget", "w")}), options);
  EXPECT_EQ(results[0].outcome, ManifestOutcome::created);
  EXPECT_THAT(results[1].error->what(), HasSubstr("a dry run stores nothing"));
}

TEST(ManifestApply, PlaneThatIsJustBeingMadeIsGivenAMoment) {
  ScriptedPlanes planes([](const Asked& asked, int times) -> std::optional<std::string> {
    if (asked.method != "PATCH" || times > 2) return std::nullopt;
    if (asked.path.find("/missing") != std::string::npos)
      return refusal(404, "NotFound", "namespaces not found", R"({"name":"default","kind":"namespaces"})");
    if (asked.path.find("/forbidden") != std::string::npos) return refusal(403, "Forbidden", "no service account");
    if (asked.path.find(definitions) == 0) return not_served();
    return std::nullopt;
  });
  const ManifestResults results = planes.client().plane("p").apply(
      set_of({config_map("missing"), config_map("forbidden"), definition("x.io", "widgets", "Widget")}));
  EXPECT_EQ(results[0].outcome, ManifestOutcome::created);
  EXPECT_EQ(results[1].outcome, ManifestOutcome::created);
}

TEST(ManifestApply, NamespaceThatNobodyMakesIsMissingAtOnce) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.method != "PATCH") return std::nullopt;
    return refusal(404, "NotFound", "namespaces not found", R"({"name":"absent","kind":"namespaces"})");
  });
  const ManifestResults results = planes.client().plane("p").apply(set_of({config_map("a", "absent")}));
  EXPECT_THROW(results[0].error->raise(), NotFound);
  EXPECT_EQ(planes.log().size(), 2U);
}

TEST(ManifestApply, ServedPathsAreAskedForAgainWhenTheyMoved) {
  ScriptedPlanes planes([](const Asked& asked, int times) -> std::optional<std::string> {
    if (asked.method == "PATCH" && times == 2) return not_served();
    return std::nullopt;
  });
  const Plane plane = planes.client().plane("p");
  (void)plane.apply(set_of({config_map("a")}));
  EXPECT_EQ(plane.apply(set_of({config_map("a")}))[0].outcome, ManifestOutcome::updated);
  const std::string path = "PATCH /api/v1/namespaces/default/configmaps/a";
  EXPECT_THAT(planes.log(), ElementsAre("GET /api/v1", path, path, "GET /api/v1", path));
}

class ManifestBatch : public ::testing::TestWithParam<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(OnThreads, ManifestBatch, ::testing::Values(1, 3));

TEST_P(ManifestBatch, CutConnectionsLoseNothingAndReportNothingTwice) {
  std::vector<Manifest> all{manifest("v1", "Namespace", "team")};
  for (int i = 0; i < 20; ++i) all.push_back(config_map("c" + std::to_string(i), "team"));
  const Manifests set = set_of(all);
  for (const ClientOptions& options : {with_quick_retries(), without_retries()}) {
    ScriptedPlanes planes({}, true);
    const Client client = planes.client(options);
    std::vector<std::size_t> done;
    const auto results = client.apply(planes_of(client, 3), set, {}, on_threads(GetParam()),
                                      [&](std::size_t number, std::size_t count, const ManifestResults& latest) {
                                        EXPECT_EQ(count, 3U);
                                        EXPECT_EQ(latest.size(), set.size());
                                        done.push_back(number);
                                      });
    EXPECT_THAT(done, ElementsAre(1, 2, 3));
    ASSERT_EQ(results.size(), 3U);
    const std::map<std::string, int> stored = planes.stored();
    EXPECT_EQ(stored.size(), 3 * set.size());
    for (std::size_t p = 0; p < results.size(); ++p) {
      EXPECT_EQ(results[p].plane().cluster(), "p" + std::to_string(p));
      ASSERT_EQ(results[p].size(), set.size());
      for (std::size_t i = 0; i < set.size(); ++i) {
        EXPECT_EQ(results[p][i].manifest.name, set[i].name);
        EXPECT_EQ(results[p][i].error, nullptr);
        EXPECT_NE(results[p][i].outcome, ManifestOutcome::failed);
        EXPECT_TRUE(results[p][i].object.has_value());
      }
    }
  }
}

TEST(ManifestApply, ServerThatIsAwayFailsTheObjectsInTheirTime) {
  ScriptedPlanes planes([](const Asked&, int) { return http_response(503, "", "text/plain"); });
  const ManifestResults results =
      planes.client().plane("p").apply(set_of({config_map("a"), config_map("b")}), within(milliseconds{2'000}));
  for (const ManifestResult& result : results) {
    EXPECT_THROW(result.error->raise(), TimeoutError);
    EXPECT_THAT(result.error->what(), HasSubstr("503"));
  }
}

TEST(ManifestApply, SilentPlaneEndsByTheTimeOfTheBatch) {
  const RawServer server([](Connection& connection) { connection.wait_for_close(); });
  const Client client(server.base_url());
  BatchOptions batch;
  batch.timeout = milliseconds{100};
  for (const ManifestResults& results : client.apply(planes_of(client, 20), set_of({config_map("a")}), {}, batch)) {
    EXPECT_THROW(results[0].error->raise(), TimeoutError);
  }
}

TEST(ManifestApply, StopEndsWhatIsLeft) {
  StopSource source;
  ScriptedPlanes planes([&source](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.path.find("/second") != std::string::npos) source.request_stop();
    return std::nullopt;
  });
  const Client client = planes.client();
  BatchOptions batch;
  batch.concurrency = 1;
  batch.stop = source.token();
  const auto results = client.apply(
      planes_of(client, 3), set_of({config_map("first"), config_map("second"), config_map("third")}), {}, batch);
  EXPECT_EQ(results[0][0].outcome, ManifestOutcome::created);
  EXPECT_THROW(results[0][2].error->raise(), StoppedError);
  for (const ManifestResult& result : results[2]) EXPECT_THROW(result.error->raise(), StoppedError);
  EXPECT_THAT(planes.log(), Not(Contains(HasSubstr("/third"))));
}

TEST_P(ManifestBatch, WhatTheCallbackThrowsReachesTheCallerAndItIsNotCalledAgain) {
  ScriptedPlanes planes;
  const Client client = planes.client();
  int calls = 0;
  const auto fail = [&calls](std::size_t, std::size_t, const ManifestResults&) {
    ++calls;
    throw std::logic_error("x");
  };
  EXPECT_THROW((void)client.apply(planes_of(client, 30), set_of({config_map("a")}), {}, on_threads(GetParam()), fail),
               std::logic_error);
  EXPECT_EQ(calls, 1);
  for (const ManifestResults& results : client.apply(planes_of(client, 30), set_of({config_map("a")}))) {
    EXPECT_EQ(results[0].error, nullptr);
  }
}

TEST(ManifestApply, RunsOnSoManyThreadsAndCallsBackOnOneAtATime) {
  ScriptedPlanes planes;
  const Client client = planes.client();
  std::atomic<int> inside{0};
  std::set<std::thread::id> threads;  // not guarded: a second call at the same time would be a race
  std::vector<std::size_t> done;
  const auto note = [&](std::size_t number, std::size_t, const ManifestResults&) {
    EXPECT_EQ(++inside, 1);
    threads.insert(std::this_thread::get_id());
    done.push_back(number);
    // While this thread is here, only the others can send: it has at most a third of the 8 requests in flight.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (number == 1 && planes.stored().size() < 5 && std::chrono::steady_clock::now() < end) {
      std::this_thread::yield();
    }
    --inside;
  };
  (void)client.apply(planes_of(client, 300), set_of({config_map("a")}), {}, on_threads(3), note);
  EXPECT_GT(threads.size(), 1U);
  EXPECT_LE(threads.size(), 3U);
  ASSERT_EQ(done.size(), 300U);
  for (std::size_t i = 0; i < done.size(); ++i) EXPECT_EQ(done[i], i + 1);
  threads.clear();
  done.clear();
  (void)client.apply(planes_of(client, 30), set_of({config_map("a")}), {}, {}, note);
  EXPECT_EQ(threads, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST(ManifestRemove, GoesBackwardsAndSaysWhatWasNotThere) {
  ScriptedPlanes planes;
  const Plane plane = planes.client().plane("p");
  const Manifests set = set_of({manifest("v1", "Namespace", "team"), config_map("a", "team"), config_map("b", "team"),
                                definition("x.io", "widgets", "Widget"), manifest("x.io/v1", "Widget", "w")});
  (void)plane.apply(set_of({set[0], set[1], set[3]}));
  const std::size_t before = planes.log().size();
  const ManifestResults results = plane.remove(set);
  EXPECT_THAT(outcomes(results),
              ElementsAre(ManifestOutcome::removed, ManifestOutcome::removed, ManifestOutcome::absent,
                          ManifestOutcome::removed, ManifestOutcome::absent));
  const std::vector<std::string> log = planes.log();
  EXPECT_THAT(std::vector<std::string>(log.begin() + static_cast<std::ptrdiff_t>(before), log.end()),
              ElementsAre("GET /apis/x.io/v1", "DELETE /api/v1/namespaces/team/configmaps/b",
                          "DELETE /api/v1/namespaces/team/configmaps/a", "DELETE " + definitions + "widgets.x.io",
                          "DELETE /api/v1/namespaces/team"));
  EXPECT_TRUE(planes.stored().empty());
  EXPECT_THAT(outcomes(plane.remove(set)), Each(ManifestOutcome::absent));
}

TEST(ManifestRemove, RemovalUnderWayIsNoFailureButARefusalIs) {
  ScriptedPlanes planes([](const Asked& asked, int) -> std::optional<std::string> {
    if (asked.path == "/api/v1/namespaces/going") return refusal(409, "Conflict", "being removed");
    if (asked.path == "/api/v1/namespaces/kept") return refusal(403, "Forbidden", "this namespace may not be deleted");
    return std::nullopt;
  });
  const ManifestResults results = planes.client().plane("p").remove(
      set_of({manifest("v1", "Namespace", "going"), manifest("v1", "Namespace", "kept")}));
  EXPECT_EQ(results[0].outcome, ManifestOutcome::removed);
  EXPECT_THROW(results[1].error->raise(), Forbidden);
}

}  // namespace
}  // namespace kplane::tests
