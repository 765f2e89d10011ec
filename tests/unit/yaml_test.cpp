// YAML to JSON.
#include "config/yaml.hpp"

#include <gtest/gtest.h>

#include <kplane/error.hpp>

namespace kplane::config {
namespace {

TEST(Yaml, KeepsOrderAndTypes) {
  EXPECT_EQ(yaml_to_json("b: 1\na: [true, null, 2.5, x, \"1\", 'true', 12345678901]\nc: {d: ~}\n"),
            R"({"b":1,"a":[true,null,2.5,"x","1","true",12345678901],"c":{"d":null}})");
}

TEST(Yaml, BlockScalarsAreStrings) { EXPECT_EQ(yaml_to_json("a: |\n  1\n"), R"({"a":"1\n"})"); }

TEST(Yaml, BrokenTextIsAConfigError) {
  EXPECT_THROW((void)yaml_to_json("a: [1"), ConfigError);
  EXPECT_THROW((void)yaml_to_json("\"\\xff"), ConfigError);
}

TEST(Yaml, BottomlessTextIsRefused) {
  EXPECT_THROW((void)yaml_to_json(std::string(1'000, '[') + std::string(1'000, ']')), ConfigError);
}

}  // namespace
}  // namespace kplane::config
