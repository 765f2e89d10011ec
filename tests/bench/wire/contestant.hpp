// Contestant: one way to read the states of planes. What it is asked to do, and what it says it did.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace kplane::bench {

/// The server, and how to talk to it.
struct Endpoint {
  std::string base_url;
  std::string ca_file;
  std::string token;
  bool http2 = false;
};

enum class Mode {
  sequential,  ///< `count` planes, one after the other
  score,       ///< the same, and three fields of every pod
  batch,       ///< `planes` planes at once, `count` times
  each,        ///< the same, keeping nothing
  each_score   ///< the same, and three fields of every pod, and `spin` of other work
};

/// One round of work. Plane number i has the ID `prefix-i`, but every `exception_every`-th is `exception_prefix-i`.
struct Order {
  Mode mode = Mode::sequential;
  std::string prefix;
  std::size_t count = 1;
  std::size_t planes = 1;
  std::size_t concurrency = 0;                 ///< 0: what the contestant takes by default
  std::chrono::milliseconds timeout{0};        ///< for a whole batch; 0: none
  std::chrono::milliseconds plane_timeout{0};  ///< for each plane of it; 0: the contestant's default
  std::size_t exception_every = 0;             ///< 0: no exceptions
  std::string exception_prefix;
  std::size_t threads = 1;            ///< of a batch
  std::chrono::microseconds spin{0};  ///< CPU time for each plane
};

[[nodiscard]] std::string plane_id(const Order& order, std::size_t index);

struct Work {
  std::uint64_t checksum = 0;  ///< bytes, objects or field lengths, by contestant: the driver knows what to expect
  std::size_t read = 0;        ///< planes
  std::size_t failed = 0;
  std::chrono::duration<double> last_read{0};  ///< when the last healthy plane of a batch had arrived
};

class Contestant {
 public:
  Contestant() = default;
  Contestant(const Contestant&) = delete;
  Contestant& operator=(const Contestant&) = delete;
  virtual ~Contestant() = default;

  /// @throws std::invalid_argument for a mode that this contestant does not have
  virtual Work run(const Order& order) = 0;
};

// Each in a file of its own.
[[nodiscard]] std::unique_ptr<Contestant> make_sdk(const Endpoint& target, std::size_t most_connections);
[[nodiscard]] std::unique_ptr<Contestant> make_libcurl(const Endpoint& target, long buffer_bytes, bool walks);
[[nodiscard]] std::unique_ptr<Contestant> make_multi(const Endpoint& target, long buffer_bytes, bool keeps_and_walks);
[[nodiscard]] std::unique_ptr<Contestant> make_nlohmann(const Endpoint& target, long buffer_bytes);

}  // namespace kplane::bench
