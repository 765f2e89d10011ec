#include "local_server/types/formats.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>

#include "local_server/base/characters.hpp"

namespace kplane::testing::server {
namespace {

using Problems = std::vector<std::string>;

constexpr std::size_t kMaxSubdomain = 253;
constexpr std::size_t kMaxLabel = 63;
constexpr const char* kNameForm =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

std::string too_long(std::size_t limit) { return "must be no more than " + std::to_string(limit) + " characters"; }

bool is_word(char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

bool is_label(std::string_view text) {
  if (text.empty() || !is_lower_alphanumeric(text.front()) || !is_lower_alphanumeric(text.back())) return false;
  return all(text, [](char c) { return is_lower_alphanumeric(c) || c == '-'; });
}

Problems checked(const std::string& text, std::size_t limit, bool good, const std::string& problem) {
  Problems problems;
  if (text.size() > limit) problems.push_back(too_long(limit));
  if (!good) problems.push_back(problem);
  return problems;
}

Problems subdomain(const std::string& text) {
  if (text.size() > kMaxSubdomain) return {too_long(kMaxSubdomain)};
  return checked(text, kMaxSubdomain, is_subdomain(text), kSubdomainRule);
}

Problems label(const std::string& text) {
  if (text.size() > kMaxLabel) return {too_long(kMaxLabel)};
  if (is_label(text)) return {};
  if (is_subdomain(text)) return {"must not contain dots"};
  return {
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
      "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"};
}

Problems label_1035(const std::string& text) {
  if (text.size() > kMaxLabel) return {too_long(kMaxLabel)};
  if (is_label(text) && !is_digit(text.front())) return {};
  return {kLabel1035Rule};
}

Problems wildcard_subdomain(const std::string& text) {
  if (text.find('*') == std::string::npos) return subdomain(text);
  if (text.rfind("*.", 0) == 0 && is_subdomain(text.substr(2))) return {};
  return {
      "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of "
      "lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', "
      "regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"};
}

Problems path_segment(const std::string& name) {
  if (name == "." || name == "..") return {"may not be '" + name + "'"};
  Problems problems;
  for (const char c : {'/', '%'}) {
    if (name.find(c) != std::string::npos) problems.push_back(std::string("may not contain '") + c + "'");
  }
  return problems;
}

Problems qualified_name(const std::string& text) {
  Problems problems;
  const std::size_t slash = text.find('/');
  std::string name = text;
  if (slash != std::string::npos) {
    if (text.find('/', slash + 1) != std::string::npos) {
      return {std::string("a qualified name ") + kNameForm +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    name = text.substr(slash + 1);
    const std::string prefix = text.substr(0, slash);
    if (prefix.empty()) problems.emplace_back("prefix part must be non-empty");
    if (!prefix.empty()) {
      for (const auto& problem : subdomain(prefix)) problems.push_back("prefix part " + problem);
    }
  }
  if (name.empty()) problems.emplace_back("name part must be non-empty");
  if (name.size() > kMaxLabel) problems.push_back("name part " + too_long(kMaxLabel));
  const bool good =
      !name.empty() && is_alphanumeric(name.front()) && is_alphanumeric(name.back()) && all(name, is_word);
  if (!good) problems.push_back(std::string("name part ") + kNameForm);
  return problems;
}

// As that of labels, which may be upper case.
Problems lower_qualified_name(const std::string& text) { return qualified_name(lower_case(text)); }

Problems label_value(const std::string& text) {
  const std::string problem = label_value_problem(text);
  return problem.empty() ? Problems{} : Problems{problem};
}

Problems environment_name(const std::string& text) {
  if (all(text, [](char c) { return c >= ' ' && c <= '~' && c != '='; })) return {};
  return {"a valid environment variable name must consist only of printable ASCII characters other than '='"};
}

Problems config_key(const std::string& text) {
  Problems problems = checked(text, kMaxSubdomain, !text.empty() && all(text, is_word),
                              "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
                              "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is "
                              "'[-._a-zA-Z0-9]+')");
  if (text == "." || text == "..") problems.push_back("must not be '" + text + "'");
  if (text.size() > 2 && text.rfind("..", 0) == 0) problems.emplace_back("must not start with '..'");
  return problems;
}

Problems port_name(const std::string& text) {
  constexpr std::size_t limit = 15;
  const auto allowed = [](char c) { return is_lower_alphanumeric(c) || c == '-'; };
  Problems problems = checked(text, limit, all(text, allowed) && !text.empty(),
                              "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
  if (std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
    problems.emplace_back("must contain at least one letter (a-z)");
  }
  if (text.find("--") != std::string::npos) problems.emplace_back("must not contain consecutive hyphens");
  if (!text.empty() && (text.front() == '-' || text.back() == '-')) {
    problems.emplace_back("must not begin or end with a hyphen");
  }
  return problems;
}

using Address = std::array<std::uint8_t, 16>;

/// An address and how many of its bits count.
struct Range {
  Address address{};
  int family = AF_INET;
  unsigned bits = 0;
};

// Leading zeros are read as decimal, as Go's lenient parser does for what was stored long ago.
std::string without_leading_zeros(const std::string& text) {
  if (text.find(':') != std::string::npos) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = out.empty() || out.back() == '.';
    if (starts && text[i] == '0' && i + 1 < text.size() && is_digit(text[i + 1])) continue;
    out += text[i];
  }
  return out;
}

std::optional<Range> parse_address(const std::string& text) {
  Range range;
  const std::string plain = without_leading_zeros(text);
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, plain.c_str(), range.address.data()) != 1) continue;
    range.family = family;
    range.bits = family == AF_INET ? 32 : 128;
    return range;
  }
  return std::nullopt;
}

std::optional<Range> parse_range(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  auto range = parse_address(text.substr(0, slash));
  const std::string length = text.substr(slash + 1);
  if (!range || length.empty() || length.size() > 3 || !all(length, is_digit)) return std::nullopt;
  const auto bits = static_cast<unsigned>(std::stoi(length));
  if (bits > range->bits) return std::nullopt;
  range->bits = bits;
  return range;
}

Problems ip(const std::string& text) {
  if (parse_address(text)) return {};
  return {"must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"};
}

// An address that others can reach.
Problems remote_ip(const std::string& text) {
  const auto range = parse_address(text);
  if (!range) return ip(text);
  const Address& a = range->address;
  const bool v6 = range->family == AF_INET6;
  const bool zero = std::all_of(a.begin(), a.end() - 1, [](std::uint8_t byte) { return byte == 0; });
  if (zero && a[15] == 0) return {v6 ? "may not be unspecified (::)" : "may not be unspecified (0.0.0.0)"};
  if (v6 ? zero && a[15] == 1 : a[0] == 127) return {"may not be in the loopback range (127.0.0.0/8, ::1/128)"};
  if (v6 ? a[0] == 0xfe && (a[1] & 0xc0) == 0x80 : a[0] == 169 && a[1] == 254) {
    return {"may not be in the link-local range (169.254.0.0/16, fe80::/10)"};
  }
  if (v6 ? a[0] == 0xff && (a[1] & 0x0f) == 2 : a[0] == 224 && a[1] == 0 && a[2] == 0) {
    return {"may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"};
  }
  return {};
}

Problems ipv4(const std::string& text) {
  const auto range = parse_address(text);
  if (!range || range->family == AF_INET) return {};
  return {"must be an IPv4 address"};
}

Problems cidr(const std::string& text) {
  if (parse_range(text)) return {};
  return {"must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"};
}

Problems not_an_ip(const std::string& text) {
  if (!parse_address(text)) return {};
  return {"must be a DNS name, not an IP address"};
}

Problems absolute_path(const std::string& text) {
  if (text.rfind('/', 0) == 0) return {};
  return {"must be an absolute path"};
}

Problems no_backsteps(const std::string& text) {
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, '/');) {
    if (part == "..") return {"must not contain '..'"};
  }
  return {};
}

