// KPLANE_API marks what the shared library exports. Everything else is hidden.
// Users define nothing: the CMake target of a shared Windows build defines KPLANE_SHARED for its users.
#pragma once

#if defined(_WIN32) && defined(KPLANE_BUILDING)
#define KPLANE_API __declspec(dllexport)
#elif defined(_WIN32) && defined(KPLANE_SHARED)
#define KPLANE_API __declspec(dllimport)
#elif defined(__GNUC__)
#define KPLANE_API __attribute__((visibility("default")))
#else
#define KPLANE_API
#endif
