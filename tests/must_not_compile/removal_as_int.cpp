// Counting Removals would count what was there where what is gone was meant.
#include <kplane/removal.hpp>

bool was_there(const kplane::Removal& removal) { return removal; }
#ifdef KPLANE_MUST_NOT_COMPILE
int counted(const kplane::Removal& removal) { return removal; }
#endif