Problems relative_path(const std::string& text) {
  Problems problems = no_backsteps(text);
  if (text.rfind('/', 0) == 0) problems.insert(problems.begin(), "must be a relative path");
  return problems;
}

// Of an Ingress whose paths are compared segment by segment.
Problems url_path(const std::string& text) {
  if (text.rfind('/', 0) != 0) return absolute_path(text);
  Problems problems;
  for (const char* part : {"//", "/./", "/../", "%2f", "%2F"}) {
    if (text.find(part) != std::string::npos) problems.push_back(std::string("must not contain '") + part + "'");
  }
  for (const std::string end : {"/..", "/."}) {
    const bool ends = text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
    if (ends) problems.push_back("cannot end with '" + end + "'");
  }
  return problems;
}

Problems percent(const std::string& text) {
  const bool good = text.size() > 1 && text.back() == '%' && all(text.substr(0, text.size() - 1), is_digit);
  if (!good) {
    return {
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used "
        "for validation is '[0-9]+%')"};
  }
  if (text.size() > 4 || std::stoi(text) > 100) return {"must not be greater than 100%"};
  return {};
}

Problems http_header(const std::string& text) {
  if (!text.empty() && all(text, [](char c) { return is_alphanumeric(c) || c == '-'; })) return {};
  return {
      "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
      "validation is '[-A-Za-z0-9]+')"};
}

