#include "rl/recording/header_line.hpp"

#include <array>
#include <chrono>
#include <ctime>

#include <kplane/rl/recording_error.hpp>
#include <kplane/version.hpp>
#include <nlohmann/json.hpp>

#include "rl/recording/json_value.hpp"
#include "rl/recording/secret_data.hpp"

namespace kplane::rl::recording {

namespace {

using OrderedJson = nlohmann::ordered_json;
using Clock = std::chrono::system_clock;

constexpr const char* time_format = "%Y-%m-%dT%H:%M:%SZ";

std::string write_time(Clock::time_point time) {
  const std::time_t seconds = Clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), time_format, &parts)};
}

/// The epoch for what is no time.
Clock::time_point read_time(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), time_format, &parts) == nullptr) return {};
  return Clock::from_time_t(::timegm(&parts));
}

RecordingHeader read_header(const OrderedJson& json) {
  RecordingHeader header;
  header.version = json.at("version").get<std::int64_t>();
  header.library_version = json.value("library", "");
  header.server_version = json.value("server", "");
  header.created = read_time(json.value("created", ""));
  if (json.contains("info")) header.info = json.at("info").dump();
  if (!json.contains("scenario")) return header;
  for (const OrderedJson& object : json.at("scenario")) header.scenario.add(object.dump());
  return header;
}

}  // namespace

std::string write_header_line(const RecorderOptions& options) {
  std::string line(header_mark);
  line += R"({"version":)" + std::to_string(format_version);
  line += R"(,"library":)" + OrderedJson(version()).dump();
  if (!options.server_version.empty()) line += R"(,"server":)" + json_string(options.server_version, "server_version");
  line += R"(,"created":")" + write_time(Clock::now()) + '"';
  if (!options.info.empty()) line += R"(,"info":)" + json_in_one_line(options.info, "info");
  line += R"(,"scenario":[)";
  for (const Manifest& manifest : options.scenario) {
    if (line.back() != '[') line += ',';
    line += json_in_one_line(options.keep_secrets ? manifest.json : without_secret_data(manifest), "scenario");
  }
  return line + "]}}\n";
}

RecordingHeader read_header_line(std::string_view line, const std::string& path) {
  if (line.substr(0, header_mark.size()) != header_mark) {
    throw RecordingError("this is no recording: " + path + " does not begin with a header");
  }
  try {
    const OrderedJson json = OrderedJson::parse(line).at("recording");
    const std::int64_t written = json.at("version").is_number_integer() ? json.at("version").get<std::int64_t>() : 0;
    if (written > format_version) {
      throw RecordingTooNew("recording " + path + " has the form " + std::to_string(written) +
                                ", and this library knows those up to " + std::to_string(format_version) +
                                ": read it with a later version of kplane",
                            written);
    }
    if (written < 1) throw RecordingError("recording " + path + " has a header without a valid version");
    return read_header(json);
  } catch (const OrderedJson::exception&) {
    throw RecordingError("recording " + path + " has a header that cannot be read");
  } catch (const ManifestError&) {
    throw RecordingError("recording " + path + " has a header whose scenario is not one of Kubernetes objects");
  }
}

}  // namespace kplane::rl::recording
