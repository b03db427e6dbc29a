// Walks and rewrites structures in Thrift's compact protocol, as Parquet's footer and page index are written, without
// knowing their fields: what is not asked for is copied byte by byte.
//
// Structures have no length in this protocol, so a number that grows moves nothing but what follows it. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "tenon/result.h"

namespace tenon::files {

enum class CompactType : uint8_t {
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
};

// A field as it stands in a structure: its value's bytes, borrowed, without the header.
struct CompactField {
  int16_t id = 0;
  CompactType type = CompactType::kStruct;
  std::span<const uint8_t> value;
};

// The fields of the structure at the front of `bytes`. `length`: how many bytes it has; may be null. kDataError: cut
// off, nested deeper than 32 levels, or no structure.
Result<std::vector<CompactField>> ReadStruct(std::span<const uint8_t> bytes,
                                             size_t* length = nullptr);
// The elements of a list of structures. kDataError: another list.
Result<std::vector<std::span<const uint8_t>>> ReadStructs(const CompactField& list);
// kDataError: not a whole number.
Result<int64_t> ReadNumber(const CompactField& field);

// Null when the structure has no such field.
const CompactField* FindField(const std::vector<CompactField>& fields, int16_t id);

// Writes one structure, its fields in ascending order of their ids.
class StructWriter {
 public:
  explicit StructWriter(std::string* out) : out_(out) {}
  void Copy(const CompactField& field);
  void Number(int16_t id, CompactType type, int64_t value);
  // Announces a list of `count` structures whose bytes the caller appends.
  void Structs(int16_t id, size_t count);
  // Announces a structure whose bytes the caller appends.
  void Struct(int16_t id) { Header(id, CompactType::kStruct); }
  void End() { out_->push_back('\0'); }

 private:
  void Header(int16_t id, CompactType type);

  std::string* out_;
  int16_t last_ = 0;
};

// Copies a structure with other numbers in some of its fields, which it has.
Status CopyWithNumbers(std::span<const uint8_t> structure,
                       const std::map<int16_t, int64_t>& numbers, std::string* out);

}  // namespace tenon::files
