#include "connectors/files/json/json_tree.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "tenon/options.h"

namespace tenon::files {
namespace {

constexpr int64_t kTagWidth = 1;
constexpr int32_t kFirstRoom = 64;
constexpr int64_t kMaxFields = 100'000;

bool HasOffsets(Kind kind) { return kind == kArray || kind == kMap || kind == kString; }

template <typename Word>
Word Load(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  return word;
}

void SetPattern(JsonField& field) {
  const std::string& name = field.name;
  if (name.size() + 1 > sizeof(field.pattern)) return;
  for (const char c : name) {
    if (c == '"' || c == '\\' || static_cast<uint8_t>(c) < 0x20) return;
  }
  std::memcpy(field.pattern, name.data(), name.size());
  field.pattern[name.size()] = '"';
  field.pattern_mask = static_cast<uint32_t>((uint64_t{2} << name.size()) - 1);
}

}  // namespace

JsonNode::JsonNode(RowDomain* rows_of) : domain(rows_of) {}
JsonNode::~JsonNode() = default;

uint32_t HashName(std::string_view name) {
  const size_t size = name.size();
  const char* const text = name.data();
  uint64_t hash = size * 0x9e3779b97f4a7c15u;
  for (size_t at = 0; at + 8 < size; at += 8) {
    hash = (hash ^ Load<uint64_t>(text + at)) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  // The last bytes; loads may overlap.
  uint64_t word = 0;
  if (size >= 8) {
    word = Load<uint64_t>(text + size - 8);
  } else if (size >= 4) {
    word = Load<uint32_t>(text) | uint64_t{Load<uint32_t>(text + size - 4)} << 32;
  } else if (size > 0) {
    const auto byte = [&](size_t at) { return uint64_t{static_cast<uint8_t>(text[at])}; };
    word = byte(0) | byte(size / 2) << 8 | byte(size - 1) << 16;
  }
  hash = (hash ^ word) * 0xff51afd7ed558ccdu;
  return static_cast<uint32_t>(hash >> 32);
}

JsonField* JsonFields::Find(std::string_view name, uint32_t hash) const {
  if (table.empty()) return nullptr;
  const size_t mask = table.size() - 1;
  for (size_t at = hash & mask; table[at] != nullptr; at = (at + 1) & mask) {
    if (table[at]->hash == hash && table[at]->name == name) return table[at];
  }
  return nullptr;
}

JsonField* JsonFields::Add(std::string_view name, uint32_t hash, RowDomain* domain) {
  auto field = std::make_unique<JsonField>(domain);
  field->name = name;
  field->hash = hash;
  SetPattern(*field);
  return Add(std::move(field));
}

JsonField* JsonFields::Add(std::unique_ptr<JsonField> field) {
  const uint32_t hash = field->hash;
  list.push_back(std::move(field));
  JsonField* added = list.back().get();
  if (2 * list.size() > table.size()) {
    table.assign(std::max<size_t>(8, 2 * table.size()), nullptr);
    for (const auto& each : list) {
      size_t at = each->hash & (table.size() - 1);
      while (table[at] != nullptr) at = (at + 1) & (table.size() - 1);
      table[at] = each.get();
    }
  } else {
    size_t at = hash & (table.size() - 1);
    while (table[at] != nullptr) at = (at + 1) & (table.size() - 1);
    table[at] = added;
  }
  return added;
}

JsonTree::JsonTree(std::shared_ptr<BufferPool> pool, JsonColumns columns,
                   std::shared_ptr<DriftNote> note)
    : pool_(std::move(pool)),
      columns_(std::move(columns)),
      note_(note == nullptr ? std::make_shared<DriftNote>() : std::move(note)),
      root_(&root_rows_) {
  Forget();
}

JsonTree::~JsonTree() {
  Reset(root_);  // Gives the buffers back to the pool.
}

JsonField* JsonTree::FindOrAdd(JsonFields& fields, std::string_view name, RowDomain* domain) {
  const uint32_t hash = HashName(name);
  JsonField* found = fields.Find(name, hash);
  if (found != nullptr) return found;
  const bool at_root = &fields == root_.fields.get();
  const bool wanted = !at_root || IsWanted(name);
  // What was asked for by name is a column however many other names there are.
  const bool named = at_root && wanted && columns_.names.has_value();
  if (!named && fields.other != nullptr) return fields.other.get();
  if (!named && fields.list.size() >= fields.look_at) {
    if (!wanted) return MakeOther(fields, FieldUse::kSkip, domain);
    drifting_ = &fields;
    return nullptr;
  }
  if (field_count_ >= kMaxFields) return nullptr;
  ++field_count_;
  JsonField* const added = fields.Add(name, hash, domain);
  if (!wanted) added->use = FieldUse::kSkip;
  return added;
}

JsonField* JsonTree::MakeOther(JsonFields& fields, FieldUse use, RowDomain* domain) {
  fields.other = std::make_unique<JsonField>(domain);
  fields.other->use = use;
  return fields.other.get();
}

bool JsonTree::IsWanted(std::string_view name) const {
  const std::optional<std::vector<std::string>>& names = columns_.names;
  return !names || std::any_of(names->begin(), names->end(), [&](const std::string& column) {
    return EqualsIgnoreCase(column, name);
  });
}

void JsonTree::MakeTagged(JsonNode& node) {
  node.tag_room = std::max({kFirstRoom, node.length + 1, node.last_rows});
  node.tags = pool_->Take(static_cast<size_t>(node.tag_room));
  node.tag_room = static_cast<int32_t>(
      std::min<size_t>(node.tags.capacity(), std::numeric_limits<int32_t>::max()));
  if (node.state != kNoTag) {
    std::memset(node.tags.data(), node.state, static_cast<size_t>(node.length));
    node.slots[node.state - 1].filled = node.length;
  }
  node.state = kTagged;
  node.domain->width += kTagWidth;
  bytes_ += kTagWidth * node.length;
}

// Rows, or bytes of text.
constexpr size_t kMostForeseen = 16 << 20;
// So much text tells what the rest will be like, in however few rows.
constexpr size_t kTellingBytes = 512 << 10;

// What a column that has so much of something now will have when the batch ends.
size_t JsonTree::Foreseen(size_t used) const {
  // From a few short rows nothing follows; and rows are not all alike.
  if (rows_ == 0 || (rows_ < kFirstRoom && used < kTellingBytes)) return 0;
  if (expected_rows_ <= rows_) return 0;
  const auto foreseen = static_cast<size_t>(1.06 * static_cast<double>(used) *
                                            static_cast<double>(expected_rows_) / rows_);
  // One long value among short ones would foresee many.
  return std::min(foreseen, kMostForeseen);
}

void JsonTree::EnsureRoom(JsonNode& node, Kind kind, int32_t row) {
  Slots& slots = node.slots[kind];
  if (row < slots.room || kind == kStruct) return;
  const size_t width = static_cast<size_t>(WidthOfKind(kind));
  const size_t extra = HasOffsets(kind) ? 1 : 0;
  const size_t used = static_cast<size_t>(slots.filled) + extra;
  const size_t wanted =
      std::max(static_cast<size_t>(std::max({row + 1, node.last_rows, kFirstRoom})),
               slots.room == 0 ? 0 : Foreseen(static_cast<size_t>(row))) +
      extra;
  pool_->Grow(slots.buffer, slots.room == 0 ? 0 : used * width, wanted * width);
  if (slots.room == 0 && HasOffsets(kind)) slots.buffer.as<int32_t>()[0] = 0;
  slots.room = static_cast<int32_t>(slots.buffer.capacity() / width - extra);
}

// Rows [filled, row) of the kind have none of it: zeros, so that no batch shows what a buffer held
// before.
void JsonTree::FillHoles(JsonNode& node, Kind kind, int32_t row) {
  Slots& slots = node.slots[kind];
  if (kind == kStruct) return;
  const int32_t from = slots.filled;
  if (from < row) {
    if (HasOffsets(kind)) {
      auto* offsets = slots.buffer.as<int32_t>();
      std::fill(offsets + from + 1, offsets + row + 1, offsets[from]);
    } else {
      const size_t width = static_cast<size_t>(WidthOfKind(kind));
      std::memset(slots.buffer.data() + static_cast<size_t>(from) * width, 0,
                  static_cast<size_t>(row - from) * width);
    }
    slots.filled = row;
  }
}

void JsonTree::PrepareSlowly(JsonNode& node, int32_t row, Kind kind) {
  if (node.length > row) TakeBack(node, row);
  const uint8_t tag = TagOf(kind);
  Slots& slots = node.slots[kind];
  if (node.first_row < 0) node.first_row = row;
  if ((node.kinds & (1 << kind)) == 0) {
    node.kinds |= static_cast<uint8_t>(1 << kind);
    node.domain->width += WidthOfKind(kind);
    bytes_ += WidthOfKind(kind) * row;
  }
  const bool dense = node.state == kNoTag ? row == 0 : node.state == tag && node.length == row;
  if (!dense && node.state != kTagged) MakeTagged(node);
  if (node.state != kTagged) {
    node.state = tag;
    slots.filled = row;
    EnsureRoom(node, kind, row);
  } else {
    if (row >= node.tag_room) {
      pool_->Grow(node.tags, static_cast<size_t>(node.length), static_cast<size_t>(row) + 1);
      node.tag_room = static_cast<int32_t>(
          std::min<size_t>(node.tags.capacity(), std::numeric_limits<int32_t>::max()));
    }
    FillGap(node, row);
    node.tags.data()[row] = tag;
    EnsureRoom(node, kind, row);
    FillHoles(node, kind, row);
    slots.filled = row + 1;
  }
  node.length = row + 1;
}

// Rows [length, row) have no value.
void JsonTree::FillGap(JsonNode& node, int32_t row) {
  std::memset(node.tags.data() + node.length, kNoTag, static_cast<size_t>(row - node.length));
}

void JsonTree::GrowText(JsonNode& node, size_t more) {
  const auto used = static_cast<size_t>(node.text_bytes);
  // A little more than the batch before, which is likely to be enough.
  const auto before = static_cast<size_t>(node.last_text_bytes);
  pool_->Grow(node.text, used, std::max({used + more, before + before / 8, Foreseen(used)}));
}

void JsonTree::MarkNull(JsonNode& node, int32_t row) {
  if (node.length > row) TakeBack(node, row);
  if (node.first_row < 0) node.first_row = row;
}

void JsonTree::TakeBack(JsonNode& node, int32_t row) {
  taken_back_ = true;
  if (node.first_row >= row) {
    node.first_row = -1;
    node.kinds = 0;
  }
  if (node.length > row) {
    const bool dense = node.state != kTagged;
    for (int kind = 0; kind < kKinds; ++kind) {
      Slots& slots = node.slots[kind];
      if (dense && node.state == TagOf(static_cast<Kind>(kind))) slots.filled = node.length;
      slots.filled = std::min(slots.filled, row);
    }
    if (node.slots[kString].room > 0) {
      node.text_bytes = node.slots[kString].buffer.as<int32_t>()[node.slots[kString].filled];
    }
    node.length = row;
    if (dense && row == 0) node.state = kNoTag;
  }
  if (node.fields != nullptr) {
    for (const auto& field : node.fields->list) TakeBack(field->node, row);
  }
  if (node.element != nullptr && node.slots[kArray].room > 0) {
    const int32_t known = node.state == TagOf(kArray) ? node.length : node.slots[kArray].filled;
    const int32_t filled = std::min(known, row);
    node.elements = node.slots[kArray].buffer.as<int32_t>()[filled];
    TakeBack(*node.element, node.elements);
  }
  if (node.entries != nullptr && node.slots[kMap].room > 0) {
    JsonEntries& entries = *node.entries;
    const int32_t known = node.state == TagOf(kMap) ? node.length : node.slots[kMap].filled;
    entries.count = node.slots[kMap].buffer.as<int32_t>()[std::min(known, row)];
    TakeBack(entries.keys, entries.count);
    TakeBack(entries.values, entries.count);
  }
}

void JsonTree::Reset(JsonNode& node) {
  if (node.length > 0) node.last_rows = node.length;
  for (Slots& slots : node.slots) {
    if (slots.room > 0) pool_->Give(std::move(slots.buffer));
    slots.buffer = Buffer();
    slots.filled = 0;
    slots.room = 0;
  }
  if (node.tag_room > 0) pool_->Give(std::move(node.tags));
  node.tag_room = 0;
  pool_->Give(std::move(node.text));
  node.state = kNoTag;
  node.kinds = 0;
  node.widths = 0;
  node.length = 0;
  node.first_row = -1;
  if (node.text_bytes > 0) node.last_text_bytes = node.text_bytes;
  node.text_bytes = 0;
  node.elements = 0;
  node.element_domain.width = 0;
  if (node.element != nullptr) Reset(*node.element);
  if (node.entries != nullptr) {
    Reset(node.entries->keys);
    Reset(node.entries->values);
    node.entries->domain.width = 0;
    node.entries->count = 0;
  }
  if (node.fields != nullptr) {
    for (const auto& field : node.fields->list) Reset(field->node);
  }
}

void JsonTree::Forget() {
  Reset(root_);
  root_.fields = std::make_unique<JsonFields>(&root_);
  root_rows_.width = 0;
  bytes_ = 0;
  field_count_ = 0;
  drifting_ = nullptr;
  if (columns_.declared) {
    DeclareFields(*root_.fields, columns_.declared->fields(), &root_rows_);
  }
}

void JsonTree::DeclareFields(JsonFields& fields, std::span<const Field> declared,
                             RowDomain* domain) {
  fields.closed = true;
  MakeOther(fields, FieldUse::kSkip, domain);
  for (const Field& field : declared) {
    ++field_count_;
    JsonField* const added = fields.Add(field.name, HashName(field.name), domain);
    DeclareNode(added->node, field.type);
    if (added->node.declared.id() != TypeId::kNull) added->use = FieldUse::kDeclaredType;
  }
}

void JsonTree::DeclareNode(JsonNode& node, const DataType& type) {
  if (type.id() == TypeId::kChoice) return;
  node.declared = type;
  if (type.id() == TypeId::kStruct) {
    node.fields = std::make_unique<JsonFields>(&node);
    DeclareFields(*node.fields, type.fields(), node.domain);
  } else if (type.id() == TypeId::kArray) {
    node.element = std::make_unique<JsonNode>(&node.element_domain);
    DeclareNode(*node.element, type.element());
  } else if (type.id() == TypeId::kMap) {
    node.entries = std::make_unique<JsonEntries>();
    DeclareNode(node.entries->values, type.element());
  }
}

}  // namespace tenon::files
