// Objects that are read as maps: a key and a value for each member, in place of a column for each name.
#include "connectors/files/json/json_walk.h"

namespace tenon::files {

JsonWalk::Position JsonWalk::Map(Position at, JsonNode& node, int32_t row, int depth) {
  tree_.Prepare(node, row, kMap);
  JsonEntries& entries = *node.entries;
  const int32_t begin = entries.count;
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
    tree_.DropRepeatedKeys(entries, begin);
  }
  node.slots[kMap].buffer.as<int32_t>()[row + 1] = entries.count;
  // One byte more than they cost, as of elements.
  tree_.CountBytes((entries.count - begin) * (entries.domain.width + 1));
  return at;
}

// The member whose name is at *at.
JsonWalk::Position JsonWalk::Entry(Position at, JsonEntries& entries, int depth) {
  if (String(at, entries.keys, entries.count) == nullptr) return nullptr;
  if (text_[at[1]] != ':') return Fail(at + 1, "a colon is missing");
  JsonNode& values = entries.values;
  at = values.declared.id() == TypeId::kNull ? Value(at + 2, values, entries.count, depth)
                                             : Declared(at + 2, values, entries.count, depth);
  ++entries.count;
  return at;
}

}  // namespace tenon::files
