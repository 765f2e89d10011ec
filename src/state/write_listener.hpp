// Turns the outcomes of a plane's requests into entries of a WriteLog.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "http/message.hpp"
#include "session/client_core.hpp"
#include "state/write_target.hpp"
#include "state/written_objects.hpp"

namespace kplane::detail {

/// Thread-safe.
class WriteListener final : public http::OutcomeListener {
 public:
  WriteListener(const PlaneEndpoint& endpoint, std::shared_ptr<WrittenObjects> objects)
      : cluster_(endpoint.cluster), base_url_(endpoint.base_url), objects_(std::move(objects)) {}

  void on_outcome(const http::Request& request, const Result<http::Response>& result) noexcept override;

 private:
  void take(const http::Request& request, const WriteTarget& target, const Result<http::Response>& result) const;
  void note_unknown(const http::Request& request, const WriteTarget& target) const;

  const std::string cluster_;
  const std::string base_url_;
  const std::shared_ptr<WrittenObjects> objects_;
};

}  // namespace kplane::detail
