// The program kplane-local: serves an in-memory kplane on this machine until Ctrl-C.
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include <pthread.h>
#include <unistd.h>

#include <kplane/testing/local_server.hpp>
#include <kplane/version.hpp>

namespace {

namespace fs = std::filesystem;
using kplane::testing::LocalServer;
using kplane::testing::LocalServerOptions;
using kplane::testing::StatePath;

constexpr const char kUsage[] = R"(usage: kplane-local [options]

Serves an in-memory kplane on 127.0.0.1 until Ctrl-C, and prints the shell commands
that point a client at it. All data is lost when it exits.

  --port N               listen on this port (default: a free one)
  --tls                  serve HTTPS with a certificate of its own CA
  --ca-file PATH         with --tls: write the CA to this file (default: a temporary
                         file that is removed on exit)
  --token TOKEN          accept this bearer token (default: a random one)
  --root-cluster NAME    name of the root plane (default: root)
  --state-path WHICH     state, snapshot or both (default: state)
  --member-delay MS      members of a Fleet become ready one by one, this far apart
  --bootstrap-delay MS   create a new plane's system objects after this delay
  --crd-delay MS         serve the Fleet resource only after this delay
  --latency MS           delay each response by this much
  --state-lag MS         show planes in /state as they were this long ago
  --seed N               seed for uids, generated names and the order of items
  --root-admission       let admission use the root plane's objects
  --root-groups          list the root plane's groups in /apis of each plane
  --no-cluster-label     omit the label multicluster.k8s.io/cluster of objects
  --version              print the version
  --help                 show this text
)";

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Settings {
  LocalServerOptions server{};
  std::string ca_file{};
  bool help = false;
  bool version = false;
};

template <class Number>
Number parse_number(std::string_view option, std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  throw UsageError(std::string(option) + ": not a number in range: " + std::string(text));
}

std::chrono::milliseconds parse_delay(std::string_view option, std::string_view text) {
  return std::chrono::milliseconds(parse_number<std::uint32_t>(option, text));
}

StatePath parse_state_path(std::string_view text) {
  if (text == "state") return StatePath::state;
  if (text == "snapshot") return StatePath::snapshot;
  if (text == "both") return StatePath::both;
  throw UsageError("--state-path: must be state, snapshot or both");
}

const std::map<std::string_view, std::chrono::milliseconds LocalServerOptions::*> kDelays = {
    {"--member-delay", &LocalServerOptions::member_delay}, {"--bootstrap-delay", &LocalServerOptions::bootstrap_delay},
    {"--crd-delay", &LocalServerOptions::crd_delay},       {"--latency", &LocalServerOptions::latency},
    {"--state-lag", &LocalServerOptions::state_lag},
};

/// Options without a value. @return whether this is one
bool apply_flag(Settings& settings, std::string_view option) {
  if (option == "--help" || option == "-h") {
    settings.help = true;
  } else if (option == "--version") {
    settings.version = true;
  } else if (option == "--tls") {
    settings.server.tls = true;
  } else if (option == "--no-cluster-label") {
    settings.server.cluster_label = false;
  } else if (option == "--root-admission") {
    settings.server.root_admission = true;
  } else if (option == "--root-groups") {
    settings.server.list_custom_groups = false;
  } else {
    return false;
  }
  return true;
}

void apply_option(Settings& settings, std::string_view option, std::string_view value) {
  if (option == "--port") {
    settings.server.port = parse_number<std::uint16_t>(option, value);
  } else if (option == "--ca-file") {
    settings.ca_file = value;
  } else if (option == "--token") {
    settings.server.token = value;
  } else if (option == "--root-cluster") {
    settings.server.root_cluster = value;
  } else if (option == "--state-path") {
    settings.server.state_path = parse_state_path(value);
  } else if (option == "--seed") {
    settings.server.seed = parse_number<std::uint64_t>(option, value);
  } else {
    const auto delay = kDelays.find(option);
    if (delay == kDelays.end()) throw UsageError("unknown option: " + std::string(option));
    settings.server.*delay->second = parse_delay(option, value);
  }
}

Settings parse_arguments(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    if (apply_flag(settings, option)) continue;
    if (i + 1 == count) throw UsageError(std::string(option) + " is unknown or needs a value");
    apply_option(settings, option, arguments[i + 1]);
    ++i;
  }
  if (!settings.ca_file.empty() && !settings.server.tls) throw UsageError("--ca-file needs --tls");
  return settings;
}

/// The CA as a file for clients; an unnamed one is removed with its temporary directory.
class CaFile {
 public:
  CaFile(const std::string& asked, const std::string& pem)
      : path_(asked.empty() ? make_temporary() : fs::absolute(asked)) {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    file << pem;
    file.close();
    if (file.fail()) throw std::runtime_error("cannot write " + path_.string());
  }
  ~CaFile() {
    std::error_code ignored;
    if (!directory_.empty()) fs::remove_all(directory_, ignored);
  }
  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path make_temporary() {
    std::string pattern = (fs::temp_directory_path() / "kplane-local-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
    directory_ = pattern;
    return directory_ / "kplane-local-ca.pem";
  }

  fs::path directory_;  // mkdtemp makes it with mode 0700
  fs::path path_;
};

/// Quotes a value for the shell if necessary.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@%+=,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

void wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
}

int serve(const Settings& settings) {
  // Blocked before any thread starts, so that only sigwait receives the signals.
  const sigset_t signals = ending_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  LocalServer server(settings.server);
  std::optional<CaFile> ca_file;
  if (settings.server.tls) ca_file.emplace(settings.ca_file, server.ca_pem());
  std::cout << "export KPLANE_HOST=" << server.base_url() << "\n"
            << "export KPLANE_TOKEN=" << shell_word(server.token()) << "\n";
  if (ca_file) std::cout << "export KPLANE_CA_FILE=" << shell_word(ca_file->path()) << "\n";
  std::cout << std::flush;
  wait_for_signal(signals);
  server.stop();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int count, char** arguments) {
  constexpr int kBadUsage = 2;
  try {
    const Settings settings = parse_arguments(count, arguments);
    if (settings.help) {
      std::cout << kUsage;
      return EXIT_SUCCESS;
    }
    if (settings.version) {
      std::cout << "kplane-local " KPLANE_VERSION_STRING "\n";
      return EXIT_SUCCESS;
    }
    return serve(settings);
  } catch (const UsageError& error) {
    std::cerr << "kplane-local: " << error.what() << "\n\n" << kUsage;
    return kBadUsage;
  } catch (const std::exception& error) {
    std::cerr << "kplane-local: " << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
