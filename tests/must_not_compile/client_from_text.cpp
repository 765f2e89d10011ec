// A Client opens a pool: a string does not turn into one unasked.
#include <string>

#include <kplane/client.hpp>

bool ready(const kplane::Client& client);

bool asked(const std::string& base_url) { return ready(kplane::Client(base_url)); }
#ifdef KPLANE_MUST_NOT_COMPILE
bool unasked(const std::string& base_url) { return ready(base_url); }
#endif
