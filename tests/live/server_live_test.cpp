// The server as a whole, and a plane in the hands of another HTTP client.
#include <curl/curl.h>

#include <cstdlib>
#include <memory>
#include <string>

#include <kplane/json.hpp>

#include "live.hpp"

namespace kplane::live {
namespace {

using LiveServer = LiveTest;

struct Easy {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

std::size_t append(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

void set_tls(CURL* easy) {
  const std::string insecure = environment("KPLANE_INSECURE");
  if (insecure == "1" || insecure == "true") {
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const std::string ca_file = environment("KPLANE_CA_FILE");
  if (!ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
}

std::string get_with_curl(const std::string& url) {
  const std::unique_ptr<CURL, Easy> easy(curl_easy_init());
  const std::string authorization = "Authorization: Bearer " + environment("KPLANE_TOKEN");
  const std::unique_ptr<curl_slist, Easy> headers(curl_slist_append(nullptr, authorization.c_str()));
  std::string body;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &body);
  set_tls(easy.get());
  EXPECT_EQ(curl_easy_perform(easy.get()), CURLE_OK) << url;
  return body;
}

TEST_F(LiveServer, IsReady) {
  client().wait_until_ready(patience);
  EXPECT_TRUE(client().is_ready());
}

TEST_F(LiveServer, PublishesItsOpenApiDocument) {
  const std::string document = client().server_openapi();
  EXPECT_NE(document.find("openapi: "), std::string::npos);
  for (const char* operation : {"listFleets", "createFleet", "getFleet", "patchFleet", "deleteFleet"}) {
    EXPECT_NE(document.find(operation), std::string::npos) << operation;
  }
  EXPECT_EQ(openapi::load_spec().at("info").at("title"), "kplane API");
}

TEST_F(LiveServer, LetsAnyOtherClientUseAPlane) {
  const Plane plane = ready_plane("curl");
  const std::string body = get_with_curl(client().cluster_base_url(plane.cluster()) + "/api/v1/namespaces/default");
  const nlohmann::json found = nlohmann::json::parse(body);
  EXPECT_EQ(found.at("kind"), "Namespace");
  EXPECT_EQ(found.at("metadata").at("name"), "default");
}

TEST_F(LiveServer, TurnsAnObjectIntoATree) {
  const Plane plane = ready_plane("tree");
  const auto object = find(plane.state("namespaces"), "namespaces", "default");
  ASSERT_TRUE(object);
  EXPECT_TRUE(object->json().is_object());
  EXPECT_EQ(parse_json(object->raw()), object->json());
}

}  // namespace
}  // namespace kplane::live
