#include "codec/scale.hpp"

#include <nlohmann/json.hpp>

namespace kplane::codec {

std::string encode_scale(std::int32_t replicas) { return nlohmann::json{{"spec", {{"replicas", replicas}}}}.dump(); }

}  // namespace kplane::codec
