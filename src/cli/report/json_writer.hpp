// JsonWriter: JSON text that is also harmless inside of HTML.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace kplane::cli::reporting {

/// Writes JSON in ASCII. Of what it writes in strings, no `<`, `>` or `&` is left, nor anything else that is not
/// printable ASCII, so that the text may stand in a script element of HTML, whatever the strings hold. What is not
/// UTF-8 becomes U+FFFD.
class JsonWriter {
 public:
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void key(std::string_view name);

  void string(std::string_view text);
  void integer(std::int64_t number);
  /// Five significant digits, as a chart needs them; null for what is not finite.
  void number(double number);
  void null();

  void member(std::string_view name, std::string_view text);
  void member(std::string_view name, std::uint64_t number);
  void member(std::string_view name, std::optional<double> value);
  /// Nothing for an empty text, and for 0.
  void member_if_any(std::string_view name, std::string_view text);
  void member_if_any(std::string_view name, std::uint64_t number);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void quote(std::string_view text);

  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace kplane::cli::reporting
