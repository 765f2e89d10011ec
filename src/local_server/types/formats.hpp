// The formats of names and other strings in objects, with a real API server's messages for violations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kplane::testing::server {

/// @return what is wrong with a text; empty when nothing is.
using Format = std::vector<std::string> (*)(const std::string& text);

/// @return the format of this name in tables/validation.json. @throws std::out_of_range when there is none
[[nodiscard]] Format find_format(std::string_view name);

/// @return what is wrong with a label's value; empty when nothing is.
[[nodiscard]] std::string label_value_problem(std::string_view value);

inline constexpr char kSubdomainRule[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
inline constexpr char kLabel1035Rule[] =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";

/// Whether a text is an RFC 1123 subdomain, whatever its length.
[[nodiscard]] bool is_subdomain(std::string_view text);

/// Whether one CIDR range lies within another and is smaller; false when one of them is none.
[[nodiscard]] bool is_strict_subset(const std::string& inner, const std::string& outer);

}  // namespace kplane::testing::server
