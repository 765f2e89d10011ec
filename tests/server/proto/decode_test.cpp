// Bodies in protobuf, as JSON. The bytes are those that Kubernetes' own encoder writes.
#include "local_server/proto/decode.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "local_server/base/status.hpp"

namespace kplane::testing::server {
namespace {

using nlohmann::json;

std::string varint(std::size_t value) {
  constexpr std::size_t most = 127;
  std::string text;
  for (; value > most; value >>= 7U) text += static_cast<char>((value & most) | 128U);
  return text + static_cast<char>(value);
}

std::string wire_field(std::size_t number, std::string_view bytes) {
  return varint(number << 3U | 2U) + varint(bytes.size()) + std::string(bytes);
}

std::string number(int wire_field, unsigned char value) {
  return {static_cast<char>(wire_field << 3), static_cast<char>(value)};
}

std::string envelope(std::string_view version, std::string_view kind, std::string_view object) {
  return std::string("k8s\0", 4) + wire_field(1, wire_field(1, version) + wire_field(2, kind)) + wire_field(2, object) +
         wire_field(3, "") + wire_field(4, "");
}

json proto_decoded(std::string_view version, const std::string& kind, std::string_view object) {
  return json::parse(json_of_protobuf(kind, envelope(version, kind, object)));
}

/// What a ConfigMap's path answers to these bytes.
std::string proto_refusal(std::string_view body) {
  try {
    static_cast<void>(json_of_protobuf("ConfigMap", body));
  } catch (const StatusError& error) {
    const json status = json::parse(error.answer().body);
    EXPECT_EQ(status["code"], 400);
    return status["message"];
  }
  return "accepted";
}

TEST(Protobuf, LeavesOutWhatSaysNothing) {
  const std::string metadata = wire_field(1, "cm") + wire_field(2, "") + wire_field(3, "") + wire_field(8, "");
  const std::string object = wire_field(1, metadata) + wire_field(2, wire_field(1, "k") + wire_field(2, "v")) +
                             wire_field(2, wire_field(1, "e"));
  EXPECT_EQ(proto_decoded("v1", "ConfigMap", object), (json{{"apiVersion", "v1"},
                                                            {"kind", "ConfigMap"},
                                                            {"metadata", {{"name", "cm"}}},
                                                            {"data", {{"e", ""}, {"k", "v"}}}}));
}

TEST(Protobuf, KeepsZerosOfPointersAndWritesBytesAsBase64) {
  const json secret = proto_decoded(
      "v1", "Secret", wire_field(2, wire_field(1, "k") + wire_field(2, std::string("\0\xff", 2))) + number(5, 0));
  EXPECT_EQ(secret["data"]["k"], "AP8=");
  EXPECT_EQ(secret["immutable"], false) << "false was said";
  EXPECT_FALSE(secret.contains("type"));
}

TEST(Protobuf, ShowsInlinedMessagesInTheirOwnersPlace) {
  const std::string path =
      wire_field(1, "/healthz") + wire_field(2, number(1, 1) + number(2, 0) + wire_field(3, "http"));
  const std::string port_of_number = wire_field(3, number(1, 0) + number(2, 80) + wire_field(3, ""));
  const std::string probes = wire_field(10, wire_field(1, wire_field(2, path)) + number(2, 7)) +
                             wire_field(11, wire_field(1, wire_field(3, port_of_number)));
  const json container =
      proto_decoded("v1", "Pod", wire_field(2, wire_field(2, wire_field(1, "c") + probes)))["spec"]["containers"][0];
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["path"], "/healthz");
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["port"], "http");
  EXPECT_EQ(container["livenessProbe"]["initialDelaySeconds"], 7);
  EXPECT_EQ(container["readinessProbe"]["tcpSocket"], json::parse(R"({"port": 0})")) << "field 3 is the host's";
}

TEST(Protobuf, WritesQuantitiesAndTimesAsText) {
  const std::string limits = wire_field(8, wire_field(1, wire_field(1, "cpu") + wire_field(2, wire_field(1, "250m"))));
  const json pod = proto_decoded("v1", "Pod", wire_field(2, wire_field(2, limits)));
  EXPECT_EQ(pod["spec"]["containers"][0]["resources"]["limits"]["cpu"], "250m");
  const json lease =
      proto_decoded("coordination.k8s.io/v1", "Lease", wire_field(2, wire_field(3, number(1, 60) + number(2, 0))));
  EXPECT_EQ(lease["spec"]["acquireTime"], "1970-01-01T00:01:00.000000Z");
  const std::string far = '\x08' + varint(253'370'764'800) + number(2, 0);  // beyond a clock of nanoseconds
  const json late = proto_decoded("coordination.k8s.io/v1", "Lease", wire_field(2, wire_field(3, far)));
  EXPECT_EQ(late["spec"]["acquireTime"], "9999-01-01T00:00:00.000000Z");
}

TEST(Protobuf, RefusesWhatIsNoneAsARealServerDoes) {
  EXPECT_EQ(proto_refusal("hello"),
            "the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a "
            "protobuf message, expected prefix [107 56 115 0] (68656c6c6f)");
  EXPECT_EQ(proto_refusal({"k8s\0", 4}),
            "the object provided is unrecognized (must be of type ConfigMap): empty body (6b387300)");
  EXPECT_EQ(proto_refusal(""), "the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)");
  EXPECT_EQ(proto_refusal({"k8s\0\x0a\xff", 6}),
            "the object provided is unrecognized (must be of type ConfigMap): unexpected EOF (6b3873000aff)");
  EXPECT_EQ(proto_refusal(envelope("v1", "ConfigMap", "\x0a\x09")),
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: unexpected EOF");
  EXPECT_EQ(
      proto_refusal(envelope("v1", "ConfigFoo", "")),
      "ConfigFoo in version \"v1\" cannot be handled as a ConfigMap: no kind \"ConfigFoo\" is registered for version "
      "\"v1\" in scheme \"pkg/runtime/scheme.go:110\"");
  EXPECT_NE(proto_refusal(envelope("v1", "ConfigMap", number(1, 3))).find("wrong wireType = 0"), std::string::npos);
  EXPECT_NE(proto_refusal(envelope("v1", "ConfigMap", {"\0\0", 2})).find("illegal tag 0"), std::string::npos);
}

TEST(Protobuf, IsBoundedInSizeAndDepth) {
  std::string containers;
  for (int i = 0; i < 250'000; ++i) containers += wire_field(2, "");
  EXPECT_NE(proto_refusal(envelope("v1", "Pod", wire_field(2, containers))).find("too large"), std::string::npos);
  std::string schema;
  for (int i = 0; i < 400; ++i) schema = wire_field(28, schema);  // `not` in `not`
  const std::string version = wire_field(1, "v1") + wire_field(4, wire_field(1, schema));
  EXPECT_NE(proto_refusal(
                envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", wire_field(2, wire_field(7, version)))),
            "accepted");
}

TEST(Protobuf, ReplacesWhatIsNoUtf8) {
  const json map = proto_decoded("v1", "ConfigMap", wire_field(2, wire_field(1, "k") + wire_field(2, "\xff")));
  EXPECT_EQ(map["data"]["k"], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace kplane::testing::server
