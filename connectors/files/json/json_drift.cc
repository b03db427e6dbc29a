// Names that drift: beyond kMostFields names most of which are rare, a column for each would cost rows times names.
// Values move into a map, those of the batch at hand too.
#include <algorithm>
#include <utility>

#include "connectors/files/json/json_tree.h"

namespace tenon::files {
namespace {

// A field is rare when fewer than one row of so many has it. With fewer rows nothing can be said.
constexpr int64_t kRareRows = 100;
// Some values come together by chance.
constexpr int64_t kFewCells = 10;

int64_t FieldsBelow(const JsonNode& node) {
  int64_t count = 0;
  if (node.fields != nullptr) {
    for (const auto& field : node.fields->list) count += 1 + FieldsBelow(field->node);
  }
  if (node.element != nullptr) count += FieldsBelow(*node.element);
  if (node.entries != nullptr) count += FieldsBelow(node.entries->values);
  return count;
}

// The way from `from` to `to`; false: there is none.
bool FindPath(const JsonNode& from, const JsonNode& to, std::string* path) {
  if (&from == &to) return true;
  const size_t size = path->size();
  const auto through = [&](const JsonNode& below, const std::string& step) {
    *path += step;
    if (FindPath(below, to, path)) return true;
    path->resize(size);
    return false;
  };
  if (from.fields != nullptr) {
    for (const auto& field : from.fields->list) {
      if (through(field->node, "." + field->name)) return true;
    }
  }
  return (from.element != nullptr && through(*from.element, "[*]")) ||
         (from.entries != nullptr && through(from.entries->values, ".*"));
}

}  // namespace

int64_t JsonTree::CellsOf(const JsonNode& node) {
  if (node.state != kTagged) return node.length;
  return node.length - std::count(node.tags.data(), node.tags.data() + node.length, kNoTag);
}

bool JsonTree::IsRare(const JsonField& field, int64_t rows) const {
  const int64_t cells = field.cells_before + CellsOf(field.node);
  return rows >= kRareRows && (cells < kFewCells || cells * kRareRows < rows);
}

std::string JsonTree::SettleDrift() {
  JsonFields& fields = *std::exchange(drifting_, nullptr);
  JsonNode& node = *fields.owner;
  const int64_t rows = fields.rows_before + (&node == &root_ ? rows_ : node.length);
  const auto rare = std::count_if(fields.list.begin(), fields.list.end(),
                                  [&](const auto& field) { return IsRare(*field, rows); });
  if (2 * static_cast<size_t>(rare) < fields.list.size()) {
    fields.look_at *= 2;
    return "";
  }
  std::string path = "$";
  FindPath(root_, node, &path);
  taken_back_ = true;
  if (&node == &root_) {
    RareFieldsToMap();
    path += std::string(".") + kRestName;
  } else {
    StructToMap(node);
  }
  field_count_ = FieldsBelow(root_);
  return path;
}

// Gives back what the node holds, and what its rows cost.
void JsonTree::Drop(JsonNode& node) {
  int64_t width = node.state == kTagged ? 1 : 0;
  for (int kind = 0; kind < kKinds; ++kind) {
    if ((node.kinds & 1 << kind) != 0) width += WidthOfKind(static_cast<Kind>(kind));
  }
  node.domain->width -= width;
  if (node.domain == &root_rows_) bytes_ -= width * rows_;
  if (node.fields != nullptr) {
    for (const auto& field : node.fields->list) Drop(field->node);
  }
  Reset(node);
}

void JsonTree::StructToMap(JsonNode& node) {
  node.objects_are_maps = true;
  const std::unique_ptr<JsonFields> fields = std::move(node.fields);
  node.entries = std::make_unique<JsonEntries>();
  JsonEntries& entries = *node.entries;
  if (node.length > 0) {
    EnsureRoom(node, kMap, node.length - 1);
    auto* const offsets = node.slots[kMap].buffer.as<int32_t>();
    for (int32_t row = 0; row < node.length; ++row) {
      if (TagAt(node, row) == TagOf(kStruct)) {
        for (const auto& field : fields->list) AddEntry(*field, row, entries);
        if (node.state == kTagged) node.tags.data()[row] = TagOf(kMap);
      }
      offsets[row + 1] = entries.count;
    }
    node.slots[kMap].filled = node.length;
    if (node.state == TagOf(kStruct)) node.state = TagOf(kMap);
    node.kinds = static_cast<uint8_t>((node.kinds & ~(1 << kStruct)) | 1 << kMap);
    node.domain->width += WidthOfKind(kMap);
  }
  for (const auto& field : fields->list) Drop(field->node);
  CountBytes(entries.count * (entries.domain.width + 1));
}

void JsonTree::RareFieldsToMap() {
  const std::unique_ptr<JsonFields> fields = std::move(root_.fields);
  const int64_t rows = fields->rows_before + rows_;
  root_.fields = std::make_unique<JsonFields>(&root_);
  JsonFields& kept = *root_.fields;
  kept.rows_before = fields->rows_before;
  std::vector<std::unique_ptr<JsonField>> rare;
  for (std::unique_ptr<JsonField>& field : fields->list) {
    field->next = nullptr;
    if (IsRare(*field, rows)) {
      rare.push_back(std::move(field));
    } else {
      kept.Add(std::move(field));
    }
  }
  std::string name = kRestName;
  while (kept.Find(name, HashName(name)) != nullptr) name += '_';
  JsonNode& node = kept.Add(name, HashName(name), &root_rows_)->node;
  node.objects_are_maps = true;
  node.entries = std::make_unique<JsonEntries>();
  kept.rest = &node;
  MakeOther(kept, FieldUse::kIntoMap, &root_rows_);
  JsonEntries& entries = *node.entries;
  for (int32_t row = 0; row < rows_; ++row) {
    const int32_t begin = entries.count;
    for (const auto& field : rare) AddEntry(*field, row, entries);
    if (entries.count == begin) continue;
    Prepare(node, row, kMap);
    node.slots[kMap].buffer.as<int32_t>()[row + 1] = entries.count;
  }
  for (const auto& field : rare) Drop(field->node);
  CountBytes(entries.count * (entries.domain.width + 1));
}

// The field's value in a row, if it has one, as an entry.
void JsonTree::AddEntry(const JsonField& field, int32_t row, JsonEntries& entries) {
  if (TagAt(field.node, row) == kNoTag) return;
  JsonNode& keys = entries.keys;
  Prepare(keys, entries.count, kString);
  ReserveText(keys, field.name.size());
  std::copy(field.name.begin(), field.name.end(), keys.text.data() + keys.text_bytes);
  keys.text_bytes += static_cast<int32_t>(field.name.size());
  keys.slots[kString].buffer.as<int32_t>()[entries.count + 1] = keys.text_bytes;
  CopyCell(field.node, row, entries.values, entries.count++);
}

}  // namespace tenon::files
