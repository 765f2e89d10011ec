#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <kplane/export.hpp>
#include <kplane/object.hpp>

namespace kplane {

/// A predicate on one object, for Resource::wait_for(). Made by the functions below, or from a callable that takes a
/// `const Object*` (nullptr while the object is absent) and returns bool.
class KPLANE_API Condition {
 public:
  /// Whether the condition holds for an object; nullptr: it is absent.
  using Test = std::function<bool(const Object* object)>;

  /// From a callable; errors then say "waiting for the given condition".
  template <class Callable,
            class = std::enable_if_t<!std::is_same_v<std::decay_t<Callable>, Condition> &&
                                     std::is_convertible_v<std::invoke_result_t<Callable&, const Object*>, bool>>>
  Condition(Callable test)  // NOLINT(google-explicit-constructor): a parameter type
      : Condition("the given condition", Test(std::move(test))) {}
  /// From a description and a test.
  /// @param description completes "waiting for …" in an error
  /// @throws ConfigError when `test` is empty
  Condition(std::string description, Test test);

  /// Calls the test.
  [[nodiscard]] bool holds(const Object* object) const { return test_(object); }
  /// What completes "waiting for …" in an error.
  [[nodiscard]] const std::string& description() const& noexcept { return description_; }
  [[nodiscard]] std::string description() && { return std::move(description_); }

 private:
  std::string description_;
  Test test_;
};

namespace conditions {

/// The object exists.
[[nodiscard]] KPLANE_API Condition exists();
/// The object does not exist, or no longer does. An object that is only marked for deletion still exists, possibly for
/// ever: see Removal.
[[nodiscard]] KPLANE_API Condition gone();
/// The object has this entry in `status.conditions`, as `kubectl wait --for=condition=TYPE` checks:
/// `condition("Ready")`. An entry whose `observedGeneration` is older than the object does not count.
[[nodiscard]] KPLANE_API Condition condition(std::string type, std::string status = "True");
/// The field at a JSON pointer has this value: `field("/status/phase", "Running")`. Numbers and booleans are compared
/// by their JSON text. @throws ConfigError when `pointer` is not a JSON pointer
[[nodiscard]] KPLANE_API Condition field(std::string pointer, std::string value);

}  // namespace conditions

}  // namespace kplane
