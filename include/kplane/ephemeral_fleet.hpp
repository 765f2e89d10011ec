// EphemeralFleet: a Fleet that is removed at scope exit.
#pragma once

#include <kplane/export.hpp>
#include <kplane/fleet.hpp>

namespace kplane {

/// How Client::ephemeral_fleet() makes its Fleet.
struct EphemeralOptions {
  /// Puts a random run suffix into the member names. Planes outlive their Fleet, so a second run under the same names
  /// would meet what the first one left in them.
  bool fresh_planes = false;
};

/// A Fleet that is removed on scope exit, also when an exception passes. The destructor blocks for at most the client's
/// request timeout and never throws; call close() to learn whether the removal worked.
///
/// Thread safety: one thread at a time. Move-only.
class KPLANE_API EphemeralFleet : public Fleet {
 public:
  EphemeralFleet(EphemeralFleet&& other) noexcept;
  /// Removes the Fleet that was held before.
  EphemeralFleet& operator=(EphemeralFleet&& other) noexcept;
  EphemeralFleet(const EphemeralFleet&) = delete;
  EphemeralFleet& operator=(const EphemeralFleet&) = delete;
  ~EphemeralFleet();

  /// Removes the Fleet now, and reports what the destructor would have to swallow. Does nothing when it is closed
  /// already.
  /// @throws TransportError, ApiError; the Fleet is then still owned, so close() may be tried again.
  void close();

  /// Gives the Fleet up: it will not be removed. @return an ordinary handle on it.
  Fleet release() noexcept;

 private:
  friend class Client;
  explicit EphemeralFleet(Fleet fleet) noexcept;
  void remove_quietly() noexcept;

  bool owned_ = true;
};

}  // namespace kplane
