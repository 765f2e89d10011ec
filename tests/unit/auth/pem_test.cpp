// Base64, and what PEM texts are taken for. Certificates that fit are in the corpus of kubeconfigs.
#include "auth/pem.hpp"

#include <gtest/gtest.h>

#include <string>

#include <kplane/error.hpp>

#include "base/base64.hpp"

namespace kplane::auth {
namespace {

TEST(Base64, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(detail::decode_base64(detail::encode_base64(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, IsThatOfTheStandard) {
  EXPECT_EQ(detail::encode_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(detail::encode_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(detail::encode_base64("foob"), "Zm9vYg==");
}

TEST(Base64, SkipsLineBreaks) { EXPECT_EQ(detail::decode_base64("Zm9v\r\n YmFy\n"), "foobar"); }

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Zm9", "Zm9vY", "Zm9v=", "=", "====", "Zm=v", "Zm9vYg=a", "Z===", "Zm9-", "Zm9_",
                           "Zm9vYg==Zm9v", "Zm9v-----", "Zm9\xff", "Zm9vYmFy."}) {
    EXPECT_EQ(detail::decode_base64(text), std::nullopt) << text;
  }
  EXPECT_EQ(detail::decode_base64(std::string("Zm9\0", 4)), std::nullopt);
}

TEST(Pem, ErrorsNameTheOriginAndQuoteNothing) {
  for (const std::string text : {"", "s3cret", "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----\n",
                                 "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n"}) {
    try {
      check_certificates(text, "the option");
      FAIL() << "accepted";
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("the option", 0), 0U) << error.what();
      EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
    }
    EXPECT_THROW(check_key_pair(text, "a", text, "b"), ConfigError);
  }
}

}  // namespace
}  // namespace kplane::auth
