// Which faults there are, and the one that a seed chooses for a request.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kplane::tests {

enum class FaultKind {
  none,
  delayed,            ///< the request is forwarded late
  trickled_request,   ///< the request is forwarded a few bytes at a time
  trickled_answer,    ///< the answer is forwarded a few bytes at a time
  refused,            ///< the port refuses all connections for a while
  reset_before,       ///< a reset instead of forwarding the request
  cut_request,        ///< the server gets a part of the request only, and the client a reset
  reset_after,        ///< the request is carried out; a reset instead of the answer
  closed_after,       ///< the request is carried out; the connection is closed instead of an answer
  half_closed,        ///< the proxy says that it will send nothing, while the request is being carried out
  cut_answer,         ///< the connection ends within the answer, at any byte
  silent,             ///< the request is carried out; no answer, and the connection stays open
  silent_in_answer,   ///< the answer stops at any byte, and the connection stays open
  too_many_requests,  ///< 429 without carrying it out, with `Retry-After` or without
  unavailable,        ///< 503 without carrying it out, with `Retry-After` or without
  timed_out,          ///< 504 `Timeout` after carrying it out
  bad_gateway,        ///< an HTML page with 502
  login_page,         ///< an HTML page with 200
  redirected,         ///< 302 to a login page
  storage_gone,       ///< the API server's 500 while etcd cannot be reached; not carried out
  storage_lost,       ///< the same after carrying it out: etcd went away before it confirmed the write
  restarted,          ///< the server is restarted with its objects
  // Of a connection over TLS, not of a request:
  cut_handshake,     ///< the connection ends at any byte of the handshake
  silent_handshake,  ///< the handshake stops at any byte, and the connection stays open
  plain_answer,      ///< an answer in plain text instead of a handshake
  other_authority,   ///< a certificate of an authority that the client does not trust
  renegotiated,      ///< TLS 1.2 is negotiated anew within the first answer
};

inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(FaultKind::renegotiated) + 1;

/// For tables, such as `cut answer`.
[[nodiscard]] std::string_view name_of(FaultKind kind);
/// Whether the server carries out a request that meets this fault.
[[nodiscard]] bool is_carried_out(FaultKind kind);
/// Whether it is a fault of a connection over TLS.
[[nodiscard]] bool is_of_tls(FaultKind kind);

struct PlannedFault {
  FaultKind kind = FaultKind::none;
  std::uint32_t amount = 0;  ///< random; each kind, and none over TLS, makes its bytes, milliseconds or choice of it
};

/// The fault of the `ordinal`-th request of a stream of requests: the same for the same arguments everywhere.
/// @param chance that there is one, from 0 to 1
[[nodiscard]] PlannedFault planned_fault(std::uint64_t seed, std::string_view stream, std::uint64_t ordinal,
                                         double chance);

/// The fault of the `ordinal`-th connection over TLS, as above.
[[nodiscard]] PlannedFault planned_tls_fault(std::uint64_t seed, std::uint64_t ordinal, double chance);

/// A well mixed number of its own for each pair: seeds of what belongs to one seed.
[[nodiscard]] std::uint64_t derived_seed(std::uint64_t seed, std::uint64_t index);

}  // namespace kplane::tests
