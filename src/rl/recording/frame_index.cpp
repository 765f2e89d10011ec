#include "rl/recording/frame_index.hpp"

#include <nlohmann/json.hpp>

namespace kplane::rl::recording {

namespace {

using Json = nlohmann::json;

constexpr std::string_view mark = R"({"index":{)";

std::string little_endian(std::uint32_t number) {
  constexpr int bytes = 4;
  std::string text;
  for (int i = 0; i < bytes; ++i, number >>= 8U) text += static_cast<char>(number & 0xFFU);
  return text;
}

Json row_json(const FrameIndex::Row& row) {
  return Json::array({row.episode, row.step, row.plane, row.bytes, row.checksum});
}

FrameIndex::Row row_of(const Json& json) {
  return {json.at(0).get<std::int64_t>(), json.at(1).get<std::int64_t>(), json.at(2).get<std::uint32_t>(),
          json.at(3).get<std::uint64_t>(), json.at(4).get<std::uint32_t>()};
}

bool is_sound(const FrameIndex& index) {
  for (const FrameIndex::Row& row : index.rows) {
    if (row.plane >= index.planes.size()) return false;
  }
  for (const std::string& plane : index.planes) {
    if (plane.empty() || plane.size() > max_plane_bytes) return false;
  }
  return index.rows.size() <= max_rows;
}

}  // namespace

std::string write_index_frame(const FrameIndex& index) {
  constexpr std::uint32_t magic = 0x184D2A5B;
  Json rows = Json::array();
  for (const FrameIndex::Row& row : index.rows) rows.push_back(row_json(row));
  const Json content = {{"frame_bytes", index.frame_bytes}, {"planes", index.planes}, {"steps", std::move(rows)}};
  const std::string text = Json{{"index", content}}.dump();
  return little_endian(magic) + little_endian(static_cast<std::uint32_t>(text.size())) + text;
}

std::optional<FrameIndex> read_index(std::string_view content) {
  if (content.size() > max_index_bytes || content.substr(0, mark.size()) != mark) return std::nullopt;
  try {
    const Json json = Json::parse(content).at("index");
    FrameIndex index;
    index.frame_bytes = json.at("frame_bytes").get<std::uint64_t>();
    index.planes = json.at("planes").get<std::vector<std::string>>();
    for (const Json& row : json.at("steps")) index.rows.push_back(row_of(row));
    if (is_sound(index)) return index;
  } catch (const Json::exception&) {  // it is of somebody else: the frame itself says what is in it
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace kplane::rl::recording
