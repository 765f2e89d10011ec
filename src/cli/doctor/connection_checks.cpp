#include <algorithm>
#include <string>
#include <vector>

#include "cli/doctor/checks.hpp"
#include "cli/doctor/yaml_mapping.hpp"

namespace kplane::cli {

namespace {

using std::chrono::seconds;

constexpr std::chrono::hours soon{14 * 24};    // a certificate that is to be renewed
constexpr std::chrono::minutes very_soon{10};  // a token that will not last a run

bool is_https(const std::string& url) { return url.rfind("https://", 0) == 0; }

bool is_loopback(const std::string& url) {
  return url.rfind("http://127.", 0) == 0 || url.rfind("http://localhost", 0) == 0 || url.rfind("http://[::1]", 0) == 0;
}

/// The kubeconfig that the library would write for the root plane: what it really uses, from wherever it came.
Json read_own_kubeconfig(const Plane& root) { return parse_yaml_mapping(root.kubeconfig(), "kubeconfig"); }

std::string member(const Json& object, const char* list, const char* part, const char* field) {
  const Json::json_pointer pointer(std::string("/") + list + "/0/" + part + "/" + field);
  if (!object.is_object() || !object.contains(pointer)) return {};
  const Json& value = object[pointer];
  return value.is_string() ? value.get<std::string>() : json_text(value);
}

std::string expiry_text(WallTime expiry) {
  const auto left = std::chrono::duration_cast<seconds>(expiry - std::chrono::system_clock::now());
  return left.count() < 0 ? "expired " + age_text(-left) + " ago" : "valid for " + age_text(left);
}

Json chain_data(const std::vector<Certificate>& chain) {
  Json data = Json::array();
  for (const Certificate& one : chain)
    data.push_back({{"subject", one.subject}, {"issuer", one.issuer}, {"notAfter", time_text(one.not_after)}});
  return data;
}

std::string chain_text(const std::vector<Certificate>& chain) {
  std::string text;
  for (const Certificate& one : chain) {
    if (!text.empty()) text += " <- ";
    text += one.subject.empty() ? "(no subject)" : one.subject;
  }
  if (chain.size() == 1 && chain.front().subject != chain.front().issuer)
    text += " <- " + chain.front().issuer + " (not sent)";
  return text;
}

std::string address_advice(ProbeFailure failure) {
  switch (failure) {
    case ProbeFailure::name:
      return "is the host name right? `getent hosts NAME` asks the same resolver";
    case ProbeFailure::connect:
      return "is the server running and listening on this port? A firewall may refuse it";
    case ProbeFailure::timeout:
      return "nothing answers there: a firewall that drops, a wrong address, or a server that is stuck";
    case ProbeFailure::tls:
      return "something answers, but it speaks no TLS: try http://, or another port";
    default:
      return "look at the address";
  }
}

/// libcurl calls it so when a proxy, or a server that is cut off, answers something else.
bool is_proxy_failure(const ConnectionProbe& probe, const std::string& proxy) {
  return !proxy.empty() && probe.failure != ProbeFailure::none && probe.failure != ProbeFailure::tls;
}

/// @return an error of the library's own verification; nullptr: none, though it may have met another one
std::shared_ptr<const Error> verification_error(const Examination& examination) {
  try {
    static_cast<void>(examination.get(examination.root(), "/version"));
  } catch (const TlsError& error) {
    return error.share();
  } catch (const StoppedError&) {
    throw;
  } catch (const Error&) {  // the handshake is over by then: other checks will tell
    return nullptr;
  }
  return nullptr;
}

struct Credential {
  std::string kind{};
  std::optional<WallTime> expiry{};
};

Credential credential_of(const Json& kubeconfig) {
  const std::string token = member(kubeconfig, "users", "user", "token");
  if (!token.empty()) return {"bearer token", token_expiry(token)};
  const std::string certificate = member(kubeconfig, "users", "user", "client-certificate-data");
  if (!certificate.empty()) {
    const auto chain = read_certificates(decode_base64(certificate).value_or(std::string()));
    if (chain.empty()) return {"client certificate", {}};
    return {"client certificate " + chain.front().subject, chain.front().not_after};
  }
  if (!member(kubeconfig, "users", "user", "username").empty()) return {"user and password", {}};
  return {};
}

/// Who the server takes us for. A server of before 1.28 does not say.
std::string identity(const Examination& examination) {
  Request request;
  request.method = "POST";
  request.path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  request.body = R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})";
  request.timeout = examination.left();
  try {
    const Object answer = examination.root().request(request).object();
    std::string who = answer.get<std::string>("/status/userInfo/username").value_or("nobody");
    std::string groups;
    for (const Object& group : answer.elements("/status/userInfo/groups"))
      groups += (groups.empty() ? " in " : ", ") + std::string(group.raw());
    groups.erase(std::remove(groups.begin(), groups.end(), '"'), groups.end());
    return who + groups;
  } catch (const NotFound&) {
    static_cast<void>(examination.get(examination.root(), "/version"));
    return "somebody (the server does not tell whom)";
  }
}

