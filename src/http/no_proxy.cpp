#include "http/no_proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

namespace kplane::http {

namespace {

constexpr unsigned bits_of_mapping = 96;
constexpr unsigned bits_of_address = 128;

/// Of either family: an IPv4 address is stored as its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2).
class Address {
 public:
  static std::optional<Address> parse(std::string_view text) {
    const std::string owned(text);
    Address address;
    if (inet_pton(AF_INET6, owned.c_str(), address.bytes_.data()) == 1) return address;
    in_addr v4{};
    if (inet_pton(AF_INET, owned.c_str(), &v4) != 1) return std::nullopt;
    address.bytes_ = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::memcpy(address.bytes_.data() + bits_of_mapping / 8, &v4, sizeof v4);
    return address;
  }

  [[nodiscard]] bool is_v4() const noexcept {
    return std::all_of(bytes_.begin(), bytes_.begin() + 10, [](unsigned char byte) { return byte == 0; }) &&
           bytes_[10] == 0xff && bytes_[11] == 0xff;
  }
  [[nodiscard]] bool is_loopback() const noexcept {
    if (is_v4()) return bytes_[12] == 127;
    return bytes_.back() == 1 && std::count(bytes_.begin(), bytes_.end(), 0) == 15;
  }
  /// Whether the first `bits` bits equal those of `other`.
  [[nodiscard]] bool begins_as(const Address& other, unsigned bits) const noexcept {
    const unsigned whole = bits / 8;
    if (!std::equal(bytes_.begin(), bytes_.begin() + whole, other.bytes_.begin())) return false;
    const unsigned rest = bits % 8;
    return rest == 0 || (bytes_[whole] ^ other.bytes_[whole]) >> (8 - rest) == 0;
  }
  friend bool operator==(const Address& a, const Address& b) noexcept { return a.bytes_ == b.bytes_; }

 private:
  std::array<unsigned char, 16> bytes_{};
};

struct Destination {
  std::string host;  ///< in lower case
  std::string_view port;
  std::optional<Address> address;  ///< if the host is an IP address
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string_view without_blanks(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<unsigned> parse_bits(std::string_view digits) noexcept {
  if (digits.empty()) return std::nullopt;
  unsigned bits = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    bits = 10 * bits + static_cast<unsigned>(c - '0');
    if (bits > bits_of_address) return std::nullopt;
  }
  return bits;
}

/// A range of addresses: `10.0.0.0/8`.
struct Range {
  Address first;
  unsigned bits;

  static std::optional<Range> parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::optional<Address> first = Address::parse(text.substr(0, slash));
    std::optional<unsigned> bits = parse_bits(text.substr(slash + 1));
    if (!first || !bits) return std::nullopt;
    const bool is_written_as_v4 = text.find(':') == std::string_view::npos;
    if (is_written_as_v4) *bits += bits_of_mapping;
    if (*bits > bits_of_address) return std::nullopt;
    return Range{*first, *bits};
  }
  /// A range wider than all of IPv4 contains no IPv4 address.
  [[nodiscard]] bool holds(const Address& address) const noexcept {
    return (bits >= bits_of_mapping || !address.is_v4()) && address.begins_as(first, bits);
  }
};

struct HostAndPort {
  std::string_view host;
  std::string_view port{};  ///< empty: every port
};

/// `HOST:PORT`, `[IPV6]:PORT`, or otherwise all of it as a host.
HostAndPort split(std::string_view element) noexcept {
  const std::size_t colon = element.rfind(':');
  if (colon == std::string_view::npos) return {element};
  std::string_view host = element.substr(0, colon);
  const std::string_view port = element.substr(colon + 1);
  const bool has_brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (has_brackets) host = host.substr(1, host.size() - 2);
  const bool has_more_colons = !has_brackets && host.find(':') != std::string_view::npos;
  const auto has_bracket = [](std::string_view part) { return part.find_first_of("[]") != std::string_view::npos; };
  if (has_more_colons || has_bracket(host) || has_bracket(port)) return {element};
  return {host, port};
}

bool ends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool matches_name(std::string_view name, std::string_view host) {
  if (name.substr(0, 2) == "*.") name.remove_prefix(1);
  if (name.front() == '.') return ends_with(host, name);
  return host == name || ends_with(host, '.' + std::string(name));
}

bool matches(std::string_view element, const Destination& to) {
  if (element == "*") return true;
  if (const std::optional<Range> range = Range::parse(element)) return to.address && range->holds(*to.address);
  const HostAndPort wanted = split(element);
  if (wanted.host.empty() || (!wanted.port.empty() && wanted.port != to.port)) return false;
  if (const std::optional<Address> address = Address::parse(wanted.host)) return to.address == address;
  return !to.address && matches_name(wanted.host, to.host);
}

}  // namespace

bool is_without_proxy(std::string_view no_proxy, std::string_view host, std::string_view port) {
  const Destination to{lower_case(host), port, Address::parse(host)};
  if (to.host == "localhost" || (to.address && to.address->is_loopback())) return true;
  for (std::size_t begin = 0; begin <= no_proxy.size();) {
    const std::size_t end = std::min(no_proxy.find(',', begin), no_proxy.size());
    const std::string element = lower_case(without_blanks(no_proxy.substr(begin, end - begin)));
    if (!element.empty() && matches(element, to)) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace kplane::http
