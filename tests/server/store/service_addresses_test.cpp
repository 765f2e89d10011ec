#include "local_server/store/service_addresses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local_server/base/status.hpp"
#include "local_server/schema/services.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json service(const json& spec) { return {{"metadata", {{"name", "s"}}}, {"spec", spec}}; }

json node_port_service() { return service({{"type", "NodePort"}, {"ports", {{{"port", 80}}, {{"port", 443}}}}}); }

struct Addresses : ::testing::Test {
  json created(json object) {
    addresses.allocate(object, nullptr);
    addresses.note(nullptr, &object);
    return object["spec"];
  }

  std::string refusal(json object) {
    try {
      addresses.allocate(object, nullptr);
    } catch (const StatusError& error) {
      return error.answer().body;
    }
    return {};
  }

  ServiceAddresses addresses;
};

TEST_F(Addresses, AreGivenOutOnce) {
  const json first = created(service({{"type", "ClusterIP"}}));
  const json second = created(service({{"type", "ClusterIP"}}));
  EXPECT_NE(first["clusterIP"], second["clusterIP"]);
  EXPECT_EQ(first["clusterIPs"], json::array({first["clusterIP"]}));
  EXPECT_THAT(refusal(service({{"clusterIP", first["clusterIP"]}})), HasSubstr("provided IP is already allocated"));
  EXPECT_THAT(refusal(service({{"clusterIP", "10.1.0.1"}})), HasSubstr("is not in the valid range"));
}

TEST_F(Addresses, ComeBackWhenAServiceGoes) {
  json gone = service({{"type", "ClusterIP"}});
  gone["spec"] = created(gone);
  addresses.note(&gone, nullptr);
  EXPECT_EQ(refusal(service({{"clusterIP", gone["spec"]["clusterIP"]}})), "");
}

TEST_F(Addresses, RunOut) {
  for (int i = 0; i < 253; ++i) created(service({{"type", "ClusterIP"}}));
  EXPECT_THAT(refusal(service({{"type", "ClusterIP"}})), HasSubstr("range is full"));
}

TEST_F(Addresses, DependOnTheType) {
  EXPECT_FALSE(created(service({{"type", "ExternalName"}})).contains("clusterIP"));
  const json headless = created(service({{"clusterIP", "None"}}));
  EXPECT_EQ(headless["ipFamilies"], json({"IPv4", "IPv6"}));
  EXPECT_THAT(refusal(service({{"ipFamilyPolicy", "RequireDualStack"}})), HasSubstr("not configured for dual-stack"));
}

TEST_F(Addresses, HaveNodePorts) {
  const json spec = created(node_port_service());
  const json port = spec["ports"][0]["nodePort"];
  EXPECT_NE(port, spec["ports"][1]["nodePort"]);
  EXPECT_THAT(refusal(service({{"type", "NodePort"}, {"ports", {{{"port", 81}, {"nodePort", port}}}}})),
              HasSubstr("provided port is already allocated"));
  EXPECT_THAT(refusal(service({{"type", "NodePort"}, {"ports", {{{"port", 81}, {"nodePort", 80}}}}})),
              HasSubstr("is not in the valid range"));
}

TEST_F(Addresses, StayWhenAnUpdateDoesNotNameThem) {
  json before = node_port_service();
  before["spec"]["ports"][0]["name"] = "a";
  before["spec"]["ports"][1]["name"] = "b";
  json after = before;
  before["spec"] = created(before);
  keep_allocations(before, after);
  addresses.allocate(after, &before);
  EXPECT_EQ(after, before);
}

TEST_F(Addresses, GoWithTheTypeThatNeedsThem) {
  const json before = service(created(node_port_service()));
  json after = before;
  after["spec"]["type"] = "ExternalName";
  keep_allocations(before, after);
  EXPECT_FALSE(after["spec"].contains("clusterIP"));
  EXPECT_FALSE(after["spec"]["ports"][0].contains("nodePort"));
}

}  // namespace
}  // namespace kplane::testing::server
