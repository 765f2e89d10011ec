// The wire format of protobuf: tags, varints, and lengths.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace kplane::testing::server {

/// The bytes are not valid protobuf; the message may be shown to the client that sent them.
class ProtobufError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class WireType { varint = 0, fixed64 = 1, bytes = 2, start_group = 3, end_group = 4, fixed32 = 5 };

/// One field in wire format: `number` for varint and fixed-size types, `bytes` for length-delimited ones.
struct WireField {
  int field = 0;
  WireType type = WireType::varint;
  std::uint64_t number = 0;
  std::string_view bytes{};
};

/// Reads the fields of one message, in order. The bytes must outlive it.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  /// @return false at the end. @throws ProtobufError
  [[nodiscard]] bool next(WireField& field);

 private:
  [[nodiscard]] std::uint64_t varint();
  [[nodiscard]] std::uint64_t fixed(std::size_t size);
  [[nodiscard]] std::string_view take(std::uint64_t size);

  std::string_view rest_;
};

}  // namespace kplane::testing::server
