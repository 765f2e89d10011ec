// The query parameters of writes: dryRun, fieldManager, fieldValidation and force.
#pragma once

#include <string>

#include "local_server/rest/rest.hpp"
#include "local_server/store/store.hpp"

namespace kplane::testing::server {

/// How to treat fields that are not in the schema.
enum class FieldValidation { ignore, warn, strict };

struct WriteOptions {
  Commit commit = Commit::store;
  FieldValidation validation = FieldValidation::warn;
  std::string manager{};  ///< never empty
  bool force = false;
};

/// The options of a create, replace or patch. @throws StatusError 422 for an invalid value, an apply without a manager,
/// or a force without an apply
[[nodiscard]] WriteOptions parse_write_options(const RestRequest& request, bool is_apply);

/// Whether a request is a dry run. @throws StatusError 422 for an invalid value
[[nodiscard]] Commit parse_dry_run(const RestRequest& request);

}  // namespace kplane::testing::server
