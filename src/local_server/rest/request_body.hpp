// The bodies of requests: media types, and the documents in them.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "local_server/base/resource_types.hpp"

namespace kplane::testing::server {

/// A Content-Type without its parameters.
[[nodiscard]] std::string media_type_of(const std::string& content_type);

/// @throws StatusError 415 unless the body is JSON, or says nothing of its type.
void require_json(const std::string& content_type);

/// An object of a type. @throws StatusError 400
[[nodiscard]] nlohmann::json parse_object(const ResourceType& type, const std::string& body);

/// The object that a create or replace carries, in JSON or YAML. @throws StatusError 400, 415
[[nodiscard]] nlohmann::json parse_body(const ResourceType& type, const std::string& content_type,
                                        const std::string& body);

/// Any other JSON document; `what` names it in the failure. @throws StatusError 400
[[nodiscard]] nlohmann::json parse_document(const std::string& what, const std::string& body);

/// A document in YAML, of which JSON is a part. Plain scalars are typed as Kubernetes types them: by YAML 1.1, so that
/// `yes` is true and `010` is eight; a quoted scalar is a string. @throws StatusError 400
[[nodiscard]] nlohmann::json parse_yaml(const std::string& body);

}  // namespace kplane::testing::server
