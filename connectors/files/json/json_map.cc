// Objects that are read as maps: a key and a value for each member, in place of a column for each name.
#include "connectors/files/json/json_walk.h"

namespace tenon::files {

JsonWalk::Position JsonWalk::Map(Position at, JsonNode& node, int32_t row, int depth) {
  tree_.Prepare(node, row, kMap);
  JsonEntries& entries = *node.entries;
  if (text_[*at] == '}') {
    ++at;
  } else {
    for (;;) {
      if (text_[*at] != '"') return Fail(at, "a name is missing");
      at = Entry(at, entries, depth);
      if (at == nullptr) return nullptr;
      const uint8_t c = text_[*at];
      ++at;
      if (c == ',') continue;
      if (c == '}') break;
      return Fail(at - 1, "a comma or } is missing");
    }
  }
  node.slots[kMap].buffer.as<int32_t>()[row + 1] = entries.count;
  EndMap(node, row);
  return at;
}

// A member of a record whose other fields go into the map `node`.
JsonWalk::Position JsonWalk::IntoMap(Position at, JsonNode& node, int32_t row, int depth) {
  if (node.length <= row) {
    tree_.Prepare(node, row, kMap);
    // It may be broken off before it has an entry.
    node.slots[kMap].buffer.as<int32_t>()[row + 1] = node.entries->count;
  }
  at = Entry(at, *node.entries, depth);
  node.slots[kMap].buffer.as<int32_t>()[row + 1] = node.entries->count;
  return at;
}

// All entries of the row are there.
void JsonWalk::EndMap(JsonNode& node, int32_t row) {
  JsonEntries& entries = *node.entries;
  const int32_t begin = node.slots[kMap].buffer.as<int32_t>()[row];
  tree_.DropIdleEntries(entries, begin);
  node.slots[kMap].buffer.as<int32_t>()[row + 1] = entries.count;
  // One byte more than they cost, as of elements.
  tree_.CountBytes((entries.count - begin) * (entries.domain.width + 1));
}

// All other fields of a record are there, if it has any. A map of nulls alone is none.
void JsonWalk::EndRest(JsonNode& node, int32_t row) {
  if (node.length <= row) return;
  EndMap(node, row);
  const int32_t* const ends = node.slots[kMap].buffer.as<int32_t>() + row;
  if (ends[0] == ends[1]) tree_.MarkNull(node, row);
}

// The member whose name is at *at.
JsonWalk::Position JsonWalk::Entry(Position at, JsonEntries& entries, int depth) {
  if (text_[at[1]] != ':') return Fail(at + 1, "a colon is missing");
  JsonNode& values = entries.values;
  const bool declared = values.declared.id() != TypeId::kNull;
  if (String(at, entries.keys, entries.count) == nullptr) return nullptr;
  // Where names drift, absent and null are one thing, as in columns. But it counts, as the last of equal names does.
  entries.with_nulls = entries.with_nulls || (!declared && text_[at[2]] == 'n');
  at = declared ? Declared(at + 2, values, entries.count, depth)
                : Value(at + 2, values, entries.count, depth);
  ++entries.count;
  return at;
}

}  // namespace tenon::files
