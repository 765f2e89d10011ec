// A parameter type for JSON: text, an Object, or a nlohmann::json of any version.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <kplane/object.hpp>

namespace kplane {

/// JSON to send to the server. Made from text, from an Object that the server sent, or from anything whose `dump()`
/// returns text, such as `nlohmann::json`. The text is not checked here: the server does that.
///
/// Cost: holds a copy of the text.
class JsonText {
 public:
  /// From text, an Object, or anything with a `dump()`. @throws whatever `dump()` throws, such as
  /// `nlohmann::json::type_error` (316) for a string that is not UTF-8
  template <class Source, class = std::enable_if_t<!std::is_same_v<std::decay_t<Source>, JsonText>>>
  JsonText(Source&& source)  // NOLINT(google-explicit-constructor): a parameter type
      : text_(text_of(std::forward<Source>(source), 0)) {}

  /// The JSON text.
  [[nodiscard]] const std::string& text() const& noexcept { return text_; }
  [[nodiscard]] std::string text() && noexcept { return std::move(text_); }

 private:
  template <class Json>
  static auto text_of(Json&& json, int /*preferred*/) -> decltype(std::string(json.dump())) {
    return json.dump();
  }
  static std::string text_of(const Object& object, int /*preferred*/) { return std::string(object.raw()); }
  template <class Text>
  static auto text_of(Text&& text, long /*otherwise*/) -> decltype(std::string(std::forward<Text>(text))) {
    return std::string(std::forward<Text>(text));
  }

  std::string text_;
};

}  // namespace kplane
