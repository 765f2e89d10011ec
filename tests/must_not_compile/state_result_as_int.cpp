// Summing StateResults would count planes where snapshots were meant.
#include <kplane/batch.hpp>

int counted(const kplane::StateResult& result) { return result ? 1 : 0; }
#ifdef KPLANE_MUST_NOT_COMPILE
int summed(const kplane::StateResult& result) { return result + 1; }
#endif
