#include "session/validation.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <kplane/error.hpp>

#include "auth/pem.hpp"
#include "base/excerpt.hpp"
#include "codec/cluster_id.hpp"
#include "codec/object_header.hpp"
#include "http/message.hpp"

namespace kplane::detail {

namespace {

bool is_lower_or_digit(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// The text quoted for an error.
std::string in_quotes(std::string_view text) { return "'" + excerpt(text) + "'"; }

bool is_subdomain(std::string_view name) noexcept {
  constexpr std::size_t longest = 253;
  if (name.size() > longest) return false;
  for (;;) {
    const std::size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

void check_names(const FleetSpec& spec) {
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : spec.names) {
    check_cluster_id(name);
    if (!seen.insert(name).second) throw ConfigError("FleetSpec::names has " + in_quotes(name) + " twice");
  }
  if (static_cast<std::size_t>(spec.replicas) == spec.names.size()) return;
  throw ConfigError("FleetSpec::replicas is " + std::to_string(spec.replicas) + ", but names has " +
                    std::to_string(spec.names.size()) + " entries; leave replicas out, or make them agree");
}

void check_positive(std::chrono::milliseconds duration, const char* name) {
  if (duration.count() <= 0) throw ConfigError(std::string("ClientOptions::") + name + " must be longer than 0 ms");
}

}  // namespace

bool is_label(std::string_view label) noexcept {
  const auto allowed = [](char c) { return is_lower_or_digit(c) || c == '-'; };
  return !label.empty() && label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), allowed);
}

void check_cluster_id(std::string_view cluster) {
  if (codec::is_cluster_id(cluster)) return;
  throw ConfigError(in_quotes(cluster) +
                    " is not a plane ID: at most 63 letters, digits, '_', '.' and '-', beginning and ending "
                    "with a letter or digit");
}

void check_resource_name(std::string_view resource) {
  if (codec::may_begin_cluster_id(resource)) return;
  throw ConfigError(in_quotes(resource) + " is not a plural resource name (such as pods); put one name in each entry");
}

void check_fleet_name(std::string_view name) {
  if (is_subdomain(name)) return;
  throw ConfigError(in_quotes(name) +
                    " is not a Fleet name: at most 253 lower case letters, digits, '-' and '.', each part "
                    "beginning and ending with a letter or digit");
}

bool is_api_version(std::string_view api_version) noexcept {
  const std::size_t slash = api_version.find('/');
  const bool has_group = slash != std::string_view::npos;
  const std::string_view version = has_group ? api_version.substr(slash + 1) : api_version;
  return is_label(version) && (!has_group || is_subdomain(api_version.substr(0, slash)));
}

void check_api_version(std::string_view api_version) {
  if (is_api_version(api_version)) return;
  throw ConfigError(in_quotes(api_version) + " is not an API version such as v1 or apps/v1");
}

void check_plural(std::string_view plural) {
  if (is_label(plural)) return;
  throw ConfigError(in_quotes(plural) + " is not a plural resource name such as pods, in lower case");
}

void check_subresource(std::string_view name) {
  if (is_label(name)) return;
  throw ConfigError(in_quotes(name) + " is not a subresource such as status or scale");
}

void check_namespace(std::string_view ns) {
  if (codec::is_namespace(ns)) return;
  throw ConfigError(in_quotes(ns) +
                    " is not a namespace name: at most 63 lower case letters, digits and '-', beginning and ending "
                    "with a letter or digit");
}

void check_object_name(std::string_view name) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
  const bool climbs = name == "." || name == "..";
  if (!name.empty() && !climbs && name.find_first_of("/%") == std::string_view::npos &&
      std::none_of(name.begin(), name.end(), is_control)) {
    return;
  }
  throw ConfigError(in_quotes(name) +
                    " is not an object name: it must not be empty, '.' or '..', nor contain '/' or '%'");
}

void check_field_manager(std::string_view field_manager) {
  if (field_manager.empty())
    throw ConfigError("field_manager must not be empty: server-side apply records it as the owner of the fields");
}

void check_replicas(std::int64_t replicas) {
  if (replicas < 0) throw ConfigError("replicas is " + std::to_string(replicas) + "; it must be 0 or more");
}

