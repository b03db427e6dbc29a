// Cells of a tree that move: entries of maps are dropped by rebuilding what stands behind them.
#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "connectors/files/json/json_tree.h"

namespace tenon::files {
namespace {

std::string_view TextAt(const JsonNode& node, int32_t row) {
  const auto* const offsets = node.slots[kString].buffer.as<int32_t>() + row;
  return {reinterpret_cast<const char*>(node.text.data()) + offsets[0],
          static_cast<size_t>(offsets[1] - offsets[0])};
}

size_t WidthOf(Kind kind) { return kind == kDecimal ? 16 : kind == kBoolean ? 1 : 8; }

}  // namespace

void JsonTree::CopyCell(const JsonNode& from, int32_t row, JsonNode& to, int32_t to_row) {
  const uint8_t tag = JsonTree::TagAt(from, row);
  if (tag == kNoTag) return;
  const auto kind = static_cast<Kind>(tag - 1);
  Prepare(to, to_row, kind);
  const uint8_t* const cells = from.slots[kind].buffer.data();
  const auto* const offsets = from.slots[kind].buffer.as<int32_t>() + row;
  auto* const to_end = to.slots[kind].buffer.as<int32_t>() + to_row + 1;
  switch (kind) {
    case kString: {
      const std::string_view text = TextAt(from, row);
      ReserveText(to, text.size());
      if (!text.empty()) std::memcpy(to.text.data() + to.text_bytes, text.data(), text.size());
      *to_end = to.text_bytes += static_cast<int32_t>(text.size());
      return;
    }
    case kArray:
      if (to.element == nullptr) to.element = std::make_unique<JsonNode>(&to.element_domain);
      for (int32_t i = offsets[0]; i < offsets[1]; ++i) {
        CopyCell(*from.element, i, *to.element, to.elements++);
      }
      *to_end = to.elements;
      return;
    case kMap:
      if (to.entries == nullptr) to.entries = std::make_unique<JsonEntries>();
      to.objects_are_maps = to.objects_are_maps || from.objects_are_maps;
      for (int32_t i = offsets[0]; i < offsets[1]; ++i) {
        CopyCell(from.entries->keys, i, to.entries->keys, to.entries->count);
        CopyCell(from.entries->values, i, to.entries->values, to.entries->count++);
      }
      *to_end = to.entries->count;
      return;
    case kStruct:
      if (to.fields == nullptr) to.fields = std::make_unique<JsonFields>(&to);
      for (const auto& field : from.fields->list) {
        if (JsonTree::TagAt(field->node, row) == kNoTag) continue;
        JsonField* same = to.fields->Find(field->name, field->hash);
        if (same == nullptr) {
          same = to.fields->Add(field->name, field->hash, to.domain);
          ++field_count_;
        }
        CopyCell(field->node, row, same->node, to_row);
      }
      return;
    default: {
      const size_t width = WidthOf(kind);
      std::memcpy(to.slots[kind].buffer.data() + static_cast<size_t>(to_row) * width,
                  cells + static_cast<size_t>(row) * width, width);
      to.widths |= from.widths;
    }
  }
}

void JsonTree::DropIdleEntries(JsonEntries& entries, int32_t begin) {
  const int32_t end = entries.count;
  const bool with_nulls = std::exchange(entries.with_nulls, false);
  if (end - begin < 2 && !with_nulls) return;
  constexpr int32_t kFew = 16;
  if (end - begin <= kFew && !with_nulls) {
    bool repeated = false;
    for (int32_t i = begin + 1; i < end && !repeated; ++i) {
      const std::string_view key = TextAt(entries.keys, i);
      for (int32_t j = begin; j < i && !repeated; ++j) repeated = key == TextAt(entries.keys, j);
    }
    if (!repeated) return;
  }
  std::unordered_map<std::string_view, int32_t> last;
  for (int32_t i = begin; i < end; ++i) last[TextAt(entries.keys, i)] = i;
  if (static_cast<int32_t>(last.size()) == end - begin && !with_nulls) return;
  JsonEntries kept;
  const int64_t fields_before = field_count_;  // Those of `kept` go with it.
  for (int32_t i = begin; i < end; ++i) {
    if (last.at(TextAt(entries.keys, i)) != i) continue;
    if (with_nulls && TagAt(entries.values, i) == kNoTag) continue;
    CopyCell(entries.keys, i, kept.keys, kept.count);
    CopyCell(entries.values, i, kept.values, kept.count++);
  }
  TakeBack(entries.keys, begin);
  TakeBack(entries.values, begin);
  entries.count = begin;
  for (int32_t i = 0; i < kept.count; ++i) {
    CopyCell(kept.keys, i, entries.keys, entries.count);
    CopyCell(kept.values, i, entries.values, entries.count++);
  }
  Reset(kept.keys);
  Reset(kept.values);
  field_count_ = fields_before;
}

}  // namespace tenon::files
