// What several tests read out of answers.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/answer.hpp"

namespace kplane::testing::server {

/// The message of a Status.
inline std::string message_of(const Answer& answer) { return nlohmann::json::parse(answer.body).value("message", ""); }

}  // namespace kplane::testing::server
