#include "config/default_config.hpp"

#include <utility>

#include <kplane/error.hpp>

#include "base/environment_variable.hpp"
#include "config/environment.hpp"
#include "config/kubeconfig.hpp"

namespace kplane::config {

namespace {

/// The sources that configure nothing, for errors.
class Search {
 public:
  void note(const std::string& why) { tried_ += (tried_.empty() ? "" : "; ") + why; }

  /// Adds them to the error of an invalid source.
  template <class Source>
  auto use(const Source& source) const -> decltype(source()) {
    try {
      return source();
    } catch (const ConfigError& error) {
      if (tried_.empty()) throw;
      throw ConfigError(std::string(error.what()) + " (tried before: " + tried_ + ')');
    }
  }

  [[noreturn]] void fail() const { throw ConfigError("no server is configured: " + tried_); }

 private:
  std::string tried_;
};

}  // namespace

ClientConfig from_default(ClientOptions options, const detail::Lookup& lookup, const std::string& service_account) {
  Search search;
  if (detail::non_empty(lookup, "KPLANE_HOST")) return from_environment(std::move(options), lookup);
  search.note("KPLANE_HOST is not set");

  const KubeconfigFiles files = search.use([&] { return read_kubeconfig_files({}, lookup); });
  if (files.files.empty() && detail::non_empty(lookup, "KUBECONFIG")) {
    search.use([&]() -> ClientConfig { throw ConfigError("KUBECONFIG names no existing file: " + files.shown); });
  }
  const bool has_one = search.use([&] { return has_contexts(files); });
  if (has_one) return search.use([&] { return resolve_kubeconfig(files, {}, std::move(options)); });
  search.note(files.files.empty() ? "there is no kubeconfig at " + files.shown
                                  : "the kubeconfig " + files.shown + " has no context");

  if (detail::non_empty(lookup, "KUBERNETES_SERVICE_HOST")) {
    return search.use([&] { return from_in_cluster(std::move(options), lookup, service_account); });
  }
  search.note("KUBERNETES_SERVICE_HOST is not set: this process does not run in a pod");
  search.fail();
}

}  // namespace kplane::config
