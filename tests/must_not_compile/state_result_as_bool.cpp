// A StateResult is asked whether it holds a snapshot, but is no bool that could be passed on by mistake.
#include <kplane/batch.hpp>

bool asked(const kplane::StateResult& result) { return result ? true : false; }
#ifdef KPLANE_MUST_NOT_COMPILE
bool passed_on(const kplane::StateResult& result) { return result; }
#endif
