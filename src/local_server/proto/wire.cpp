#include "local_server/proto/wire.hpp"

#include <cstddef>
#include <string>

namespace kplane::testing::server {

bool WireReader::next(WireField& field) {
  if (rest_.empty()) return false;
  constexpr std::uint64_t kTypeBits = 3;
  constexpr std::uint64_t kTypeMask = 7;
  constexpr std::uint64_t kMaxTag = 0xFFFFFFFF;
  const std::uint64_t tag = varint();
  if (tag >> kTypeBits == 0 || tag > kMaxTag) {
    throw ProtobufError("proto: illegal tag " + std::to_string(tag >> kTypeBits) + " (wire type " +
                        std::to_string(tag & kTypeMask) + ")");
  }
  field = {static_cast<int>(tag >> kTypeBits), static_cast<WireType>(tag & kTypeMask), 0, {}};
  switch (field.type) {
    case WireType::varint:
      field.number = varint();
      return true;
    case WireType::fixed64:
      field.number = fixed(sizeof(std::uint64_t));
      return true;
    case WireType::fixed32:
      field.number = fixed(sizeof(std::uint32_t));
      return true;
    case WireType::bytes:
      field.bytes = take(varint());
      return true;
    case WireType::start_group:
    case WireType::end_group:
      break;  // which no type of Kubernetes has
  }
  throw ProtobufError("proto: illegal wireType " + std::to_string(tag & kTypeMask));
}

std::uint64_t WireReader::varint() {
  constexpr unsigned kBits = 7;
  constexpr unsigned kMaxShift = 63;
  constexpr unsigned char kMore = 0x80;
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift <= kMaxShift; shift += kBits) {
    const auto byte = static_cast<unsigned char>(take(1).front());
    value |= static_cast<std::uint64_t>(byte & static_cast<unsigned char>(~kMore)) << shift;
    if ((byte & kMore) == 0) return value;
  }
  throw ProtobufError("proto: integer overflow");
}

std::uint64_t WireReader::fixed(std::size_t size) {
  constexpr unsigned kByteBits = 8;
  const std::string_view bytes = take(size);
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << kByteBits | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string_view WireReader::take(std::uint64_t size) {
  if (size > rest_.size()) throw ProtobufError("unexpected EOF");
  const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(taken.size());
  return taken;
}

}  // namespace kplane::testing::server
