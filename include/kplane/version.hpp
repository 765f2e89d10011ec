// The library's version: the one place it is written. CMake reads it from here.
#pragma once

#define KPLANE_VERSION_MAJOR 0
#define KPLANE_VERSION_MINOR 1
#define KPLANE_VERSION_PATCH 0
#define KPLANE_VERSION_STRING "0.1.0"
