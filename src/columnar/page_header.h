// The header before each page of a Parquet column: a struct in Thrift's compact form. Private to src/columnar. What
// comes in may be damaged. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tenon::columnar {

struct PageHeader {
  enum class Kind { kData, kSecondData, kDictionary, kOther };

  Kind kind = Kind::kOther;
  size_t header_bytes = 0;
  int32_t bytes = 0;           // As it is stored, behind the header.
  int32_t unpacked_bytes = 0;  // Of a second data page its levels too, which are not packed.
  std::optional<uint32_t> checksum;
  int32_t values = 0;  // Nulls too.
  // Numbers of Parquet's enum Encoding.
  int32_t encoding = 0;
  int32_t definition_encoding = 0;  // Of a first data page.
  // Of a second data page.
  std::optional<int32_t> rows;
  int32_t definition_bytes = 0;
  int32_t repetition_bytes = 0;
  bool packed = true;
};

// kShort: the header goes on behind `bytes`. kWrong: it is none.
enum class HeaderParse { kDone, kShort, kWrong };
HeaderParse ParsePageHeader(std::span<const uint8_t> bytes, PageHeader* out);

}  // namespace tenon::columnar