Problems trimmed(const std::string& text) {
  constexpr std::string_view space = " \t\n\v\f\r";
  if (space.find(text.front()) == std::string_view::npos && space.find(text.back()) == std::string_view::npos)
    return {};
  return {"must not have leading or trailing whitespace"};
}

Problems sysctl(const std::string& text) {
  std::string parts = text;
  std::replace(parts.begin(), parts.end(), '/', '.');
  std::replace(parts.begin(), parts.end(), '_', '-');
  if (text.size() <= kMaxSubdomain && is_subdomain(parts)) return {};
  return {
      "must have at most 253 characters and match regex "
      "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$"};
}

Problems domain_path(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string_view special = "-._~%!$&'()*+,;=:/";
  const auto allowed = [&](char c) { return is_alphanumeric(c) || special.find(c) != std::string_view::npos; };
  if (slash == std::string::npos || slash + 1 == text.size() || slash == 0) {
    return {"must be a domain-prefixed path (such as \"acme.io/foo\")"};
  }
  Problems problems = subdomain(text.substr(0, slash));
  if (!all(std::string_view(text).substr(slash + 1), allowed)) {
    problems.emplace_back("Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')");
  }
  return problems;
}

Problems finalizer(const std::string& text) {
  const bool known = text == "kubernetes" || text == "orphan" || text == "foregroundDeletion";
  if (known || text.find('/') != std::string::npos) return {};
  return {"name is neither a standard finalizer name nor is it fully qualified"};
}

Problems short_name(const std::string& text) {
  constexpr std::size_t limit = 52;
  return checked(text, limit, true, {});
}

/// One field of a cron schedule, read as github.com/robfig/cron does.
struct CronField {
  int least;
  int most;
  std::string_view names;  // three letters each, from `least` on
};

constexpr std::array<CronField, 5> kCronFields = {{{0, 59, ""},
                                                   {0, 23, ""},
                                                   {1, 31, ""},
                                                   {1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                                   {0, 6, "sunmontuewedthufrisat"}}};

std::vector<std::string> split_text(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// Why a part of a field is wrong.
struct CronError {
  std::string problem;
};

int cron_number(const std::string& text) {
  const bool numeric = !text.empty() && text.size() < 9 && all(text, is_digit);
  if (!numeric) {
    throw CronError{"failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax"};
  }
  return std::stoi(text);
}

int cron_value(const std::string& text, const CronField& field) {
  const std::size_t at = text.size() == 3 ? field.names.find(lower_case(text)) : std::string_view::npos;
  if (at != std::string_view::npos && at % 3 == 0) return field.least + static_cast<int>(at / 3);
  return cron_number(text);
}

void check_cron_range(const std::string& text, const CronField& field) {
  const auto step = split_text(text, '/');
  const auto bounds = split_text(step[0], '-');
  const bool any = bounds[0] == "*" || bounds[0] == "?";
  int first = any ? field.least : cron_value(bounds[0], field);
  if (!any && bounds.size() > 2) throw CronError{"too many hyphens: " + text};
  int last = first;
  if (any || (bounds.size() == 1 && step.size() > 1)) last = field.most;
  if (!any && bounds.size() == 2) last = cron_value(bounds[1], field);
  if (step.size() > 2) throw CronError{"too many slashes: " + text};
  const int width = step.size() == 2 ? cron_number(step[1]) : 1;
  const auto number = [](int value) { return std::to_string(value); };
  if (first < field.least) {
    throw CronError{"beginning of range (" + number(first) + ") below minimum (" + number(field.least) + "): " + text};
  }
  if (last > field.most) {
    throw CronError{"end of range (" + number(last) + ") above maximum (" + number(field.most) + "): " + text};
  }
  if (first > last) {
    throw CronError{"beginning of range (" + number(first) + ") beyond end of range (" + number(last) + "): " + text};
  }
  if (width == 0) throw CronError{"step of range should be a positive number: " + text};
}

bool is_duration(const std::string& text) {
  constexpr std::string_view letters = "0123456789.hmsunµ";
  return !text.empty() && is_digit(text.front()) && !is_digit(text.back()) &&
         text.find_first_not_of(letters) == std::string::npos;
}

Problems cron_descriptor(const std::string& text) {
  for (const char* known : {"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"}) {
    if (text == known) return {};
  }
  constexpr std::string_view every = "@every ";
  if (text.rfind(every, 0) != 0) return {"unrecognized descriptor: " + text};
  const std::string duration = text.substr(every.size());
  if (is_duration(duration)) return {};
  return {"failed to parse duration " + text + ": time: invalid duration \"" + duration + "\""};
}

Problems cron(const std::string& text) {
  if (text.find("TZ") != std::string::npos) {
    return {"cannot use TZ or CRON_TZ in schedule, use timeZone field instead"};
  }
  if (text.front() == '@') return cron_descriptor(text);
  std::istringstream words(text);
  std::vector<std::string> fields;
  std::string shown;
  for (std::string word; words >> word; shown += (fields.empty() ? "" : " ") + word, fields.push_back(word)) {
  }
  if (fields.size() != kCronFields.size()) {
    return {"expected exactly 5 fields, found " + std::to_string(fields.size()) + ": [" + shown + "]"};
  }
  try {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      for (const auto& part : split_text(fields[i], ',')) {
        if (!part.empty()) check_cron_range(part, kCronFields[i]);
      }
    }
  } catch (const CronError& error) {
    return {error.problem};
  }
  return {};
}

Problems time_zone(const std::string& text) {
  if (lower_case(text) == "local") {
    return {"timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"};
  }
  static const std::filesystem::path zones = "/usr/share/zoneinfo";
  std::error_code error;
  const bool plain = all(text, [](char c) { return is_word(c) || c == '/' || c == '+'; }) && no_backsteps(text).empty();
  const bool known = plain && text.front() != '/' && std::filesystem::is_regular_file(zones / text, error);
  // A machine without the data knows no zones: there, what looks like one is taken.
  const bool no_data = plain && !std::filesystem::exists(zones, error);
  if (text == "UTC" || text == "Etc/UTC" || known || no_data) return {};
  return {"unknown time zone " + text};
}

Problems pod_security_version(const std::string& text) {
  constexpr std::string_view start = "v1.";
  const std::string minor = text.rfind(start, 0) == 0 ? text.substr(start.size()) : "";
  if (text == "latest" || (!minor.empty() && minor.size() < 4 && all(minor, is_digit))) return {};
  return {R"(must be "latest" or "v1.x")"};
}

Problems field_path(const std::string& text) {
  static const std::array<std::string_view, 10> known = {
      "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
      "status.hostIP", "status.hostIPs",     "status.podIP", "status.podIPs", "metadata.labels"};
  if (std::find(known.begin(), known.end() - 1, text) != known.end() - 1) return {};
  for (const char* map : {"metadata.labels['", "metadata.annotations['"}) {
    if (text.rfind(map, 0) == 0 && text.size() > 2 && text.substr(text.size() - 2) == "']") return {};
  }
  return {"error converting fieldPath: field label not supported: " + text};
}

}  // namespace

