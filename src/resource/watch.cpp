#include "resource/watch.hpp"

#include <utility>

#include <kplane/error.hpp>

namespace kplane::detail {

class BlockingSteps::Connection final : public WatchConnection {
 public:
  explicit Connection(std::unique_ptr<http::Stream> stream) noexcept : stream_(std::move(stream)) {}

  std::string& buffer() noexcept override { return stream_->buffer(); }
  [[nodiscard]] bool is_open() const noexcept override { return stream_->is_open(); }
  [[nodiscard]] const std::string& request_line() const noexcept override { return stream_->request_line(); }
  [[nodiscard]] Secrets secrets() const override { return stream_->secrets(); }

 private:
  const std::unique_ptr<http::Stream> stream_;
};

void BlockingSteps::carry_out(WatchStep step) {
  switch (step.kind) {
    case WatchStep::Kind::wait:
      return steps_.core().clock().sleep_until(step.at, steps_.stops());
    case WatchStep::Kind::ask:
      return steps_.take_answer(steps_.core().transport().send(*std::move(step.request)));
    case WatchStep::Kind::open:
      return open(*std::move(step.request));
    case WatchStep::Kind::read:
      return read(step.at);
  }
}

void BlockingSteps::open(http::Request request) {
  try {
    std::unique_ptr<http::Stream> stream = steps_.core().transport().open(std::move(request));
    stream_ = stream.get();
    steps_.take_connection(std::make_unique<Connection>(std::move(stream)));
  } catch (const StoppedError&) {  // the caller sees the stop too
  } catch (const Error& error) {
    steps_.take_open_error(error);
  }
}

void BlockingSteps::read(TimePoint until) {
  try {
    switch (stream_->read(until)) {
      case http::Stream::Event::opened:
        return steps_.take_opened();
      case http::Stream::Event::bytes:
        return steps_.take_bytes();
      case http::Stream::Event::quiet:
        return steps_.take_silence();
      case http::Stream::Event::ended:
        return steps_.take_end(stream_->take_result());
      case http::Stream::Event::stopped:
        return;
    }
  } catch (const Error& error) {
    steps_.take_read_error(error);
  }
}

std::optional<WatchEvent> Watch::next(TimePoint until) {
  while (!steps_.has_event()) {
    if (steps_.failure()) steps_.failure()->raise();
    if (stop_requested() || steps_.core().clock().now() >= until) return std::nullopt;
    blocking_.carry_out(steps_.next(until));
  }
  return steps_.take_event();
}

}  // namespace kplane::detail
