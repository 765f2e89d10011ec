// kplane_contestant: greets with a line, then answers each order, a line of JSON, with what it cost, a line of JSON.
// Ends when its input does.
#include <curl/curl.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <kplane/version.hpp>

#include "contestant.hpp"
#include "cpu_time.hpp"

namespace kplane::bench {
namespace {

constexpr std::string_view usage =
    "usage: kplane_contestant sdk|libcurl|libcurl-walk|multi|multi-walk|nlohmann BASE_URL CA_FILE http1|http2 NUMBER\n"
    "  NUMBER: of connections at most, for the sdk; of bytes in libcurl's receive buffer, for the others\n"
    "  KPLANE_TOKEN holds the bearer token\n";

std::size_t parse_size(std::string_view text) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size()) throw std::invalid_argument(std::string(usage));
  return size;
}

Endpoint parse_target(char** argv) {
  const char* token = std::getenv("KPLANE_TOKEN");
  return {.base_url = argv[2],
          .ca_file = argv[3],
          .token = token == nullptr ? "" : token,
          .http2 = std::string_view(argv[4]) == "http2"};
}

std::unique_ptr<Contestant> make_contestant(int argc, char** argv) {
  if (argc != 6) throw std::invalid_argument(std::string(usage));
  const std::string_view name = argv[1];
  const Endpoint target = parse_target(argv);
  const std::size_t number = parse_size(argv[5]);
  if (name == "sdk") return make_sdk(target, number);
  const auto bytes = static_cast<long>(number);
  if (name == "libcurl" || name == "libcurl-walk") return make_libcurl(target, bytes, name == "libcurl-walk");
  if (name == "multi" || name == "multi-walk") return make_multi(target, bytes, name == "multi-walk");
  if (name == "nlohmann") return make_nlohmann(target, bytes);
  throw std::invalid_argument(std::string(usage));
}

Order parse_order(const std::string& line) {
  static const std::map<std::string, Mode> modes{{"sequential", Mode::sequential},
                                                 {"score", Mode::score},
                                                 {"batch", Mode::batch},
                                                 {"each", Mode::each},
                                                 {"each-score", Mode::each_score}};
  const auto json = nlohmann::json::parse(line);
  return {.mode = modes.at(json.at("mode")),
          .prefix = json.at("prefix"),
          .count = json.value("count", std::size_t{1}),
          .planes = json.value("planes", std::size_t{1}),
          .concurrency = json.value("concurrency", std::size_t{0}),
          .timeout = std::chrono::milliseconds(json.value("timeout_ms", 0)),
          .plane_timeout = std::chrono::milliseconds(json.value("plane_timeout_ms", 0)),
          .exception_every = json.value("exception_every", std::size_t{0}),
          .exception_prefix = json.value("exception_prefix", ""),
          .threads = json.value("threads", std::size_t{1}),
          .spin = std::chrono::microseconds(json.value("spin_us", 0))};
}

/// Not ru_maxrss: that one starts with what the parent had when it made this process.
std::int64_t peak_rss_bytes() {
  constexpr std::string_view label = "VmHWM:";
  constexpr std::int64_t kibi = 1024;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, label.size(), label) == 0) return std::stoll(line.substr(label.size())) * kibi;
  }
  throw std::runtime_error("/proc/self/status does not say VmHWM");
}

nlohmann::json carry_out(Contestant& contestant, const Order& order) {
  const double cpu_before = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const Work work = contestant.run(order);
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - begin;
  return {{"seconds", duration.count()},
          {"cpu_seconds", cpu_seconds() - cpu_before},
          {"peak_rss_bytes", peak_rss_bytes()},
          {"checksum", work.checksum},
          {"read", work.read},
          {"failed", work.failed},
          {"last_read_seconds", work.last_read.count()}};
}

void serve(Contestant& contestant) {
  std::cout << nlohmann::json{{"ready", std::string("kplane " KPLANE_VERSION_STRING ", ") + curl_version()}}
            << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << carry_out(contestant, parse_order(line)) << std::endl;
  }
}

}  // namespace
}  // namespace kplane::bench

int main(int argc, char** argv) {
  try {
    const auto contestant = kplane::bench::make_contestant(argc, argv);
    kplane::bench::serve(*contestant);
    return EXIT_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "kplane_contestant: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
