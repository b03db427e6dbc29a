// The columns that JSON records grow while they are read: one node for each path, and in it one
// growable buffer for each kind of value that the path has had in this batch.
//
// A cell is stored at its own row whatever its kind, so a node with several kinds is a sparse union
// already. A node is in one of three states: empty (no value yet), dense (every row so far has a
// value of one kind: no tags), tagged (a byte a row tells the kind, 0 = none). Rows that lack a
// field cost nothing until its next value or the batch's end fills them. Whole numbers are kept in
// 64 bits and their width is decided at the batch's end. json_walk.h writes, Finish makes the
// batch; learned fields and their order stay for the next one. One thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/buffers/buffer_pool.h"
#include "connectors/files/json/drift_note.h"
#include "connectors/files/json/schema_cache.h"
#include "tenon/record_batch.h"

namespace tenon::files {

// In the order in which a choice lists its members: by type name. A tag is a kind + 1.
enum Kind : uint8_t { kArray, kBoolean, kDecimal, kDouble, kInteger, kMap, kString, kStruct };
constexpr int kKinds = 8;
constexpr uint8_t kNoTag = 0;
constexpr uint8_t kTagged = 0xff;  // Node::state.
// What a row costs while it is read; a struct costs nothing but its tag.
constexpr int64_t WidthOfKind(Kind kind) {
  constexpr int64_t kWidths[kKinds] = {4, 1, 16, 8, 8, 4, 4, 0};
  return kWidths[kind];
}
constexpr uint8_t TagOf(Kind kind) { return static_cast<uint8_t>(kind + 1); }

// Bits of Node::widths.
constexpr uint8_t kFits32 = 1;
constexpr uint8_t kNeeds64 = 2;

// Beyond so many names in one struct most of which are rare, values stand in a map in place of a column each.
constexpr size_t kMostFields = 1000;
// The column of records that holds it.
constexpr char kRestName[] = "other_fields";

struct JsonFields;
struct JsonEntries;

// Rows that grow together: the batch's, or the elements of one list path. `width` is what a row
// costs in all columns.
struct RowDomain {
  int64_t width = 0;
};

// Values of one kind by row. Of strings, lists and maps: offsets, of which there is one more than rows.
struct Slots {
  Buffer buffer;
  int32_t filled =
      0;  // Rows written, holes included. Of a dense node: not kept up, its length says it.
  int32_t room = 0;  // Rows that fit.
};

uint32_t HashName(std::string_view name);

struct JsonNode {
  explicit JsonNode(RowDomain* rows_of);
  ~JsonNode();

  uint8_t state = kNoTag;  // kNoTag: empty; the tag of its only kind: dense; kTagged.
  uint8_t kinds = 0;       // A bit for each kind met.
  uint8_t widths = 0;      // Of whole numbers.
  int32_t length = 0;      // Rows known; those up to the domain's rows are none.
  int32_t first_row = -1;  // Where the path was first met in this batch, null or not.
  int32_t tag_room = 0;
  Slots slots[kKinds];  // Of kStruct: unused.
  Buffer tags;
  Buffer text;  // Bytes of strings.
  int32_t text_bytes = 0;
  int32_t elements = 0;   // Rows of `element`.
  int32_t last_rows = 0;  // Of the batch before: how much room to begin with.
  int32_t last_text_bytes = 0;
  RowDomain* domain;
  RowDomain element_domain;
  std::unique_ptr<JsonNode> element;
  std::unique_ptr<JsonFields> fields;
  std::unique_ptr<JsonEntries> entries;
  DataType declared;              // Null: types are found in the values.
  bool objects_are_maps = false;  // Its names drift.
};

// What the maps of one node hold, one behind the other.
struct JsonEntries {
  RowDomain domain;
  JsonNode keys{&domain};  // Of strings alone, one for each value.
  JsonNode values{&domain};
  int32_t count = 0;
  bool with_nulls = false;  // Of the row that is being read: nulls are to be dropped.
};

// What is done with the values of a field.
enum class FieldUse : uint8_t { kFindType, kDeclaredType, kSkip, kIntoMap };

struct JsonField {
  explicit JsonField(RowDomain* domain) : node(domain) {}

