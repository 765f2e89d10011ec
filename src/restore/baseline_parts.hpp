// What a Baseline is made of.
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
  TypeList types;                        ///< all that can be written
  std::vector<ListedType> listed_types;  ///< those of them that a state does not show
};

struct BaselineAccess {
  static Baseline make(BaselineParts parts) {
    return Baseline(std::make_shared<const BaselineParts>(std::move(parts)));
  }
  static const std::shared_ptr<const BaselineParts>& parts(const Baseline& baseline) noexcept {
    return baseline.parts_;
  }
};

/// The objects that differ, and where, for people: at most five of them, and none of their content.
[[nodiscard]] std::string describe(const Vector<Change>& changes);

}  // namespace kplane::detail
