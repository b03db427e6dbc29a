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

constexpr char kElements[] = "[*]";
constexpr char kValues[] = "*";

// The way from `from` to `to`; false: there is none.
bool FindSteps(const JsonNode& from, const JsonNode& to, JsonSteps* steps) {
  if (&from == &to) return true;
  const auto through = [&](const JsonNode& below, std::string step) {
    steps->push_back(std::move(step));
    if (FindSteps(below, to, steps)) return true;
    steps->pop_back();
    return false;
  };
  if (from.fields != nullptr) {
    for (const auto& field : from.fields->list) {
      if (through(field->node, "." + field->name)) return true;
    }
  }
  return (from.element != nullptr && through(*from.element, kElements)) ||
         (from.entries != nullptr && through(from.entries->values, kValues));
}

std::string TextOf(const JsonSteps& steps) {
  std::string text = "$";
  for (const std::string& step : steps) text += step == kValues ? ".*" : step;
  return text;
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
  if (&node == &root_) {
    const bool is_new = RareFieldsToMap(*note_->known());
    return is_new ? TextOf({std::string(".") + kRestName}) : "";
  }
  JsonSteps steps;
  FindSteps(root_, node, &steps);
  StructToMap(node);
  return note_->AddMap(steps) ? TextOf(steps) : "";
}

// Makes maps of what drifts elsewhere.
void JsonTree::FollowNote() {
  drifting_ = nullptr;  // Its fields may go.
  const std::shared_ptr<const DriftNote::Known> known = note_->known();
  if (known->rest && !root_.fields->closed && root_.fields->rest == nullptr)
    RareFieldsToMap(*known);
  for (const JsonSteps& steps : known->maps) {
    JsonNode* const node = NodeAt(steps);
    if (node != nullptr && !node->objects_are_maps && node->declared.id() == TypeId::kNull)
      StructToMap(*node);
  }
}

// Of a tree whose rare fields go into a map: what is a column elsewhere becomes one here too, from the next batch on.
void JsonTree::AddKnownColumns() {
  JsonFields& fields = *root_.fields;
  if (fields.rest == nullptr) return;
  for (const std::string& name : note_->known()->columns) {
    const uint32_t hash = HashName(name);
    if (fields.Find(name, hash) != nullptr) continue;
    fields.Add(name, hash, &root_rows_);
    ++field_count_;
  }
}

// Null: there is none yet.
JsonNode* JsonTree::NodeAt(const JsonSteps& steps) {
  JsonNode* node = &root_;
  for (const std::string& step : steps) {
    if (step == kElements) {
      node = node->element.get();
    } else if (step == kValues) {
      node = node->entries == nullptr ? nullptr : &node->entries->values;
    } else {
      const std::string_view name = std::string_view(step).substr(1);
      JsonField* const field =
          node->fields == nullptr ? nullptr : node->fields->Find(name, HashName(name));
      node = field == nullptr ? nullptr : &field->node;
    }
    if (node == nullptr) return nullptr;
  }
  return node;
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
  taken_back_ = true;
  node.objects_are_maps = true;
  if (node.fields == nullptr) node.fields = std::make_unique<JsonFields>(&node);
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
  field_count_ = FieldsBelow(root_);
}

// Whether nobody has told of it before. Fields that nothing can be said of yet are columns if they are known as such.
bool JsonTree::RareFieldsToMap(const DriftNote::Known& known) {
  taken_back_ = true;
  const std::unique_ptr<JsonFields> fields = std::move(root_.fields);
  const int64_t rows = fields->rows_before + rows_;
  root_.fields = std::make_unique<JsonFields>(&root_);
  JsonFields& kept = *root_.fields;
  kept.rows_before = fields->rows_before;
  std::vector<std::unique_ptr<JsonField>> rare;
  std::vector<std::string> columns;
  for (std::unique_ptr<JsonField>& field : fields->list) {
    field->next = nullptr;
    const bool frequent = rows >= kRareRows && !IsRare(*field, rows);
    if (frequent || std::count(known.columns.begin(), known.columns.end(), field->name) > 0) {
      columns.push_back(field->name);
      kept.Add(std::move(field));
    } else {
      rare.push_back(std::move(field));
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
  field_count_ = FieldsBelow(root_);
  return note_->AddColumns(columns);
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
