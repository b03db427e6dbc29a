// Walks one JSON record along its structural positions and appends its values to a tree. One
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "connectors/files/json/json_tree.h"

namespace tenon::files {

// Nesting that a record may have. A bound on recursion here and in all that reads such batches.
constexpr int kMaxJsonDepth = 100;

class JsonWalk {
 public:
  explicit JsonWalk(JsonTree& tree) : tree_(tree) {}

  // `text` is what the positions given to Record refer to. It must have 64 readable bytes before
  // and after.
  void SetText(const uint8_t* text) { text_ = text; }

  // Appends the record whose '{' is at *position to row tree.rows(). Returns the position behind
  // its '}', or null: the record is bad and error() says why, and the tree needs TakeBackRow.
  // REQUIRES: the positions end with one of a newline. Throws std::bad_alloc.
  const uint32_t* Record(const uint32_t* position) {
    return Object(position + 1, *tree_.root().fields, *tree_.root().domain, tree_.rows(), 1);
  }

  const char* error() const { return error_; }
  uint32_t error_at() const { return error_at_; }
  // Whether the error is that the tree has no room for another field.
  bool out_of_fields() const { return out_of_fields_; }
  void ClearError() { out_of_fields_ = false; }

 private:
  using Position = const uint32_t*;
  // The longest copy past a string's end, so that it can be copied in whole blocks.
  static constexpr size_t kCopySlack = 64;
  static constexpr size_t kBadEscape = ~size_t{0};

  Position Object(Position at, JsonFields& fields, RowDomain& domain, int32_t row, int depth);
  Position Skip(Position at, int depth);
  Position Array(Position at, JsonNode& node, int32_t row, int depth);
  Position Value(Position at, JsonNode& node, int32_t row, int depth);
  Position String(Position at, JsonNode& node, int32_t row);
  Position Number(Position at, JsonNode& node, int32_t row);
  Position Word(Position at, JsonNode& node, int32_t row);
  JsonField* FieldOf(Position at, JsonFields& fields, RowDomain& domain);
  Position Fail(Position at, const char* error);
  size_t Unescaped(Position at, uint8_t* to);
  size_t CopyString(Position at, uint8_t* to);  // The same, from other files.
  const uint8_t* ScalarEnd(Position at) const;

  // json_declared.cc
  Position Declared(Position at, JsonNode& node, int32_t row, int depth);
  Position DeclaredNumber(Position at, JsonNode& node, int32_t row);
  Position DeclaredText(Position at, JsonNode& node, int32_t row);
  Position AsText(Position at, JsonNode& node, int32_t row, int depth);
  void PutText(JsonNode& node, int32_t row, std::string_view text);
  Position NotOf(Position at, const DataType& type);
  // json_map.cc
  Position Map(Position at, JsonNode& node, int32_t row, int depth);
  Position IntoMap(Position at, JsonNode& node, int32_t row, int depth);
  void EndMap(JsonNode& node, int32_t row);
  void EndRest(JsonNode& node, int32_t row);
  Position Entry(Position at, JsonEntries& entries, int depth);

  JsonTree& tree_;
  const uint8_t* text_ = nullptr;
  const char* error_ = nullptr;
  uint32_t error_at_ = 0;
  bool out_of_fields_ = false;
  std::string error_text_, scratch_;
};

// Writes the text of a string's content, which starts at `from` and ends with an unescaped quote,
// to `to`, which needs as many bytes as the content has. Half of a surrogate pair becomes U+FFFD.
// The end of what was written; null: an escape is wrong.
uint8_t* Unescape(const uint8_t* from, uint8_t* to);

}  // namespace tenon::files
