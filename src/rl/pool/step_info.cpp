#include <kplane/rl/step_info.hpp>

#include <array>
#include <optional>
#include <string_view>

#include <kplane/baseline.hpp>
#include <kplane/error.hpp>
#include <kplane/rl/recording_error.hpp>
#include <nlohmann/json.hpp>

namespace kplane::rl {

namespace {

using Json = nlohmann::ordered_json;

struct ErrorClass {
  std::string_view name;
  bool (*includes)(const Error& error);
};

template <class Type>
constexpr ErrorClass error_class(std::string_view name) {
  return {name, [](const Error& error) { return dynamic_cast<const Type*>(&error) != nullptr; }};
}

/// The first that includes an error is its own class, or the nearest one above it that is known here.
constexpr std::array error_classes = {
    error_class<NotSynced>("NotSynced"),
    error_class<TimeoutError>("TimeoutError"),
    error_class<CertificateExpired>("CertificateExpired"),
    error_class<HostnameMismatch>("HostnameMismatch"),
    error_class<UnknownAuthority>("UnknownAuthority"),
    error_class<ClientCertificateRefused>("ClientCertificateRefused"),
    error_class<TlsError>("TlsError"),
    error_class<TransportError>("TransportError"),
    error_class<CredentialError>("CredentialError"),
    error_class<StoppedError>("StoppedError"),
    error_class<MisroutedError>("MisroutedError"),
    error_class<DecodeError>("DecodeError"),
    error_class<BadRequest>("BadRequest"),
    error_class<Unauthorized>("Unauthorized"),
    error_class<NamespaceTerminating>("NamespaceTerminating"),
    error_class<Forbidden>("Forbidden"),
    error_class<NotFound>("NotFound"),
    error_class<AlreadyExists>("AlreadyExists"),
    error_class<Conflict>("Conflict"),
    error_class<Invalid>("Invalid"),
    error_class<Expired>("Expired"),
    error_class<TooManyRequests>("TooManyRequests"),
    error_class<ServerError>("ServerError"),
    error_class<ApiError>("ApiError"),
    error_class<FleetReplaced>("FleetReplaced"),
    error_class<FleetError>("FleetError"),
    error_class<NotPristine>("NotPristine"),
    error_class<RecordingError>("RecordingError"),
    error_class<ConfigError>("ConfigError"),
};

std::string_view kind_of(const Error& error) {
  for (const ErrorClass& known : error_classes) {
    if (known.includes(error)) return known.name;
  }
  return "Error";
}

Json describe(const Error& error) { return {{"kind", kind_of(error)}, {"message", error.what()}}; }

Json describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return describe(error);
  } catch (const std::exception& error) {
    return {{"kind", "exception"}, {"message", error.what()}};
  } catch (...) {
    return {{"kind", "exception"}, {"message", "not a std::exception"}};
  }
}

std::optional<Json> error_of(const Observation& seen) {
  if (seen.failure) return describe(seen.failure);
  if (!seen.state) return describe(seen.state.error());
  for (const ResponseResult& response : seen.responses) {
    if (!response) return describe(response.error());
  }
  return std::nullopt;
}

}  // namespace

std::string step_info(const Observation& seen) {
  Json info = {{"elapsed_ms", static_cast<double>(seen.elapsed.count()) / 1000.0}};
  if (std::optional<Json> error = error_of(seen)) info["error"] = std::move(*error);
  return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kplane::rl
