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

std::string field(std::size_t number, std::string_view bytes) {
  return varint(number << 3U | 2U) + varint(bytes.size()) + std::string(bytes);
}

std::string number(int field, unsigned char value) { return {static_cast<char>(field << 3), static_cast<char>(value)}; }

std::string envelope(std::string_view version, std::string_view kind, std::string_view object) {
  return std::string("k8s\0", 4) + field(1, field(1, version) + field(2, kind)) + field(2, object) + field(3, "") +
         field(4, "");
}

json decoded(std::string_view version, const std::string& kind, std::string_view object) {
  return json::parse(json_of_protobuf(kind, envelope(version, kind, object)));
}

/// What a ConfigMap's path answers to these bytes.
std::string refusal(std::string_view body) {
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
  const std::string metadata = field(1, "cm") + field(2, "") + field(3, "") + field(8, "");
  const std::string object = field(1, metadata) + field(2, field(1, "k") + field(2, "v")) + field(2, field(1, "e"));
  EXPECT_EQ(decoded("v1", "ConfigMap", object), (json{{"apiVersion", "v1"},
                                                      {"kind", "ConfigMap"},
                                                      {"metadata", {{"name", "cm"}}},
                                                      {"data", {{"e", ""}, {"k", "v"}}}}));
}

TEST(Protobuf, KeepsZerosOfPointersAndWritesBytesAsBase64) {
  const json secret =
      decoded("v1", "Secret", field(2, field(1, "k") + field(2, std::string("\0\xff", 2))) + number(5, 0));
  EXPECT_EQ(secret["data"]["k"], "AP8=");
  EXPECT_EQ(secret["immutable"], false) << "false was said";
  EXPECT_FALSE(secret.contains("type"));
}

TEST(Protobuf, ShowsInlinedMessagesInTheirOwnersPlace) {
  const std::string path = field(1, "/healthz") + field(2, number(1, 1) + number(2, 0) + field(3, "http"));
  const std::string port_of_number = field(3, number(1, 0) + number(2, 80) + field(3, ""));
  const std::string probes =
      field(10, field(1, field(2, path)) + number(2, 7)) + field(11, field(1, field(3, port_of_number)));
  const json container = decoded("v1", "Pod", field(2, field(2, field(1, "c") + probes)))["spec"]["containers"][0];
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["path"], "/healthz");
  EXPECT_EQ(container["livenessProbe"]["httpGet"]["port"], "http");
  EXPECT_EQ(container["livenessProbe"]["initialDelaySeconds"], 7);
  EXPECT_EQ(container["readinessProbe"]["tcpSocket"], json::parse(R"({"port": 0})")) << "field 3 is the host's";
}

TEST(Protobuf, WritesQuantitiesAndTimesAsText) {
  const std::string limits = field(8, field(1, field(1, "cpu") + field(2, field(1, "250m"))));
  const json pod = decoded("v1", "Pod", field(2, field(2, limits)));
  EXPECT_EQ(pod["spec"]["containers"][0]["resources"]["limits"]["cpu"], "250m");
  const json lease = decoded("coordination.k8s.io/v1", "Lease", field(2, field(3, number(1, 60) + number(2, 0))));
  EXPECT_EQ(lease["spec"]["acquireTime"], "1970-01-01T00:01:00.000000Z");
}

TEST(Protobuf, RefusesWhatIsNoneAsARealServerDoes) {
  EXPECT_EQ(refusal("hello"),
            "the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a "
            "protobuf message, expected prefix [107 56 115 0] (68656c6c6f)");
  EXPECT_EQ(refusal({"k8s\0", 4}),
            "the object provided is unrecognized (must be of type ConfigMap): empty body (6b387300)");
  EXPECT_EQ(refusal(""), "the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)");
  EXPECT_EQ(refusal({"k8s\0\x0a\xff", 6}),
            "the object provided is unrecognized (must be of type ConfigMap): unexpected EOF (6b3873000aff)");
  EXPECT_EQ(refusal(envelope("v1", "ConfigMap", "\x0a\x09")),
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: unexpected EOF");
  EXPECT_EQ(
      refusal(envelope("v1", "ConfigFoo", "")),
      "ConfigFoo in version \"v1\" cannot be handled as a ConfigMap: no kind \"ConfigFoo\" is registered for version "
      "\"v1\" in scheme \"pkg/runtime/scheme.go:110\"");
  EXPECT_NE(refusal(envelope("v1", "ConfigMap", number(1, 3))).find("wrong wireType = 0"), std::string::npos);
  EXPECT_NE(refusal(envelope("v1", "ConfigMap", {"\0\0", 2})).find("illegal tag 0"), std::string::npos);
}

TEST(Protobuf, IsBoundedInSizeAndDepth) {
  std::string containers;
  for (int i = 0; i < 250'000; ++i) containers += field(2, "");
  EXPECT_NE(refusal(envelope("v1", "Pod", field(2, containers))).find("too large"), std::string::npos);
  std::string schema;
  for (int i = 0; i < 400; ++i) schema = field(28, schema);  // `not` in `not`
  const std::string version = field(1, "v1") + field(4, field(1, schema));
  EXPECT_NE(refusal(envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", field(2, field(7, version)))),
            "accepted");
}

TEST(Protobuf, ReplacesWhatIsNoUtf8) {
  const json map = decoded("v1", "ConfigMap", field(2, field(1, "k") + field(2, "\xff")));
  EXPECT_EQ(map["data"]["k"], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace kplane::testing::server
