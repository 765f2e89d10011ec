// All of kplane::rl, what trainers need on top of the core: `find_package(kplane COMPONENTS rl)`, target `kplane::rl`.
#pragma once

#include <kplane/rl/observation.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/rl/version.hpp>
