// All of kplane::rl, what trainers need on top of the core: `find_package(kplane COMPONENTS rl)`, target `kplane::rl`.
#pragma once

#include <kplane/rl/interrupted.hpp>
#include <kplane/rl/observation.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/rl/run.hpp>
#include <kplane/rl/sweep.hpp>
#include <kplane/rl/version.hpp>
