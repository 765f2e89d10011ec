// The initial objects of planes. All planes share them; a plane gets its own copy of one only when it is written.
#pragma once

#include <cstddef>
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
  /// The positions of a type's objects in all(), in order of namespace and name; nullptr: none.
  [[nodiscard]] const std::vector<std::size_t>* of_type(const GroupResource& type) const;
  [[nodiscard]] std::optional<std::size_t> find(const GroupResource& type, const ObjectName& name) const;

 private:
  const std::vector<SharedObject> objects_;
  std::map<GroupResource, std::vector<std::size_t>> by_type_;
};

/// The initial objects that have not been written in one plane. Not thread-safe.
class UnwrittenObjects {
 public:
  /// `objects` must outlive this and everything obtained from it.
  void begin(const InitialObjects& objects, PlaneOrigin origin);
  [[nodiscard]] ObjectPtr find(const GroupResource& type, const ObjectName& name) const;
  /// The object at this index of the initial ones, as it is in the plane.
  [[nodiscard]] ObjectPtr make(std::size_t index) const;
  /// What make() is given by its plane. Only after begin().
  [[nodiscard]] const PlaneOrigin& origin() const { return *origin_; }
  /// Call when the object is written or deleted: the plane then has its own version.
  void hide(const GroupResource& type, const ObjectName& name);
  /// visit(SharedObject, its index) for those of a type, in order of namespace and name.
  template <class Visit>
  void visit(const GroupResource& type, const Visit& visit) const {
    const auto* indices = objects_ == nullptr ? nullptr : objects_->of_type(type);
    if (indices == nullptr) return;
    for (const std::size_t index : *indices) visit_one(index, visit);
  }
  /// The same for all, in the order of their creation.
  template <class Visit>
  void visit_all(const Visit& visit) const {
    const std::size_t count = objects_ == nullptr ? 0 : objects_->all().size();
    for (std::size_t index = 0; index < count; ++index) visit_one(index, visit);
  }

 private:
  [[nodiscard]] bool is_hidden(std::size_t index) const { return !hidden_.empty() && hidden_[index]; }
  template <class Visit>
  void visit_one(std::size_t index, const Visit& visit) const {
    if (!is_hidden(index)) visit(objects_->all()[index], index);
  }

  const InitialObjects* objects_ = nullptr;
  std::shared_ptr<const PlaneOrigin> origin_;
  std::vector<bool> hidden_;  // empty: none
};

}  // namespace kplane::testing::server
