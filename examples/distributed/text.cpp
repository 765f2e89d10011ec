#include "text.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace distributed {

namespace {

template <class Number>
void append(std::string& text, Number number) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end);
  text += ' ';
}

/// Takes numbers off the front of a text.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}

  [[nodiscard]] bool is_empty() const { return text_.empty(); }

  template <class Number>
  Number take() {
    Number number{};
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), number);
    if (error != std::errc() || end == text_.data() + text_.size() || *end != ' ') {
      throw std::runtime_error("what another rank sent is not what this one expects: is it another version?");
    }
    text_.remove_prefix(static_cast<std::size_t>(end - text_.data()) + 1);
    return number;
  }

 private:
  std::string_view text_;
};

std::uint32_t bits_of(const trainer::Symptoms& symptoms) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < symptoms.size(); ++i) bits |= symptoms.at(i) ? 1U << i : 0U;
  return bits;
}

trainer::Symptoms symptoms_of(std::uint32_t bits) {
  trainer::Symptoms symptoms{};
  for (std::size_t i = 0; i < symptoms.size(); ++i) symptoms.at(i) = (bits >> i & 1U) != 0;
  return symptoms;
}

trainer::Episode read_episode(std::string_view line) {
  trainer::Episode episode;
  for (Numbers numbers(line); !numbers.is_empty();) {
    trainer::Choice choice;
    choice.seen = symptoms_of(numbers.take<std::uint32_t>());
    choice.action = numbers.take<std::size_t>();
    if (choice.action >= trainer::kActions) throw std::runtime_error("another rank sent an action that there is not");
    episode.choices.push_back(choice);
    episode.rewards.push_back(numbers.take<double>());
  }
  return episode;
}

}  // namespace

std::string to_text(const std::vector<trainer::Episode>& episodes) {
  std::string text;
  for (const trainer::Episode& episode : episodes) {
    for (std::size_t i = 0; i < episode.choices.size(); ++i) {
      append(text, bits_of(episode.choices[i].seen));
      append(text, episode.choices[i].action);
      append(text, episode.rewards[i]);
    }
    text += '\n';
  }
  return text;
}

std::vector<trainer::Episode> read_episodes(std::string_view text) {
  std::vector<trainer::Episode> episodes;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    episodes.push_back(read_episode(text.substr(0, end)));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return episodes;
}

std::string to_text(const trainer::LinearPolicy::Weights& weights) {
  std::string text;
  for (const auto& row : weights) {
    for (const double weight : row) append(text, weight);
  }
  return text;
}

trainer::LinearPolicy::Weights read_weights(std::string_view text) {
  Numbers numbers(text);
  trainer::LinearPolicy::Weights weights{};
  for (auto& row : weights) {
    for (double& weight : row) weight = numbers.take<double>();
  }
  return weights;
}

std::string checksum(const trainer::LinearPolicy::Weights& weights) {
  std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
  for (const char c : to_text(weights)) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::array<char, 17> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), hash, 16);
  return {digits.data(), end};
}

}  // namespace distributed
