// What the steps of a removal make of answers that prove nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <kplane/kplane.hpp>

#include "cleanup/lingering_cleanup.hpp"
#include "cleanup/namespace_cleanup.hpp"
#include "cleanup/namespace_sweep.hpp"

namespace kplane::detail {
namespace {

constexpr const char* absent = R"({"kind":"Status","status":"Failure","reason":"NotFound","message":"not found",)"
                               R"("details":{"name":"shop","kind":"namespaces"},"code":404})";
constexpr const char* page_not_found = "404 page not found";
constexpr const char* expired = R"({"kind":"Status","status":"Failure","reason":"Expired","message":"old","code":410})";

std::string shop(const std::string& finalizers = "", const std::string& spec = R"({"finalizers":["kubernetes"]})") {
  return R"({"kind":"Namespace","metadata":{"name":"shop","uid":"u","resourceVersion":"7","deletionTimestamp":)"
         R"("2026-01-01T00:00:00Z","finalizers":[)" +
         finalizers + R"(]},"status":{"phase":"Terminating"},"spec":)" + spec + "}";
}

constexpr const char* other = R"({"kind":"Namespace","metadata":{"name":"other","uid":"v"},"spec":{}})";
constexpr const char* list = R"({"kind":"NamespaceList","metadata":{},"items":[]})";

class CleanupTest : public ::testing::Test {
 protected:
  /// The answer to what is asked.
  template <class Asking>
  static Result<ApiResponse> answer_to(const Asking& asking, int status, const std::string& body) {
    const http::Request request = asking.request();
    http::Response response;
    response.request_line = http::request_line(request);
    response.status = status;
    response.body = memory::PaddedBuffer(body);
    return to_result(std::move(response));
  }

  NamespaceCleanup removal_of_shop() {
    return NamespaceCleanup(endpoint_, "shop", policy_, {}, std::make_shared<std::vector<codec::ServedType>>());
  }

  LingeringCleanup removal_of_thing(bool goes_with_its_type = false) {
    return LingeringCleanup(endpoint_, {"x.io/v1", "things", "shop"}, {"thing", "u", goes_with_its_type}, policy_, {},
                            {});
  }

  const CleanupPolicy policy_{Milliseconds{0}, FinalizerPolicy::well_known};
  std::shared_ptr<ClientCore> core_ = std::make_shared<ClientCore>("http://127.0.0.1:1", ClientOptions());
  const PlaneEndpoint endpoint_{core_, "p", core_->cluster_base_url("p"), nullptr};
};

TEST_F(CleanupTest, OfANamespaceTakesOnlyAStatusForItsAbsence) {
  NamespaceCleanup gone = removal_of_shop();
  EXPECT_FALSE(gone.take(answer_to(gone, 404, absent)));
  EXPECT_TRUE(gone.gone());
  NamespaceCleanup unknown = removal_of_shop();
  EXPECT_FALSE(unknown.take(answer_to(unknown, 404, page_not_found)));
  EXPECT_FALSE(unknown.gone());
  ASSERT_TRUE(unknown.error());
  EXPECT_THROW(unknown.error()->raise(), NotFound);
}

TEST_F(CleanupTest, OfANamespaceRefusesTheAnswerOfAnotherAtEachStep) {
  for (const char* wrong : {other, list}) {
    NamespaceCleanup cleanup = removal_of_shop();
    EXPECT_THROW(static_cast<void>(cleanup.take(answer_to(cleanup, 200, wrong))), MisroutedError) << "DELETE";
    EXPECT_TRUE(cleanup.take(answer_to(cleanup, 200, shop())));
    ASSERT_EQ(cleanup.request().method, "GET");
    EXPECT_THROW(static_cast<void>(cleanup.take(answer_to(cleanup, 200, wrong))), MisroutedError) << "GET";
    EXPECT_TRUE(cleanup.take(answer_to(cleanup, 200, shop())));
    ASSERT_EQ(cleanup.request().method, "PUT");
    EXPECT_THROW(static_cast<void>(cleanup.take(answer_to(cleanup, 200, wrong))), MisroutedError) << "PUT";
    EXPECT_FALSE(cleanup.gone());
    EXPECT_FALSE(cleanup.take(answer_to(cleanup, 200, shop("", "{}"))));
    EXPECT_TRUE(cleanup.result().finalized);
  }
}

TEST_F(CleanupTest, OfANamespaceMayTakeItsFinalizersTwice) {
  NamespaceCleanup cleanup = removal_of_shop();
  EXPECT_TRUE(cleanup.take(answer_to(cleanup, 200, shop(R"("orphan")"))));
  EXPECT_TRUE(cleanup.take(answer_to(cleanup, 200, shop(R"("orphan")"))));
  ASSERT_EQ(cleanup.request().method, "PATCH");
  EXPECT_EQ(cleanup.request().idempotent, true);
}

TEST_F(CleanupTest, OfALingeringObjectTakesOnlyAStatusForItsAbsence) {
  LingeringCleanup gone = removal_of_thing();
  EXPECT_FALSE(gone.take(answer_to(gone, 404, absent)));
  EXPECT_TRUE(gone.gone());
  LingeringCleanup unknown = removal_of_thing();
  EXPECT_FALSE(unknown.take(answer_to(unknown, 404, page_not_found)));
  EXPECT_FALSE(unknown.gone());
  EXPECT_TRUE(unknown.error());
  LingeringCleanup with_its_type = removal_of_thing(true);
  EXPECT_FALSE(with_its_type.take(answer_to(with_its_type, 404, page_not_found)));
  EXPECT_TRUE(with_its_type.gone());
}

TEST_F(CleanupTest, OfALingeringObjectRefusesTheAnswerOfAnother) {
  LingeringCleanup cleanup = removal_of_thing();
  EXPECT_THROW(static_cast<void>(cleanup.take(answer_to(cleanup, 200, other))), MisroutedError);
  EXPECT_FALSE(cleanup.gone());
}

TEST_F(CleanupTest, OfWhatIsInANamespaceDoesNotAskForAnExpiringListForever) {
  const std::vector<codec::ServedType> types = {{"v1", "configmaps", false}};
  NamespaceSweep sweep(endpoint_, "shop", types, SweepMode::forced, FinalizerPolicy::well_known, {});
  sweep.take(answer_to(sweep, 200, R"({"metadata":{},"items":[{"metadata":{"name":"a","namespace":"shop"}}]})"));
  int asked = 0;
  const auto read = [&] {
    for (; asked < 100; ++asked) sweep.take(answer_to(sweep, 410, expired));
  };
  EXPECT_THROW(read(), Expired);
  EXPECT_GT(asked, 1);
}

TEST_F(CleanupTest, OfWhatIsInANamespaceTakesNoStrayNotFoundForEmptiness) {
  for (const char* version : {"v1", "apps/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"}) {
    const std::vector<codec::ServedType> types = {{version, "things"}};
    NamespaceSweep sweep(endpoint_, "shop", types, SweepMode::forced, FinalizerPolicy::well_known, {});
    EXPECT_THROW(sweep.take(answer_to(sweep, 404, page_not_found)), NotFound) << version;
  }
  const std::vector<codec::ServedType> types = {{"x.io/v1", "things"}};
  NamespaceSweep sweep(endpoint_, "shop", types, SweepMode::forced, FinalizerPolicy::well_known, {});
  sweep.take(answer_to(sweep, 404, page_not_found));
  EXPECT_TRUE(sweep.at_end()) << "a type that went with its definition";
}

}  // namespace
}  // namespace kplane::detail
