// The exchange over MPI.
#pragma once

#include <string>
#include <vector>

#include <kplane/stop.hpp>

#include "exchange.hpp"

namespace distributed {

/// Whether mpirun or mpiexec started this process. Where not, MPI is left alone.
[[nodiscard]] bool is_started_by_mpi();

void begin_mpi(int* count, char*** words);
/// Waits for all ranks. A rank that fails must not call it: by ending without it, it tells mpirun to end the others.
void end_mpi();

/// MPI's own blocking calls spin: a rank that waits for another one would take a core from those that work. So this
/// starts each operation, and then sleeps between looks at whether it is done.
class MpiExchange final : public Exchange {
 public:
  explicit MpiExchange(kplane::StopToken stop);
  std::string reduce(const std::string& text, const Make& make) override;
  void barrier() override;

 private:
  /// @return at rank 0 the texts of all ranks, by rank; elsewhere nothing
  std::vector<std::string> gather(const std::string& text);
  /// @return rank 0's text
  std::string broadcast(const std::string& text);

  kplane::StopToken stop_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace distributed
