// The checks, in the files that their comments name. Each may throw what the library throws, which is a failure then.
#pragma once

#include "cli/doctor/examination.hpp"
#include "cli/doctor/finding.hpp"

namespace kplane::cli {

// connection_checks.cpp
Finding check_proxy(Examination& examination);
Finding check_address(Examination& examination);
Finding check_tls(Examination& examination);
Finding check_credentials(Examination& examination);

// server_checks.cpp
Finding check_ready(Examination& examination);
Finding check_version(Examination& examination);
Finding check_clock(Examination& examination);
Finding check_openapi(Examination& examination);
Finding check_fleets(Examination& examination);
Finding check_runs(Examination& examination);

// plane_checks.cpp
Finding check_root(Examination& examination);
Finding check_plane(Examination& examination);
Finding check_state(Examination& examination);
Finding check_informers(Examination& examination);
Finding check_roles(Examination& examination);
Finding check_controllers(Examination& examination);
Finding check_speed(Examination& examination);

// rights.cpp
Finding check_rights(Examination& examination);

}  // namespace kplane::cli
