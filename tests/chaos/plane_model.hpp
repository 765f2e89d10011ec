// PlaneModel: what must be in a plane after writes of which some may or may not have been carried out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <kplane/object.hpp>

namespace kplane::tests {

/// What became of a write.
enum class Fate {
  done,      ///< it was reported as carried out
  not_done,  ///< it was reported as refused
  unknown,   ///< neither is known
};

/// A value of `data.value`; nullopt: no object.
using Value = std::optional<std::string>;

/// The objects of a plane that the model is about, as a reader saw them.
struct SeenObjects {
  std::map<std::string, std::string> values{};         ///< of the ConfigMaps that were written by name
  std::map<std::string, int> generated{};              ///< how many ConfigMaps with generated names have each value
  std::optional<std::vector<std::string>> appended{};  ///< the list of the ServiceAccount; none: not read
  std::vector<std::string> strangers{};                ///< objects of other planes

  /// @param cluster the plane's; all values begin with it
  void add_config_map(const Object& object, const std::string& cluster);
  void add_account(const Object& object, const std::string& cluster);
};

/// Writers of one plane must not overlap. Thread safety: none.
class PlaneModel {
 public:
  explicit PlaneModel(std::string cluster) : cluster_(std::move(cluster)) {}

  /// An object was written or, with nullopt, removed.
  void write(const std::string& name, const Value& value, Fate fate);
  /// As write(), by a call that does nothing unless the object exists.
  void change(const std::string& name, const std::string& value, Fate fate);
  void append(const std::string& value, Fate fate);
  void generate(const std::string& value, Fate fate);
  /// All objects were removed, but not the list.
  void remove_all(Fate fate);
  /// Everything is removed.
  void clear();

  [[nodiscard]] bool may_exist(const std::string& name) const;
  [[nodiscard]] bool may_be_absent(const std::string& name) const;
  [[nodiscard]] bool may_be(const std::string& name, const Value& value) const;

  /// Compares what somebody read, and knows more afterwards. @return what is wrong, empty if nothing
  [[nodiscard]] std::vector<std::string> check(const SeenObjects& seen);
  /// The same for one object.
  [[nodiscard]] std::vector<std::string> check(const std::string& name, const Value& seen);

 private:
  struct Token {
    std::string value{};
    bool is_certain = false;
  };

  [[nodiscard]] const std::vector<Value>& possible(const std::string& name) const;
  void check_appended(const std::vector<std::string>& seen, std::vector<std::string>& problems);
  void check_generated(const std::map<std::string, int>& seen, std::vector<std::string>& problems);

  std::string cluster_;
  std::map<std::string, std::vector<Value>> possible_{};
  std::vector<Token> appended_{};
  std::map<std::string, bool> generated_{};  ///< by value: whether it is certain
};

}  // namespace kplane::tests
