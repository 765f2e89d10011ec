// Preloaded into a process: its clock of the day is an hour ahead.
#include <dlfcn.h>
#include <time.h>

extern "C" __attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec* time) {
  using Function = int (*)(clockid_t, struct timespec*);
  static const Function original = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = original(clock, time);
  constexpr time_t hour = 3600;
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += hour;
  return result;
}
