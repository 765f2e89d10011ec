#pragma once

#include <kplane/manifest.hpp>
#include <kplane/manifest_options.hpp>
#include <kplane/manifest_results.hpp>
