// Finalizers: which of them may be taken away, and the bodies that do so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kplane/finalizer_policy.hpp>
#include <kplane/object.hpp>

namespace kplane::codec {

/// The finalizers at this pointer that the policy leaves alone.
[[nodiscard]] std::vector<std::string> kept_finalizers(const Object& object, std::string_view pointer,
                                                       FinalizerPolicy policy);

/// A merge patch that leaves this very version of the object without finalizers.
[[nodiscard]] std::string encode_finalizers_patch(const Object& object);

/// The namespace with an empty spec.finalizers, for its `finalize` subresource.
[[nodiscard]] std::string encode_finalized(const Object& ns);

}  // namespace kplane::codec
