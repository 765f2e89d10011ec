// The objects that planes begin with. All planes share them; a plane has its own copy of one only once it is written.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "local_server/store/shared_object.hpp"
#include "local_server/store/watch_hub.hpp"

namespace kplane::testing::server {

/// Immutable.
class InitialObjects {
 public:
  /// @param objects in the order of their creation
  explicit InitialObjects(std::vector<SharedObject> objects);

  [[nodiscard]] const std::vector<SharedObject>& all() const noexcept { return objects_; }
  /// Where the objects of a type stand in all(), in order of namespace and name; nullptr: there are none.
  [[nodiscard]] const std::vector<std::size_t>* of_type(const ResourceType& type) const;
  [[nodiscard]] std::optional<std::size_t> find(const ResourceType& type, const ObjectName& name) const;

 private:
  const std::vector<SharedObject> objects_;
  std::map<GroupResource, std::vector<std::size_t>> by_type_;
};

/// Those of one plane that have not been written in it. Thread safety: none.
class UnwrittenObjects {
 public:
  using Visit = std::function<void(const ResourceType& type, const ObjectName& name, ObjectPtr object)>;

  /// `objects` must outlive this, and what it hands out.
  void begin(const InitialObjects& objects, PlaneOrigin origin);
  [[nodiscard]] ObjectPtr find(const ResourceType& type, const ObjectName& name) const;
  /// The object is written, or gone: it is the plane's own affair from now on.
  void hide(const ResourceType& type, const ObjectName& name);
  /// In order of namespace and name.
  void visit(const ResourceType& type, const Visit& visit) const;
  /// In the order of their creation.
  void visit_all(const Visit& visit) const;

 private:
  [[nodiscard]] bool is_hidden(std::size_t index) const { return !hidden_.empty() && hidden_[index]; }
  void visit_one(std::size_t index, const Visit& visit) const;

  const InitialObjects* objects_ = nullptr;
  std::shared_ptr<const PlaneOrigin> origin_;
  std::vector<bool> hidden_;  // empty: none
};

}  // namespace kplane::testing::server
