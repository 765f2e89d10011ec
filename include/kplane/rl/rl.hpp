// All of kplane::rl, the component for trainers: `find_package(kplane COMPONENTS rl)`, target `kplane::rl`.
#pragma once

#include <kplane/rl/fleet_group.hpp>
#include <kplane/rl/interrupted.hpp>
#include <kplane/rl/join_fleet.hpp>
#include <kplane/rl/observation.hpp>
#include <kplane/rl/plane_pool.hpp>
#include <kplane/rl/recorder.hpp>
#include <kplane/rl/recording.hpp>
#include <kplane/rl/recording_error.hpp>
#include <kplane/rl/replay.hpp>
#include <kplane/rl/run.hpp>
#include <kplane/rl/shard.hpp>
#include <kplane/rl/step.hpp>
#include <kplane/rl/sweep.hpp>
#include <kplane/rl/version.hpp>
