#pragma once

#include <string_view>

namespace kplane::http {

/// Whether a host is reached directly: it is loopback, or one of `no_proxy`, whose elements are
/// - `example.com`: that host and those below it; `.example.com` and `*.example.com`: only those below it
/// - an address, or a range of them in CIDR notation, of either family
/// - each but a range with `:PORT`: on that port only. An IPv6 address then is in brackets, and else is not
/// - `*`: all hosts
/// What is none of them does not count.
/// @param host without brackets
[[nodiscard]] bool is_without_proxy(std::string_view no_proxy, std::string_view host, std::string_view port);

}  // namespace kplane::http
