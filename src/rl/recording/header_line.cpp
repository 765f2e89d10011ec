#include "rl/recording/header_line.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

#include <kplane/rl/recording_error.hpp>
#include <kplane/version.hpp>

#include "rl/recording/array_items.hpp"
#include "rl/recording/json_value.hpp"
#include "rl/recording/line_fields.hpp"
#include "rl/recording/secret_data.hpp"

namespace kplane::rl::recording {

namespace {

using Clock = std::chrono::system_clock;

/// For objects of the scenario, which may be as deep as Manifests allows, inside three levels of the header.
constexpr std::size_t max_line_depth = max_depth + 3;

constexpr const char* time_format = "%Y-%m-%dT%H:%M:%SZ";

std::string write_time(Clock::time_point time) {
  const std::time_t seconds = Clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), time_format, &parts)};
}

std::string info_of(const RecorderOptions& options) {
  std::string info = json_in_one_line(options.info, "info");
  if (is_json(info, max_depth)) return info;
  throw ConfigError("recording: info is nested more than " + std::to_string(max_depth) + " levels deep");
}

/// The epoch if it is not a valid time, or one that the clock cannot represent, which counts nanoseconds.
Clock::time_point read_time(const std::string& text) {
  using std::chrono::seconds;
  constexpr auto latest = std::chrono::floor<seconds>(Clock::duration::max());
  std::tm parts{};
  if (::strptime(text.c_str(), time_format, &parts) == nullptr) return {};
  const seconds moment{::timegm(&parts)};
  if (moment > latest || moment < -latest) return {};
  return Clock::time_point{std::chrono::duration_cast<Clock::duration>(moment)};
}

/// A string, if present. @throws DecodeError when it is something else
std::string text_of(std::optional<std::string_view> value) {
  if (!value) return "";
  std::optional<std::string> text = string_of(*value);
  if (!text) throw DecodeError("expected a string", 0);
  return std::move(*text);
}

Manifests scenario_of(std::string_view text) {
  Manifests scenario;
  ArrayItems objects(text);
  while (const std::optional<std::string_view> object = objects.next()) scenario.add(*object);
  return scenario;
}

/// The members of a header that this library knows.
struct HeaderFields {
  std::optional<std::string_view> version, library, server, created, info, scenario;

  [[nodiscard]] std::optional<std::string_view>* of(std::string_view key) noexcept {
    if (key == "version") return &version;
    if (key == "library") return &library;
    if (key == "server") return &server;
    if (key == "created") return &created;
    if (key == "info") return &info;
    if (key == "scenario") return &scenario;
    return nullptr;
  }
};

HeaderFields fields_of(std::string_view line) {
  LineFields recording(line);
  if (!recording.next()) throw DecodeError("expected a header", 0);
  HeaderFields seen;
  LineFields fields(recording.value());
  while (fields.next()) {
    if (auto* field = seen.of(fields.key())) *field = fields.value();
  }
  return seen;
}

RecordingHeader read_header(const HeaderFields& fields, std::int64_t written) {
  RecordingHeader header;
  header.version = written;
  header.library_version = text_of(fields.library);
  header.server_version = text_of(fields.server);
  header.created = read_time(text_of(fields.created));
  header.info = fields.info.value_or("");
  if (fields.scenario) header.scenario = scenario_of(*fields.scenario);
  return header;
}

}  // namespace

std::string write_header_line(const RecorderOptions& options) {
  std::string line(header_mark);
  line += R"({"version":)" + std::to_string(format_version);
  line += R"(,"library":)" + json_string(std::string(version()), "library");
  if (!options.server_version.empty()) line += R"(,"server":)" + json_string(options.server_version, "server_version");
  line += R"(,"created":")" + write_time(Clock::now()) + '"';
  if (!options.info.empty()) line += R"(,"info":)" + info_of(options);
  line += R"(,"scenario":[)";
  for (const Manifest& manifest : options.scenario) {
    if (line.back() != '[') line += ',';
    line += json_in_one_line(options.keep_secrets ? manifest.json : without_secret_data(manifest), "scenario");
  }
  line += "]}}\n";
  if (line.size() <= max_header_bytes) return line;
  throw ConfigError("recording: the header exceeds 16 MiB: shorten RecorderOptions::scenario or info");
}

RecordingHeader read_header_line(std::string_view line, const std::string& path) {
  if (line.substr(0, header_mark.size()) != header_mark) {
    throw RecordingError("not a recording: " + path + " does not begin with a header");
  }
  if (line.size() >= max_header_bytes) {
    throw RecordingError("recording " + path + " has a header of more than 16 MiB, so no Recorder wrote it");
  }
  try {
    // Unknown members are skipped below, so everything is validated first.
    if (!is_json(line, max_line_depth)) throw DecodeError("expected a header", 0);
    const HeaderFields fields = fields_of(line);
    const std::int64_t written = fields.version ? integer_of<std::int64_t>(*fields.version).value_or(0) : 0;
    if (written > format_version) {
      throw RecordingTooNew("recording " + path + " has format version " + std::to_string(written) +
                                ", but this library reads only up to " + std::to_string(format_version) +
                                ": use a newer version of the library",
                            written);
    }
    if (written < 1) throw RecordingError("recording " + path + " has a header without a valid format version");
    return read_header(fields, written);
  } catch (const DecodeError&) {
    throw RecordingError("recording " + path + " has a header that cannot be read");
  } catch (const ManifestError&) {
    throw RecordingError("recording " + path + " has a header whose scenario is not a list of Kubernetes objects");
  }
}

}  // namespace kplane::rl::recording
