// Which finalizers may be cleared, and the request bodies that clear them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <kplane/finalizer_policy.hpp>
#include <kplane/object.hpp>

namespace kplane::codec {

/// The finalizers at this pointer that the policy keeps.
[[nodiscard]] std::vector<std::string> kept_finalizers(const Object& object, std::string_view pointer,
                                                       FinalizerPolicy policy);

/// A merge patch that clears the finalizers of this version of the object.
[[nodiscard]] std::string encode_finalizers_patch(const Object& object);

/// The namespace with an empty spec.finalizers, for its `finalize` subresource.
[[nodiscard]] std::string encode_finalized(const Object& ns);

}  // namespace kplane::codec
