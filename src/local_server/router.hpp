// Dispatches HTTP requests: faults, planes, credentials, and the paths below a plane.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <kplane/testing/local_server.hpp>

#include "local_server/auth/authenticator.hpp"
#include "local_server/auth/issued_tokens.hpp"
#include "local_server/auth/requester.hpp"
#include "local_server/auth/tokens.hpp"
#include "local_server/base/answer.hpp"
#include "local_server/base/api_path.hpp"
#include "local_server/fleet/crd_availability.hpp"
#include "local_server/fleet/state_view.hpp"
#include "local_server/net/http_front.hpp"
#include "local_server/rest/discovery.hpp"
#include "local_server/script/faults.hpp"
#include "local_server/script/plane_script.hpp"
#include "local_server/script/traffic.hpp"
#include "local_server/store/planes.hpp"

namespace kplane::testing::server {

/// Gives the OpenAPI document; asked when a request wants it, because the conversion to JSON takes its time.
struct OpenApiSource {
  std::function<std::string()> yaml{};
  std::function<std::string()> json{};
};

/// The parts that the router dispatches to. All of them must outlive the router.
struct ServerParts {
  Planes& planes;
  const PlaneScript& script;
  const Tokens& tokens;
  IssuedTokens& issued_tokens;
  Faults& faults;
  Traffic& traffic;
  const CrdAvailability& crd_availability;
};

/// Thread safety: handle() may be called from any thread.
class Router {
 public:
  Router(ServerParts parts, const LocalServerOptions& options, OpenApiSource openapi);

  [[nodiscard]] HttpReply handle(const HttpRequest& request) const;

 private:
  struct Call;

  [[nodiscard]] Answer answer(const HttpRequest& request, const std::optional<RequestTarget>& target) const;
  [[nodiscard]] Answer answer_or_status(const Call& call) const;
  [[nodiscard]] Answer answer_call(const Call& call) const;
  [[nodiscard]] Answer answer_plane(const Call& call, Plane& plane, const Requester& requester) const;
  [[nodiscard]] Answer answer_resource(const Call& call, const ApiPath& path, Plane& plane,
                                       const Requester& requester) const;
  [[nodiscard]] Answer answer_state(const Call& call, Plane& plane) const;
  [[nodiscard]] std::optional<Answer> answer_document(const RequestTarget& target, const std::string& method) const;
  [[nodiscard]] std::optional<Answer> answer_types(const Call& call, const Plane& plane) const;
  [[nodiscard]] const ResourceType* served_type(const Plane& plane, const ApiPath& path) const;
  [[nodiscard]] ServedTypes served_types(const Plane& plane) const;
  [[nodiscard]] bool is_state(const Call& call) const;
  [[nodiscard]] bool is_state_path(const std::string& segment) const;

  const ServerParts parts_;
  const std::string root_cluster_;
  const StatePath state_path_;
  const std::chrono::milliseconds watch_bookmark_interval_;
  const std::chrono::milliseconds latency_;
  const bool list_custom_groups_;
  const StateView state_view_;
  const Authenticator authenticator_;
  const OpenApiSource openapi_;
};

}  // namespace kplane::testing::server