  // The bytes that follow a key's opening quote where this field stands: the name and the closing
  // quote, and a bit for each of them; if that is at most 32 bytes and the name needs no escapes. Else a zero byte,
  // which no name has, and only the slow look-up finds the field.
  alignas(32) uint8_t pattern[32] = {};
  uint32_t pattern_mask = 1;
  uint32_t hash = 0;
  FieldUse use = FieldUse::kFindType;
  JsonField* next = nullptr;  // Which field followed this one last time.
  JsonNode node;
  std::string name;
  int64_t cells_before = 0;  // Values in the batches before.
};

struct JsonFields {
  explicit JsonFields(JsonNode* node) : owner(node) {}

  JsonNode* owner;                               // Whose fields these are.
  std::vector<std::unique_ptr<JsonField>> list;  // As first met.
  std::vector<JsonField*> table;  // Open addressing; a power of two, at most half full.
  JsonField* first = nullptr;     // Which field came first last time.
  bool closed = false;            // Declared: all are columns, with values or without.
  std::unique_ptr<JsonField>
      other;                     // What any other name is from now on; null: a field of its own.
  JsonNode* rest = nullptr;      // Of a field in `list`: the map that takes values of other names.
  size_t look_at = kMostFields;  // With so many names it is asked whether they drift.
  int64_t rows_before = 0;       // Rows of the batches before.

  JsonField* Find(std::string_view name, uint32_t hash) const;
  JsonField* Add(std::string_view name, uint32_t hash, RowDomain* domain);
  JsonField* Add(std::unique_ptr<JsonField> field);
};

// What is wanted of records.
struct JsonColumns {
  std::optional<std::vector<std::string>> names;  // The only fields, in any case; none: all.
  // The fields and their types; others are passed over. A type that is null or a choice is found in the values, as are
  // all of them without this.
  std::optional<Schema> declared;
};

class JsonTree {
 public:
  // `note` is shared with the other trees of the scan; null: there are none.
  explicit JsonTree(std::shared_ptr<BufferPool> pool, JsonColumns columns = {},
                    std::shared_ptr<DriftNote> note = nullptr);
  ~JsonTree();

  JsonNode& root() { return root_; }
  int32_t rows() const { return rows_; }
  // About what the batch would take if it ended here, rows without a value included.
  int64_t bytes() const { return bytes_; }

  // About how many rows the batch will have when it ends: what is too small makes room for so many at once.
  void ExpectRows(int64_t rows) { expected_rows_ = rows; }

  // The record walked at rows() is whole.
  void EndRow() {
    ++rows_;
    bytes_ += root_rows_.width;
  }
  // Takes back all that the record at rows() has left.
  void TakeBackRow() { TakeBack(root_, rows_); }

  // Makes row `row` of the node one of `kind` and its slot writable; a value that is there already
  // (a duplicate key) is taken back, rows in between become none. Throws std::bad_alloc, as all
  // below.
  void Prepare(JsonNode& node, int32_t row, Kind kind) {
    Slots& slots = node.slots[kind];
    if (node.length <= row && row < slots.room) {
      if (node.state == TagOf(kind) && node.length == row) {
        node.length = row + 1;
        return;
      }
      if (node.state == kTagged && row < node.tag_room && (node.kinds & 1 << kind) != 0) {
        if (node.length < row) FillGap(node, row);
        if (slots.filled < row) FillHoles(node, kind, row);
        node.tags.data()[row] = TagOf(kind);
        slots.filled = row + 1;
        node.length = row + 1;
        return;
      }
    }
    PrepareSlowly(node, row, kind);
  }
  // What stands in a row of the node: the tag of a kind, or kNoTag.
  static uint8_t TagAt(const JsonNode& node, int32_t row) {
    if (row >= node.length) return kNoTag;
    return node.state == kTagged ? node.tags.data()[row] : node.state;
  }
  void MarkNull(JsonNode& node, int32_t row);
  // Room for `more` bytes behind the node's text.
  void ReserveText(JsonNode& node, size_t more) {
    if (static_cast<size_t>(node.text_bytes) + more > node.text.capacity()) GrowText(node, more);
  }
  void CountBytes(int64_t bytes) { bytes_ += bytes; }
  // The field of this name, made when it is new, or what such a name is. Null: there are too many in the tree, or
  // drifting().
  JsonField* FindOrAdd(JsonFields& fields, std::string_view name, RowDomain* domain);

