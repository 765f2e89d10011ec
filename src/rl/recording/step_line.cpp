#include "rl/recording/step_line.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <kplane/error.hpp>
#include <nlohmann/json.hpp>

#include "rl/recording/frame_index.hpp"
#include "rl/recording/json_value.hpp"
#include "rl/recording/line_checksum.hpp"
#include "rl/recording/line_fields.hpp"
#include "rl/recording/secret_data.hpp"

namespace kplane::rl::recording {

namespace {

using Json = nlohmann::json;

/// The shortest text that is read back as the same bits, and not as an integer, which would lose -0.
std::string write_number(double number) {
  if (!std::isfinite(number)) {
    throw ConfigError("recording: a reward must be finite; leave it unset and describe the case in Step::info");
  }
  std::array<char, 32> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), number);
  std::string result(text.data(), written.ptr);
  if (result.find_first_of(".e") == std::string::npos) result += ".0";
  return result;
}

std::string_view state_text(const Snapshot& state) {
  std::string_view text = state.raw();
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text;
}

/// The pieces form one text, so only the last ones need trimming.
void cut_trailing_breaks(std::vector<std::string_view>& pieces) {
  while (!pieces.back().empty() && pieces.back().back() == '\n') pieces.back().remove_suffix(1);
}

void add_state(StepLine& line, const Snapshot& state, bool keep_secrets) {
  if (state.raw().empty()) {
    line.state = {"null"};
    return;
  }
  line.state = keep_secrets ? std::vector{state_text(state)} : without_secret_data(state);
  cut_trailing_breaks(line.state);
  if (state_text(state).find('\n') == std::string_view::npos) return;
  for (const std::string_view piece : line.state) line.one_line += piece;
  line.one_line = without_line_breaks(line.one_line);
  line.state.clear();
}

void measure(StepLine& line) {
  LineChecksum checksum;
  for (const std::string_view piece : pieces_of(line)) {
    line.size += piece.size();
    checksum.add(piece);
  }
  line.checksum = checksum.value();
}

std::string write_head(const Step& step, const StepName& name) {
  std::string head = R"({"episode":)" + std::to_string(name.episode) + R"(,"step":)" + std::to_string(name.step) +
                     R"(,"plane":)" + json_string(name.plane, "plane");
  if (!step.action.empty()) head += R"(,"action":)" + json_in_one_line(step.action, "action");
  if (step.reward) head += R"(,"reward":)" + write_number(*step.reward);
  if (!step.info.empty()) head += R"(,"info":)" + json_in_one_line(step.info, "info");
  return head + R"(,"state":)";
}

template <class T>
T required(std::optional<T> value, const char* what) {
  if (!value) throw DecodeError(what, 0);
  return std::move(*value);
}

std::string plane_of(std::string_view text) {
  constexpr std::size_t most = 6 * max_plane_bytes + 2;  // with quotes, and each byte as \u00XX
  std::optional<std::string> plane = text.size() <= most ? string_of(text) : std::nullopt;
  if (!plane || plane->empty() || plane->size() > max_plane_bytes) {
    throw DecodeError("plane: expected a plane's ID", 0);
  }
  return std::move(*plane);
}

std::optional<double> reward_of(std::string_view text) {
  if (text == "null") return std::nullopt;
  constexpr std::size_t most = 64;  // twice as many as any double needs
  const Json json = text.size() <= most ? Json::parse(text, nullptr, false) : Json();
  if (!json.is_number()) throw DecodeError("reward: expected a number", 0);
  return json.get<double>();
}

/// The members of a step that have been seen so far.
struct Fields {
  std::optional<std::string_view> episode, step, plane, action, reward, info, state;

  [[nodiscard]] std::optional<std::string_view>* of(std::string_view key) noexcept {
    if (key == "episode") return &episode;
    if (key == "step") return &step;
    if (key == "plane") return &plane;
    if (key == "action") return &action;
    if (key == "reward") return &reward;
    if (key == "info") return &info;
    if (key == "state") return &state;
    return nullptr;
  }
  [[nodiscard]] bool have_name() const noexcept { return episode && step && plane; }
};

StepName name_of(const Fields& fields) {
  StepName name;
  name.episode = required(fields.episode ? integer_of<std::int64_t>(*fields.episode) : std::nullopt,
                          "episode: expected an integer");
  name.step =
      required(fields.step ? integer_of<std::int64_t>(*fields.step) : std::nullopt, "step: expected an integer");
  name.plane = plane_of(required(fields.plane, "plane: expected a string"));
  return name;
}

std::string text_or_nothing(const std::optional<std::string_view>& text) {
  return text && *text != "null" ? std::string(*text) : std::string();
}

Step step_of(const Fields& fields) {
  StepName name = name_of(fields);
  Step step;
  step.episode = name.episode;
  step.step = name.step;
  step.plane = std::move(name.plane);
  step.action = text_or_nothing(fields.action);
  step.info = text_or_nothing(fields.info);
  if (fields.reward) step.reward = reward_of(*fields.reward);
  if (fields.state && *fields.state != "null") step.state = Snapshot::from_json(*fields.state);
  return step;
}

Fields read_all_fields(std::string_view line) {
  Fields seen;
  LineFields fields(line);
  while (fields.next()) {
    if (auto* field = seen.of(fields.key())) *field = fields.value();
  }
  return seen;
}

/// Assumes that the state is the last member, as a Recorder writes it, so that it need not be scanned twice; decoding
/// it verifies that.
std::optional<Fields> read_fields_before_state(std::string_view line) {
  Fields seen;
  LineFields fields(line);
  while (fields.next()) {
    if (fields.key() == "state") {
      seen.state = fields.value_if_last();
      return seen.have_name() ? std::optional(seen) : std::nullopt;
    }
    if (auto* field = seen.of(fields.key())) *field = fields.value();
  }
  return seen;
}

}  // namespace

std::vector<std::string_view> pieces_of(const StepLine& line) {
  std::vector<std::string_view> pieces = {line.head};
  if (line.one_line.empty())
    pieces.insert(pieces.end(), line.state.begin(), line.state.end());
  else
    pieces.emplace_back(line.one_line);
  pieces.push_back(line.tail);
  return pieces;
}

StepLine write_step_line(const Step& step, bool keep_secrets) {
  StepLine line;
  line.name = {step.episode, step.step, step.plane.empty() ? step.state.cluster : step.plane};
  if (line.name.plane.empty() || line.name.plane.size() > max_plane_bytes) {
    throw ConfigError("recording: a step needs the ID of its plane, or a state that has it");
  }
  line.head = write_head(step, line.name);
  add_state(line, step.state, keep_secrets);
  line.tail = "}\n";
  measure(line);
  return line;
}

StepName read_step_name(std::string_view line) {
  Fields seen;
  LineFields fields(line);
  while (!seen.have_name() && fields.next()) {
    if (auto* field = seen.of(fields.key())) *field = fields.value();
  }
  return name_of(seen);
}

Step read_step_line(std::string_view line) {
  const std::optional<Fields> quick = read_fields_before_state(line);
  if (!quick) return step_of(read_all_fields(line));
  try {
    return step_of(*quick);
  } catch (const DecodeError&) {
    return step_of(read_all_fields(line));
  }
}

}  // namespace kplane::rl::recording
