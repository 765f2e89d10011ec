#pragma once

#include <string_view>

namespace kplane::http {

/// Whether a host is to be reached directly: it is loopback, or matches an element of `no_proxy`:
/// - `example.com`: that host and its subdomains; `.example.com` and `*.example.com`: only subdomains
/// - an IP address, or a CIDR range, of either family
/// - any of these except a range, with `:PORT`: on that port only. An IPv6 address is in brackets only then
/// - `*`: all hosts
///
/// Anything else is ignored.
/// @param host without brackets
[[nodiscard]] bool is_without_proxy(std::string_view no_proxy, std::string_view host, std::string_view port);

}  // namespace kplane::http
