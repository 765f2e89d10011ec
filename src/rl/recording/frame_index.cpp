#include "rl/recording/frame_index.hpp"

#include <kplane/error.hpp>
#include <nlohmann/json.hpp>

#include "rl/recording/array_items.hpp"
#include "rl/recording/json_value.hpp"
#include "rl/recording/line_fields.hpp"

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

template <class Integer>
Integer next_integer(ArrayItems& items) {
  const std::optional<std::string_view> item = items.next();
  const std::optional<Integer> number = item ? integer_of<Integer>(*item) : std::nullopt;
  if (!number) throw DecodeError("index: expected an integer", 0);
  return *number;
}

FrameIndex::Row row_of(std::string_view text) {
  ArrayItems items(text);
  FrameIndex::Row row;
  row.episode = next_integer<std::int64_t>(items);
  row.step = next_integer<std::int64_t>(items);
  row.plane = next_integer<std::uint32_t>(items);
  row.bytes = next_integer<std::uint64_t>(items);
  row.checksum = next_integer<std::uint32_t>(items);
  return row;
}

std::vector<FrameIndex::Row> rows_of(std::string_view text) {
  std::vector<FrameIndex::Row> rows;
  ArrayItems items(text);
  while (const std::optional<std::string_view> item = items.next()) {
    if (rows.size() == max_rows) throw DecodeError("index: too many steps", 0);
    rows.push_back(row_of(*item));
  }
  return rows;
}

/// At most as many as there can be steps: more would not be referenced.
std::vector<std::string> plane_ids_of(std::string_view text) {
  std::vector<std::string> planes;
  ArrayItems items(text);
  while (const std::optional<std::string_view> item = items.next()) {
    std::optional<std::string> plane = string_of(*item);
    if (!plane || planes.size() == max_rows) throw DecodeError("index: expected the IDs of planes", 0);
    planes.push_back(std::move(*plane));
  }
  return planes;
}

FrameIndex index_of(std::string_view text) {
  FrameIndex index;
  bool has_size = false;
  LineFields fields(text);
  while (fields.next()) {
    if (fields.key() == "planes") index.planes = plane_ids_of(fields.value());
    if (fields.key() == "steps") index.rows = rows_of(fields.value());
    if (fields.key() != "frame_bytes") continue;
    const std::optional<std::uint64_t> size = integer_of<std::uint64_t>(fields.value());
    has_size = size.has_value();
    index.frame_bytes = size.value_or(0);
  }
  if (!has_size) throw DecodeError("index: frame_bytes: expected an integer", 0);
  return index;
}

bool is_sound(const FrameIndex& index) {
  for (const FrameIndex::Row& row : index.rows) {
    if (row.plane >= index.planes.size()) return false;
  }
  for (const std::string& plane : index.planes) {
    if (plane.empty() || plane.size() > max_plane_bytes) return false;
  }
  return true;
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
    LineFields fields(content);
    if (!fields.next()) return std::nullopt;
    FrameIndex index = index_of(fields.value());
    if (!fields.next() && is_sound(index)) return index;
  } catch (const DecodeError&) {  // not an index of ours: the frame itself is read instead
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace kplane::rl::recording
