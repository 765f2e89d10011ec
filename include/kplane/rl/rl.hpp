// All of kplane::rl, what trainers need on top of the core: `find_package(kplane COMPONENTS rl)`, target `kplane::rl`.
#pragma once

#include <kplane/rl/interrupted.hpp>
#include <kplane/rl/observation.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/rl/recorder.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/rl/recording_error.hpp>
#include <kplane/rl/replay.hpp>
#include <kplane/rl/run.hpp>
#include <kplane/rl/step.hpp>
#include <kplane/rl/step_info.hpp>
#include <kplane/rl/sweep.hpp>
#include <kplane/rl/version.hpp>
