#include "mpi_exchange.hpp"

#define OMPI_SKIP_MPICXX 1  // the C++ bindings that MPI took out in 2012
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <numeric>
#include <stdexcept>
#include <utility>

#include <kplane/error.hpp>

namespace distributed {

namespace {

using namespace std::chrono_literals;

void check(int result, const char* call) {
  if (result != MPI_SUCCESS) throw std::runtime_error(std::string(call) + " failed");
}

/// Sleeps until the operation is done: soon at first, and then less and less often.
void wait_for(MPI_Request& request, const kplane::StopToken& stop) {
  for (std::chrono::milliseconds pause = 1ms;; pause = std::min(2 * pause, 4ms)) {
    int is_done = 0;
    check(MPI_Test(&request, &is_done, MPI_STATUS_IGNORE), "MPI_Test");
    if (is_done != 0) return;
    if (stop.wait_for(pause)) throw kplane::StoppedError("stopped while waiting for other ranks");
  }
}

}  // namespace

bool is_started_by_mpi() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

// Only this thread calls MPI.
void begin_mpi(int* count, char*** words) {
  int provided = 0;
  check(MPI_Init_thread(count, words, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
}

void end_mpi() { check(MPI_Finalize(), "MPI_Finalize"); }

MpiExchange::MpiExchange(kplane::StopToken stop) : stop_(std::move(stop)) {
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
  check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
}

std::string MpiExchange::reduce(const std::string& text, const Make& make) {
  const std::vector<std::string> texts = gather(text);
  return broadcast(rank_ == 0 ? make(texts) : std::string());
}

std::vector<std::string> MpiExchange::gather(const std::string& text) {
  const int size = static_cast<int>(text.size());
  const bool is_root = rank_ == 0;
  std::vector<int> sizes(is_root ? static_cast<std::size_t>(size_) : 0U);
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Igather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, 0, MPI_COMM_WORLD, &request), "MPI_Igather");
  wait_for(request, stop_);
  std::vector<int> offsets(sizes.size());
  std::exclusive_scan(sizes.begin(), sizes.end(), offsets.begin(), 0);
  std::string all(static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), 0)), '\0');
  check(MPI_Igatherv(text.data(), size, MPI_CHAR, all.data(), sizes.data(), offsets.data(), MPI_CHAR, 0, MPI_COMM_WORLD,
                     &request),
        "MPI_Igatherv");
  wait_for(request, stop_);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    texts.push_back(all.substr(static_cast<std::size_t>(offsets[i]), static_cast<std::size_t>(sizes[i])));
  }
  return texts;
}

std::string MpiExchange::broadcast(const std::string& text) {
  int size = static_cast<int>(text.size());
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibcast(&size, 1, MPI_INT, 0, MPI_COMM_WORLD, &request), "MPI_Ibcast");
  wait_for(request, stop_);
  std::string all = rank_ == 0 ? text : std::string(static_cast<std::size_t>(size), '\0');
  check(MPI_Ibcast(all.data(), size, MPI_CHAR, 0, MPI_COMM_WORLD, &request), "MPI_Ibcast");
  wait_for(request, stop_);
  return all;
}

void MpiExchange::barrier() {
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibarrier(MPI_COMM_WORLD, &request), "MPI_Ibarrier");
  wait_for(request, stop_);
}

}  // namespace distributed
