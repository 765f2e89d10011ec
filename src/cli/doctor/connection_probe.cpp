#include "cli/doctor/connection_probe.hpp"

#include <curl/curl.h>

#include <memory>
#include <string_view>

namespace kplane::cli {

namespace {

struct Cleanup {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;

ProbeFailure failure_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return ProbeFailure::none;
    case CURLE_COULDNT_RESOLVE_HOST:
      return ProbeFailure::name;
    case CURLE_COULDNT_RESOLVE_PROXY:
      return ProbeFailure::proxy_name;
    case CURLE_COULDNT_CONNECT:
      return ProbeFailure::connect;
    case CURLE_RECV_ERROR:  // as libcurl calls a proxy's refusal to connect
    case CURLE_PROXY:
      return ProbeFailure::proxy_refused;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return ProbeFailure::timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
      return ProbeFailure::tls;
    default:
      return ProbeFailure::other;
  }
}

/// libcurl's own timeout does not end a proxy's answer that has no end.
struct Limits {
  const StopToken& stop;
  std::chrono::steady_clock::time_point deadline;
};

int is_over(void* limits, curl_off_t /*all*/, curl_off_t /*now*/, curl_off_t /*up*/, curl_off_t /*sent*/) noexcept {
  const auto& both = *static_cast<const Limits*>(limits);
  return both.stop.stop_requested() || std::chrono::steady_clock::now() > both.deadline ? 1 : 0;
}

std::chrono::milliseconds time_of(CURL* handle, CURLINFO what) {
  curl_off_t micros = 0;
  curl_easy_getinfo(handle, what, &micros);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(micros));
}

std::vector<Certificate> chain_of(CURL* handle) {
  constexpr std::string_view label = "Cert:";
  std::vector<Certificate> chain;
  curl_certinfo* info = nullptr;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &info) != CURLE_OK || info == nullptr) return chain;
  for (int i = 0; i < info->num_of_certs; ++i) {
    for (const curl_slist* line = info->certinfo[i]; line != nullptr; line = line->next) {
      const std::string_view text = line->data;
      if (text.substr(0, label.size()) != label) continue;
      for (Certificate& one : read_certificates(text.substr(label.size()))) chain.push_back(std::move(one));
    }
  }
  return chain;
}

}  // namespace

ConnectionProbe probe_connection(const std::string& url, const std::string& proxy, std::chrono::milliseconds timeout,
                                 const StopToken& stop) {
  ConnectionProbe probe;
  const Handle handle(curl_easy_init());
  if (!handle) return {ProbeFailure::other, "libcurl could not be started", {}, 0, {}, {}, {}};
  CURL* curl = handle.get();
  std::string error(CURL_ERROR_SIZE, '\0');
  const auto milliseconds = static_cast<long>(timeout.count());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, proxy.c_str());
  if (proxy.empty()) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  if (!proxy.empty()) curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_CERTINFO, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);  // does not wait for a resolver that hangs
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &is_over);
  constexpr std::chrono::milliseconds grace{50};  // gives libcurl's own timeout precedence
  Limits limits{stop, std::chrono::steady_clock::now() + timeout + grace};
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &limits);
  const CURLcode code = curl_easy_perform(curl);
  probe.failure = failure_of(code);
  if (code != CURLE_OK) {
    error.resize(std::string_view(error.c_str()).size());
    probe.error = error.empty() ? curl_easy_strerror(code) : error;
  }
  const char* ip = nullptr;
  if (curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip != nullptr) probe.ip = ip;
  curl_easy_getinfo(curl, CURLINFO_PRIMARY_PORT, &probe.port);
  probe.connected_after = time_of(curl, CURLINFO_CONNECT_TIME_T);
  probe.tls_after = time_of(curl, CURLINFO_APPCONNECT_TIME_T);
  probe.chain = chain_of(curl);
  return probe;
}

}  // namespace kplane::cli
