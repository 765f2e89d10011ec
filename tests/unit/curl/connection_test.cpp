// What a connection's transfers use one after another.
#include "curl/connection.hpp"

#include <gtest/gtest.h>

namespace kplane::curl {
namespace {

TEST(CurlConnection, GivesEachTransferAHandleThatHasNoFreedHeaders) {
  constexpr unsigned int mended = 0x080100;
  const bool is_mended = curl_version_info(CURLVERSION_NOW)->version_num >= mended;
  EXPECT_EQ(is_easy_reusable(), is_mended);
  Connection connection;
  CURL* const first = connection.next();
  CURL* const second = connection.next();  // made before the first one is destroyed
  EXPECT_NE(second, nullptr);
  EXPECT_EQ(first == second, is_mended);
}

}  // namespace
}  // namespace kplane::curl