Finding about_expiry(const Credential& credential, const std::string& detail, Json data) {
  if (!credential.expiry) return ok(detail, std::move(data));
  if (*credential.expiry - std::chrono::system_clock::now() > very_soon) return ok(detail, std::move(data));
  return warning(detail, "a run will outlive it: use a token file or an exec plugin, which renew it", std::move(data));
}

}  // namespace

Finding check_proxy(Examination& examination) {
  const std::string proxy = examination.client().proxy();
  examination.connection =
      probe_connection(examination.root().base_url(), proxy, examination.left(), examination.stop());
  if (examination.stop().stop_requested()) throw StoppedError("stopped");
  if (proxy.empty()) return ok("none", {{"proxy", nullptr}});
  const ConnectionProbe& probe = *examination.connection;
  if (is_proxy_failure(probe, proxy))
    return failure(proxy + ": " + probe.error,
                   "is the proxy right? HTTPS_PROXY, HTTP_PROXY and NO_PROXY set it, or proxy-url in the kubeconfig. "
                   "One that wants a password is not asked with it here",
                   {{"proxy", proxy}});
  return ok("through " + proxy, {{"proxy", proxy}});
}

Finding check_address(Examination& examination) {
  const ConnectionProbe& probe = *examination.connection;
  const std::string& url = examination.root().base_url();
  Json data = {
      {"url", url}, {"ip", probe.ip}, {"port", probe.port}, {"connectMilliseconds", probe.connected_after.count()}};
  if (is_proxy_failure(probe, examination.client().proxy())) {
    examination.is_reachable = true;  // perhaps: the library knows the proxy's password
    return skipped(url + ": the proxy did not connect to it");
  }
  if (probe.failure != ProbeFailure::none)
    return failure(url + ": " + probe.error, address_advice(probe.failure), data);
  examination.is_reachable = true;
  return ok(url + " is " + probe.ip + " port " + std::to_string(probe.port) + ", connected in " +
                std::to_string(probe.connected_after.count()) + " ms",
            std::move(data));
}

Finding check_tls(Examination& examination) {
  const std::string& url = examination.root().base_url();
  if (!is_https(url)) {
    if (is_loopback(url)) return ok("none, which is safe on loopback");
    return warning("none: everybody on the way can read the token and all Secrets", "use https://");
  }
  const std::vector<Certificate>& chain = examination.connection->chain;
  const Certificate* first = first_to_expire(chain);
  std::string detail = chain_text(chain);
  if (first != nullptr) detail += ", " + expiry_text(first->not_after);
  Json data = {{"chain", chain_data(chain)}};
  if (const auto error = verification_error(examination)) {
    examination.is_reachable = false;  // for all other checks
    Finding finding = failure_from(*error);
    finding.data = std::move(data);
    if (!detail.empty()) finding.detail += " (" + detail + ")";
    return finding;
  }
  examination.own_kubeconfig = read_own_kubeconfig(examination.root());
  if (member(examination.own_kubeconfig, "clusters", "cluster", "insecure-skip-tls-verify") == "true")
    return warning("not verified: " + detail, "name the CA instead of switching verification off", std::move(data));
  if (first != nullptr && first->not_after - std::chrono::system_clock::now() < soon)
    return warning(detail, "renew the certificate of " + first->subject, std::move(data));
  return ok(detail.empty() ? "verified" : detail, std::move(data));
}

Finding check_credentials(Examination& examination) {
  if (examination.own_kubeconfig.is_null()) examination.own_kubeconfig = read_own_kubeconfig(examination.root());
  const Credential credential = credential_of(examination.own_kubeconfig);
  Json data = {{"kind", credential.kind.empty() ? Json(nullptr) : Json(credential.kind)}};
  if (credential.expiry) data["expires"] = time_text(*credential.expiry);
  try {
    const std::string who = identity(examination);
    examination.is_authenticated = true;
    data["user"] = who;
    if (credential.kind.empty())
      return warning("none; the server takes us for " + who, "set KPLANE_TOKEN, or use a kubeconfig with a user",
                     std::move(data));
    const std::string lifetime = credential.expiry ? ", " + expiry_text(*credential.expiry) : std::string();
    return about_expiry(credential, credential.kind + lifetime + ": " + who, std::move(data));
  } catch (const Unauthorized& error) {
    Finding finding = failure_from(error);
    if (credential.expiry) finding.detail += " (" + credential.kind + ", " + expiry_text(*credential.expiry) + ")";
    finding.data = std::move(data);
    return finding;
  } catch (const ApiError& error) {  // whoever we are, the server let us in
    examination.is_authenticated = true;
    return warning(std::string("who we are is not known: ") + error.what(), {}, std::move(data));
  }
}

}  // namespace kplane::cli