void check_fleet_size(std::int64_t replicas) {
  check_replicas(replicas);
  if (replicas <= most_fleet_members) return;
  throw ConfigError("replicas is " + std::to_string(replicas) + "; a Fleet has at most " +
                    std::to_string(most_fleet_members) +
                    " members, because the server could not store the status of more: use several Fleets, such as a "
                    "kplane::rl::FleetGroup");
}

std::string fleet_size_advice(std::string_view fleet, std::int32_t replicas) {
  if (replicas <= recommended_fleet_members) return {};
  return "fleet " + std::string(fleet) + " has " + std::to_string(replicas) + " members; with more than " +
         std::to_string(recommended_fleet_members) +
         " the server may be unable to store its status, and then nobody learns which of them are ready: use several "
         "Fleets, such as a kplane::rl::FleetGroup";
}

std::string member_id(std::string_view fleet, const FleetSpec& spec, std::int64_t index) {
  constexpr std::size_t digits = 4;
  std::string id = spec.name_prefix.empty() ? std::string(fleet) + '-' : spec.name_prefix;
  const std::string number = std::to_string(index);
  if (number.size() < digits) id.append(digits - number.size(), '0');
  return id + number;
}

void check_member_ids(std::string_view fleet, const FleetSpec& spec) {
  if (!spec.names.empty() || spec.replicas <= 0) return;
  const std::string longest = member_id(fleet, spec, spec.replicas - 1);
  if (codec::is_cluster_id(longest)) return;
  throw ConfigError("a member of the Fleet would be named " + in_quotes(longest) + ", with " +
                    std::to_string(longest.size()) + " characters; a plane ID has at most " +
                    std::to_string(codec::longest_cluster_id) + ": shorten the Fleet's name or FleetSpec::name_prefix");
}

FleetSpec checked_spec(FleetSpec spec) {
  if (spec.labels.count("app.kubernetes.io/instance") > 0) {
    throw ConfigError("FleetSpec::labels must not have app.kubernetes.io/instance: the library sets it");
  }
  check_fleet_size(spec.replicas);
  check_fleet_size(static_cast<std::int64_t>(spec.names.size()));
  if (spec.ttl_seconds && *spec.ttl_seconds < 0) throw ConfigError("FleetSpec::ttl_seconds must be 0 or more");
  if (!spec.name_prefix.empty() && !codec::may_begin_cluster_id(spec.name_prefix)) {
    throw ConfigError("FleetSpec::name_prefix " + in_quotes(spec.name_prefix) + " cannot begin a plane ID");
  }
  if (spec.names.empty()) return spec;
  if (spec.replicas == 0) spec.replicas = static_cast<std::int32_t>(spec.names.size());
  check_names(spec);
  return spec;
}

void check_client_options(const ClientOptions& options) {
  check_positive(options.connect_timeout, "connect_timeout");
  check_positive(options.request_timeout, "request_timeout");
  if (options.max_connections == 0) throw ConfigError("ClientOptions::max_connections must be 1 or more");
  if (options.retry.max_attempts < 1) throw ConfigError("RetryOptions::max_attempts must be 1 or more");
  if (options.retry.initial_backoff.count() < 0 || options.retry.max_backoff < options.retry.initial_backoff) {
    throw ConfigError("RetryOptions: 0 <= initial_backoff <= max_backoff must hold");
  }
  if (!options.ca_file.empty() && !options.ca_pem.empty())
    throw ConfigError("ca_file and ca_pem are both set; set only one");
  if (!options.ca_file.empty()) {
    const std::string name = "ca_file " + options.ca_file;
    auth::check_certificates(auth::read_certificate_file(options.ca_file, name), name);
  }
  if (!options.ca_pem.empty()) auth::check_certificates(options.ca_pem, "ca_pem");
  if (!options.user_agent.empty()) http::check_header("User-Agent", options.user_agent);
  if (!options.ns.empty()) check_namespace(options.ns);
}

void check_token_channel(bool has_token, bool is_private_channel, bool allow_insecure_auth) {
  if (!has_token || is_private_channel || allow_insecure_auth) return;
  throw ConfigError("a token would be sent over the network unencrypted: use https, or set allow_insecure_auth");
}

}  // namespace kplane::detail