  // Whether the names of a struct may drift: the record is to be taken back, SettleDrift called and the record read
  // again.
  bool drifting() const { return drifting_ != nullptr; }
  // Makes a map of what drifts, of this batch's rows too: a struct becomes one, and of records the rare fields go into
  // the column kRestName. The path that did; empty: its names are not rare, or another reader has told of it. REQUIRES:
  // drifting(), and TakeBackRow was called.
  std::string SettleDrift();

  // Of equal keys among entries [begin, entries.count) only the last one stays; with `with_nulls` only if it has a
  // value.
  void DropIdleEntries(JsonEntries& entries, int32_t begin);

  // The rows so far as a batch, whose schema is one of `schemas`; empty for the next one
  // afterwards. What drifts in other trees of the scan is a map in this batch too.
  Result<RecordBatch> Finish(SchemaCache& schemas);
  // Drops learned fields. REQUIRES: rows() == 0.
  void Forget();
  int64_t field_count() const { return field_count_; }

 private:
  friend class JsonBatchMaker;

  void PrepareSlowly(JsonNode& node, int32_t row, Kind kind);
  void GrowText(JsonNode& node, size_t more);
  size_t Foreseen(size_t used) const;
  static void FillGap(JsonNode& node, int32_t row);
  void TakeBack(JsonNode& node, int32_t row);
  void MakeTagged(JsonNode& node);
  static void FillHoles(JsonNode& node, Kind kind, int32_t row);
  void EnsureRoom(JsonNode& node, Kind kind, int32_t row);
  void Reset(JsonNode& node);
  // json_drift.cc
  static int64_t CellsOf(const JsonNode& node);
  bool IsRare(const JsonField& field, int64_t rows) const;
  JsonNode* NodeAt(const JsonSteps& steps);
  void FollowNote();
  void AddKnownColumns();
  void StructToMap(JsonNode& node);
  bool RareFieldsToMap(const DriftNote::Known& known);
  void Drop(JsonNode& node);
  void AddEntry(const JsonField& field, int32_t row, JsonEntries& entries);
  // json_cells.cc: appends the value of a cell, if it has one, to a cell behind the others of `to`.
  void CopyCell(const JsonNode& from, int32_t row, JsonNode& to, int32_t to_row);

  bool IsWanted(std::string_view name) const;
  void DeclareFields(JsonFields& fields, std::span<const Field> declared, RowDomain* domain);
  static JsonField* MakeOther(JsonFields& fields, FieldUse use, RowDomain* domain);
  void DeclareNode(JsonNode& node, const DataType& type);

  std::shared_ptr<BufferPool> pool_;
  const JsonColumns columns_;
  const std::shared_ptr<DriftNote> note_;
  RowDomain root_rows_;
  JsonNode root_;
  int32_t rows_ = 0;
  int64_t expected_rows_ = 0;
  int64_t bytes_ = 0;
  int64_t field_count_ = 0;
  bool taken_back_ = false;  // Kinds and widths may name values that are gone.
  JsonFields* drifting_ = nullptr;
};

}  // namespace tenon::files
