// libcurl and nlohmann's DOM: what most C++ programs would write.
#include <memory>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "contestant.hpp"
#include "curl_get.hpp"

namespace kplane::bench {
namespace {

std::size_t count_items(const nlohmann::json& snapshot) {
  std::size_t items = 0;
  for (const nlohmann::json& resource : snapshot.at("resources")) items += resource.at("items").size();
  return items;
}

std::size_t score(const nlohmann::json& snapshot) {
  static const nlohmann::json::json_pointer phase("/status/phase");
  static const nlohmann::json::json_pointer name("/metadata/labels/app.kubernetes.io~1name");
  static const nlohmann::json::json_pointer tier("/metadata/labels/tier");
  std::size_t score = 0;
  for (const nlohmann::json& resource : snapshot.at("resources")) {
    if (resource.at("resource") != "pods") continue;
    for (const nlohmann::json& pod : resource.at("items")) {
      for (const auto& field : {phase, name, tier}) score += pod.at(field).get_ref<const std::string&>().size();
    }
  }
  return score;
}

class NlohmannContestant final : public Contestant {
 public:
  NlohmannContestant(const Endpoint& target, long buffer_bytes) : get_(target, buffer_bytes) {}

  Work run(const Order& order) override {
    if (order.mode != Mode::sequential && order.mode != Mode::score) {
      throw std::invalid_argument("nlohmann: sequential and score only");
    }
    Work work;
    for (std::size_t i = 0; i < order.count; ++i) {
      get_.aim(plane_id(order, i));
      get_.perform();
      const auto snapshot = nlohmann::json::parse(get_.body());
      work.checksum += order.mode == Mode::score ? score(snapshot) : count_items(snapshot);
      ++work.read;
    }
    return work;
  }

 private:
  CurlGet get_;
};

}  // namespace

std::unique_ptr<Contestant> make_nlohmann(const Endpoint& target, long buffer_bytes) {
  return std::make_unique<NlohmannContestant>(target, buffer_bytes);
}

}  // namespace kplane::bench
