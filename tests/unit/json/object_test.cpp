// Object: identity, fields, parts, lifetime, threads.
#include <kplane/json.hpp>
#include <kplane/object.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <kplane/error.hpp>
#include <kplane/snapshot.hpp>

#include "codec/state.hpp"
#include "support/documents.hpp"

namespace kplane {
namespace {

using tests::make_object;

const char* const pod_text = R"({"metadata":{"name":"web","namespace":"default","uid":"u1",
  "labels":{"app":"shop","app.kubernetes.io/name":"web"}},
  "spec":{"replicas":3,"ratio":0.5,"paused":false,"args":["--a","b c"]},
  "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"},{"type":"Gone","status":"False"}],"note":null}})";

TEST(Object, IdentityComesFromMetadata) {
  const Object pod = make_object(pod_text);
  EXPECT_EQ(pod.name(), "web");
  EXPECT_EQ(pod.ns(), "default");
  EXPECT_EQ(pod.uid(), "u1");
}

TEST(Object, IdentityOfTheInternalLayoutIsUnderstood) {
  const Object pod = make_object(R"({"name":"web","namespace":"default","uid":"u1","Spec":{"NodeName":"n"}})");
  EXPECT_EQ(pod.name(), "web");
  EXPECT_EQ(pod.ns(), "default");
  EXPECT_EQ(pod.uid(), "u1");
}

TEST(Object, MetadataWinsOverTheTopLevel) {
  EXPECT_EQ(make_object(R"({"name":"outer","metadata":{"name":"inner"}})").name(), "inner");
  EXPECT_EQ(make_object(R"({"name":"outer","metadata":{}})").name(), "outer");
}

TEST(Object, AbsentIdentityIsEmpty) {
  const Object object = make_object("{}");
  EXPECT_EQ(object.name(), "");
  EXPECT_EQ(object.ns(), "");
  EXPECT_EQ(make_object(R"({"metadata":{"name":7}})").name(), "");
}

TEST(Object, FieldsAreReadByPointerAndType) {
  const Object pod = make_object(pod_text);
  EXPECT_EQ(pod.get<std::string_view>("/status/phase"), "Running");
  EXPECT_EQ(pod.get<std::string>("/metadata/labels/app.kubernetes.io~1name"), "web");
  EXPECT_EQ(pod.get<std::int64_t>("/spec/replicas"), 3);
  EXPECT_EQ(pod.get<double>("/spec/replicas"), 3.0);
  EXPECT_EQ(pod.get<double>("/spec/ratio"), 0.5);
  EXPECT_EQ(pod.get<bool>("/spec/paused"), false);
  EXPECT_EQ(pod.get<std::string>("/status/conditions/1/type"), "Gone");
}

TEST(Object, MissingNullAndOtherTypesAreNullopt) {
  const Object pod = make_object(pod_text);
  EXPECT_EQ(pod.get<std::string>("/status/absent"), std::nullopt);
  EXPECT_EQ(pod.get<std::string>("/status/note"), std::nullopt);
  EXPECT_EQ(pod.get<std::string>("/spec/replicas"), std::nullopt);
  EXPECT_EQ(pod.get<std::int64_t>("/status/phase"), std::nullopt);
  EXPECT_EQ(pod.get<std::int64_t>("/spec/ratio"), std::nullopt);
  EXPECT_EQ(pod.get<bool>("/metadata"), std::nullopt);
}

TEST(Object, PartsAreObjectsOfTheirOwn) {
  const Object pod = make_object(pod_text);
  const auto conditions = pod.elements("/status/conditions");
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0].get<std::string_view>("/type"), "Ready");
  const auto args = pod.elements("/spec/args");
  ASSERT_EQ(args.size(), 2U);
  EXPECT_EQ(args[1].get<std::string_view>(""), "b c");
  EXPECT_EQ(pod.at("/metadata/labels")->get<std::string>("/app"), "shop");
  EXPECT_FALSE(pod.at("/nothing"));
  EXPECT_TRUE(pod.elements("/spec").empty());
  EXPECT_TRUE(pod.elements("/nothing").empty());
}

TEST(Object, PartsKeepTheResponseAlive) {
  std::optional<Object> labels;
  {
    const Object pod = make_object(pod_text);
    labels = pod.at("/metadata/labels");
  }
  EXPECT_EQ(labels->get<std::string>("/app"), "shop");
}

TEST(Object, ViewsStayValidWhileAnotherObjectOfTheResponseLives) {
  std::string_view name;
  std::optional<Object> part;
  {
    const Object pod = make_object(R"({"metadata":{"name":"w\u0065b"},"spec":{}})");
    name = pod.name();
    part = pod.at("/spec");
  }
  EXPECT_EQ(name, "web");
}

