// The whole public face in one include. The bridge to nlohmann::json, <kplane/json.hpp>, and the embedded server,
// <kplane/testing/local_server.hpp>, are opt-in and not part of it.
#pragma once

#include <kplane/agent.hpp>
#include <kplane/batch.hpp>
#include <kplane/batch_options.hpp>
#include <kplane/client.hpp>
#include <kplane/client_options.hpp>
#include <kplane/condition.hpp>
#include <kplane/ephemeral_fleet.hpp>
#include <kplane/error.hpp>
#include <kplane/finalizer_policy.hpp>
#include <kplane/fleet.hpp>
#include <kplane/fleet_types.hpp>
#include <kplane/handle.hpp>
#include <kplane/json_text.hpp>
#include <kplane/kubeconfig_options.hpp>
#include <kplane/manifest.hpp>
#include <kplane/manifest_options.hpp>
#include <kplane/manifest_results.hpp>
#include <kplane/manifests.hpp>
#include <kplane/namespace_removal.hpp>
#include <kplane/object.hpp>
#include <kplane/object_list.hpp>
#include <kplane/openapi.hpp>
#include <kplane/plane.hpp>
#include <kplane/removal.hpp>
#include <kplane/request.hpp>
#include <kplane/resource.hpp>
#include <kplane/resource_options.hpp>
#include <kplane/snapshot.hpp>
#include <kplane/state_options.hpp>
#include <kplane/stop.hpp>
#include <kplane/vector.hpp>
#include <kplane/version.hpp>
#include <kplane/watch.hpp>
