#include "cli/report/assets.hpp"

#include <array>
#include <cstddef>

// Defined by the sources that kplane_embed() generates.
namespace kplane::cli::reporting::assets {

extern const unsigned char kPage[];
extern const std::size_t kPageSize;
extern const unsigned char kStyle[];
extern const std::size_t kStyleSize;
extern const unsigned char kElements[];
extern const std::size_t kElementsSize;
extern const unsigned char kLineChart[];
extern const std::size_t kLineChartSize;
extern const unsigned char kHeatMap[];
extern const std::size_t kHeatMapSize;
extern const unsigned char kTimeline[];
extern const std::size_t kTimelineSize;
extern const unsigned char kTables[];
extern const std::size_t kTablesSize;
extern const unsigned char kReport[];
extern const std::size_t kReportSize;

}  // namespace kplane::cli::reporting::assets

namespace kplane::cli::reporting {

namespace {

std::string_view text_of(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::string_view page_frame() { return text_of(assets::kPage, assets::kPageSize); }
std::string_view page_style() { return text_of(assets::kStyle, assets::kStyleSize); }

std::string page_script() {
  const std::array<std::string_view, 6> files = {
      text_of(assets::kElements, assets::kElementsSize), text_of(assets::kLineChart, assets::kLineChartSize),
      text_of(assets::kHeatMap, assets::kHeatMapSize),   text_of(assets::kTimeline, assets::kTimelineSize),
      text_of(assets::kTables, assets::kTablesSize),     text_of(assets::kReport, assets::kReportSize),
  };
  std::string script;
  for (const std::string_view file : files) script += file;
  return script;
}

}  // namespace kplane::cli::reporting