TEST(Object, IsReadFromManyThreadsAtOnce) {
  const Object pod = make_object(R"({"metadata":{"name":"w\u0065b","labels":{"a":"x\ty"}},"spec":{"n":5}})");
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([pod] {
      for (int i = 0; i < 200; ++i) {
        ASSERT_EQ(pod.name(), "web");
        ASSERT_EQ(pod.get<std::string_view>("/metadata/labels/a"), "x\ty");
        ASSERT_EQ(pod.get<std::int64_t>("/spec/n"), 5);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

/// A state of pods, most strings of which are escaped.
Snapshot make_state(int pods) {
  std::string items;
  for (int i = 0; i < pods; ++i) {
    const std::string number = std::to_string(i);
    items += items.empty() ? "" : ",";
    items += R"({"metadata":{"name":"w\u0065b-)" + number + R"(","labels":{"a/b":"x\ty-)" + number +
             R"("}},"spec":{"n":)" + number +
             R"(,"on":true},"status":{"conditions":[{"type":"Ready","message":"\"a\" )" + number +
             R"("},{"type":"Gone","message":"n\no"}]}})";
  }
  return codec::decode_state(
      tests::make_document(R"({"cluster":"c","snapshotTime":"2026-05-21T18:05:00Z","resources":[{"group":"",)"
                           R"("resource":"pods","synced":true,"items":[)" +
                           items + "]}]}"),
      std::nullopt);
}

/// What a reader gets of each pod, in every way there is.
std::vector<std::string> read_all(const std::vector<Object>& pods) {
  std::vector<std::string> found;
  for (const Object& pod : pods) {
    found.emplace_back(pod.name());
    found.push_back(pod.get<std::string>("/metadata/labels/a~1b").value_or("absent"));
    found.push_back(std::to_string(pod.get<std::int64_t>("/spec/n").value_or(-1)));
    found.emplace_back(pod.get<bool>("/spec/on").value_or(false) ? "on" : "off");
    for (const Object& condition : pod.elements("/status/conditions"))
      found.emplace_back(condition.get<std::string_view>("/message").value_or("absent"));
    found.push_back(pod.at("/spec").value().raw());
  }
  return found;
}

TEST(Object, IsReadFromManyThreadsWhileTheSnapshotItCameFromGoesAway) {
  constexpr int readers = 4;
  const std::vector<std::string> alone = read_all(make_state(20).resources.at(0).items);
  ASSERT_EQ(alone.at(0), "web-0");
  ASSERT_EQ(alone.at(1), "x\ty-0");
  std::optional<Snapshot> owner = make_state(20);
  std::atomic<int> waiting{readers + 1};
  const auto meet = [&waiting] {
    --waiting;
    while (waiting > 0) std::this_thread::yield();
  };
  std::vector<std::vector<std::string>> found(readers);
  std::vector<std::thread> threads;
  for (std::vector<std::string>& result : found) {
    threads.emplace_back([&result, &meet, pods = owner->resources.at(0).items]() mutable {
      meet();
      result = read_all(pods);
      pods.clear();  // the last one to get here takes the response with it
    });
  }
  meet();
  owner.reset();
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<std::string>& result : found) EXPECT_EQ(result, alone);
}

TEST(Object, JsonIsTheWholeObject) {
  const Object pod = make_object(pod_text);
  EXPECT_EQ(pod.json()["spec"]["replicas"], 3);
  EXPECT_EQ(pod.json(), nlohmann::json::parse(pod_text));
}

TEST(Object, JsonOfBrokenOrBottomlessTextIsADecodeError) {
  EXPECT_THROW((void)make_object(R"({"a":tru})").json(), DecodeError);
  EXPECT_THROW((void)make_object(std::string(100'000, '[') + std::string(100'000, ']')).json(), DecodeError);
  EXPECT_NO_THROW((void)make_object(R"({"brackets":")" + std::string(5'000, '[') + "\"}").json());
}

TEST(Object, BrokenTextSurfacesWhenItIsTouched) {
  EXPECT_THROW((void)make_object(R"({"d":[1 2]})").get<bool>("/d/1"), DecodeError);
  const Object skipped = make_object(R"({"b":{"c":tru},"d":1})");
  EXPECT_EQ(skipped.get<std::int64_t>("/d"), 1);
  EXPECT_THROW((void)skipped.get<bool>("/b/c"), DecodeError);
}

}  // namespace
}  // namespace kplane
