// Walks one JSON record along its structural positions and appends its values to a tree. One
// thread.
//
// What every record goes through is a kernel (json_walk_kernels.h), compiled for several sets of instructions and
// chosen at run time. This class is what the kernels share: whatever is rare, declared or a map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/files/json/json_tree.h"

namespace tenon::files {

// Nesting that a record may have. A bound on recursion here and in all that reads such batches.
constexpr int kMaxJsonDepth = 100;

// All give the same answers. kBaseline is there on every machine.
enum class JsonKernel : uint8_t { kBaseline, kAvx2 };
// Those that run on this machine, the fastest one last.
std::vector<JsonKernel> JsonKernels();

class JsonWalk {
 public:
  // REQUIRES: the kernel is one of JsonKernels(); the tree outlives the walk.
  static std::unique_ptr<JsonWalk> Make(JsonTree& tree, JsonKernel kernel);
  virtual ~JsonWalk() = default;

  // `text` is what the positions given to Record refer to. It must have 64 readable bytes before
  // and after.
  void SetText(const uint8_t* text) { text_ = text; }

  // Appends the record whose '{' is at *position to row tree.rows(). Returns the position behind
  // its '}', or null: the record is bad and error() says why, and the tree needs TakeBackRow.
  // REQUIRES: the positions end with one of a newline. Throws std::bad_alloc.
  virtual const uint32_t* Record(const uint32_t* position) = 0;

  const char* error() const { return error_; }
  uint32_t error_at() const { return error_at_; }
  // Whether the error is that the tree has no room for another field.
  bool out_of_fields() const { return out_of_fields_; }
  void ClearError() { out_of_fields_ = false; }

 protected:
  using Position = const uint32_t*;
  // The longest copy past a string's end, so that it can be copied in whole blocks.
  static constexpr size_t kCopySlack = 64;
  static constexpr size_t kBadEscape = ~size_t{0};

  explicit JsonWalk(JsonTree& tree) : tree_(tree) {}

  // Of the kernel.
  virtual Position Value(Position at, JsonNode& node, int32_t row, int depth) = 0;
  virtual Position String(Position at, JsonNode& node, int32_t row) = 0;
  // Copies the content of the string at *at to `to`, which has room for the way to the next structure and kCopySlack
  // more. Its size; kBadEscape: an escape is wrong.
  virtual size_t CopyString(Position at, uint8_t* to) = 0;

  Position Skip(Position at, int depth);
  Position Word(Position at, JsonNode& node, int32_t row);
  // The field of a key that is not the predicted one; null: Fail was called.
  JsonField* FieldOf(Position at, JsonFields& fields, RowDomain& domain);
  Position Fail(Position at, const char* error);
  // Behind the last byte of the number or word at *at.
  const uint8_t* ScalarEnd(Position at) const {
    const uint8_t* const begin = text_ + *at;
    const uint8_t* end = text_ + at[1];
    while (end > begin + 1 &&
           (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t'))
      --end;
    return end;
  }

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

std::unique_ptr<JsonWalk> MakeBaselineWalk(JsonTree& tree);
#if defined(__x86_64__)
std::unique_ptr<JsonWalk> MakeAvx2Walk(JsonTree& tree);
#endif

// Writes the text of a string's content, which starts at `from` and ends with an unescaped quote,
// to `to`, which needs as many bytes as the content has. Half of a surrogate pair becomes U+FFFD.
// The end of what was written; null: an escape is wrong.
uint8_t* Unescape(const uint8_t* from, uint8_t* to);

}  // namespace tenon::files
