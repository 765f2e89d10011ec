// DiffOptions, preprocessed for comparisons.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include <kplane/diff_options.hpp>
#include <kplane/snapshot.hpp>

#include "json/ignored_fields.hpp"

namespace kplane::detail {

/// Immutable.
class ComparisonScope {
 public:
  /// The scope of the default options is created once. @throws ConfigError
  [[nodiscard]] static std::shared_ptr<const ComparisonScope> of(const DiffOptions& options);
  explicit ComparisonScope(const DiffOptions& options);

  [[nodiscard]] const kplane::json::IgnoredFields& fields() const noexcept { return fields_; }
  [[nodiscard]] bool covers(const SnapshotResource& resource) const;
  /// Identifies the set of ignored fields.
  [[nodiscard]] std::uint64_t fields_id() const noexcept { return fields_id_; }

 private:
  kplane::json::IgnoredFields fields_;
  std::set<std::string> ignored_types_;
  std::uint64_t fields_id_ = 0;
};

}  // namespace kplane::detail
