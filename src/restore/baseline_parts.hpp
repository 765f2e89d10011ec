// The contents of a Baseline.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <kplane/baseline.hpp>

#include "codec/discovery_documents.hpp"
#include "session/server_facts.hpp"

namespace kplane::detail {

struct BaselineParts {
  Snapshot state;
  Digest digest;
  DiffOptions ignored;
  std::string server_version;
  TypeList types;                        ///< all writable types
  std::vector<ListedType> listed_types;  ///< those of them that states do not include
};

struct BaselineAccess {
  static Baseline make(BaselineParts parts) {
    return Baseline(std::make_shared<const BaselineParts>(std::move(parts)));
  }
  static const std::shared_ptr<const BaselineParts>& parts(const Baseline& baseline) noexcept {
    return baseline.parts_;
  }
};

/// Describes the objects that differ, and the fields, for people: at most five objects, and none of their content.
[[nodiscard]] std::string describe(const Vector<Change>& changes);

}  // namespace kplane::detail
