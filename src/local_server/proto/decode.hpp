// Converts protobuf bodies, as typed clients send them, into the JSON that Kubernetes would write.
#pragma once

#include <string>
#include <string_view>

namespace kplane::testing::server {

inline constexpr char kProtobufType[] = "application/vnd.kubernetes.protobuf";

/// The JSON text of an object in Kubernetes' envelope (`k8s\0` and a runtime.Unknown). Cost is linear in the body; a
/// result of more than kMaxNodes values, or nested deeper than kMaxNesting, is rejected.
/// @param wanted the kind that the path takes; messages name it
/// @throws StatusError 400
[[nodiscard]] std::string json_of_protobuf(const std::string& wanted, std::string_view body);

}  // namespace kplane::testing::server