Format find_format(std::string_view name) {
  static const std::map<std::string_view, Format> formats = {{"absolute_path", absolute_path},
                                                             {"cidr", cidr},
                                                             {"config_key", config_key},
                                                             {"cron", cron},
                                                             {"domain_path", domain_path},
                                                             {"environment_name", environment_name},
                                                             {"field_path", field_path},
                                                             {"finalizer", finalizer},
                                                             {"http_header", http_header},
                                                             {"ip", ip},
                                                             {"ipv4", ipv4},
                                                             {"label", label},
                                                             {"label_1035", label_1035},
                                                             {"label_value", label_value},
                                                             {"lower_qualified_name", lower_qualified_name},
                                                             {"no_backsteps", no_backsteps},
                                                             {"not_an_ip", not_an_ip},
                                                             {"path_segment", path_segment},
                                                             {"percent", percent},
                                                             {"pod_security_version", pod_security_version},
                                                             {"port_name", port_name},
                                                             {"qualified_name", qualified_name},
                                                             {"relative_path", relative_path},
                                                             {"remote_ip", remote_ip},
                                                             {"short_name", short_name},
                                                             {"subdomain", subdomain},
                                                             {"sysctl", sysctl},
                                                             {"time_zone", time_zone},
                                                             {"trimmed", trimmed},
                                                             {"url_path", url_path},
                                                             {"wildcard_subdomain", wildcard_subdomain}};
  return formats.at(name);
}

std::string label_value_problem(std::string_view value) {
  if (value.size() > kMaxLabel) return too_long(kMaxLabel);
  const bool ends_well = value.empty() || (is_alphanumeric(value.front()) && is_alphanumeric(value.back()));
  if (ends_well && all(value, is_word)) return {};
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
         "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
         "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

bool is_subdomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_strict_subset(const std::string& inner, const std::string& outer) {
  const auto small = parse_range(inner);
  const auto large = parse_range(outer);
  if (!small || !large || small->family != large->family || small->bits <= large->bits) return false;
  for (unsigned bit = 0; bit < large->bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if (((small->address[bit / 8] ^ large->address[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

}  // namespace kplane::testing::server
