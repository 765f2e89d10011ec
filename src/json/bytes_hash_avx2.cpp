// No header with inline functions of external linkage may be included here: the linker could choose these copies, with
// AVX2 instructions, for the whole program.
#include "json/bytes_hash_avx2.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace kplane::json {

#ifdef __AVX2__
const bool is_compiled_for_avx2 = true;
#else
const bool is_compiled_for_avx2 = false;
#endif

BytesHash hash_of_bytes_avx2(const char* bytes, std::size_t size, std::uint64_t seed) noexcept {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, seed);
  return {hash.low64, hash.high64};
}

}  // namespace kplane::json
