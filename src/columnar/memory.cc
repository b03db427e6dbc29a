#include "columnar/memory.h"

#include <string_view>

#include "columnar/buffers.h"

namespace tenon::columnar {
namespace {

// Bits per value of a fixed-width layout; 0: none.
int64_t BitsPerValue(std::string_view format) {
  switch (format[0]) {
    case 'b': return 1;
    case 'c':
    case 'C': return 8;
    case 's':
    case 'S':
    case 'e': return 16;
    case 'i':
    case 'I':
    case 'f': return 32;
    case 'l':
    case 'L':
    case 'g': return 64;
    case 'd':
      if (format.ends_with(",256")) return 256;
      if (format.ends_with(",64")) return 64;
      return format.ends_with(",32") ? 32 : 128;
    case 't': return format == "tdD" || format == "tts" || format == "ttm" ? 32 : 64;
    default: return 0;
  }
}

template <typename Offset>
int64_t LastOffset(const ArrowArray& array, int64_t slots) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  return offsets == nullptr || slots == 0 ? 0 : static_cast<int64_t>(offsets[slots]);
}

// Views keep the sizes of their buffers in the last one.
int64_t ViewBytes(const ArrowArray& array, int64_t slots) {
  int64_t bytes = 16 * slots;
  const auto* sizes = static_cast<const int64_t*>(array.buffers[array.n_buffers - 1]);
  for (int64_t i = 0; i + 3 < array.n_buffers; ++i) bytes += sizes[i];
  return bytes;
}

int64_t WidthOf(std::string_view format) {
  int64_t width = 0;
  for (char digit : format.substr(2)) width = width * 10 + (digit - '0');
  return width;
}

int64_t OwnBytes(std::string_view format, const ArrowArray& array) {
  const int64_t slots = array.offset + array.length;
  if (format == "n" || format == "+r") return 0;
  int64_t bytes = 0;
  if (array.n_buffers > 0 && array.buffers[0] != nullptr && !format.starts_with("+u")) {
    bytes += BytesForBits(slots);
  }
  if (format == "u" || format == "z")
    return bytes + 4 * (slots + 1) + LastOffset<int32_t>(array, slots);
  if (format == "U" || format == "Z")
    return bytes + 8 * (slots + 1) + LastOffset<int64_t>(array, slots);
  if (format == "vu" || format == "vz") return bytes + ViewBytes(array, slots);
  if (format.starts_with("w:")) return bytes + slots * WidthOf(format);
  if (format == "+l" || format == "+m") return bytes + 4 * (slots + 1);
  if (format == "+L") return bytes + 8 * (slots + 1);
  if (format == "+vl") return bytes + 8 * slots;
  if (format == "+vL") return bytes + 16 * slots;
  if (format.starts_with("+us")) return bytes + slots;
  if (format.starts_with("+ud")) return bytes + 5 * slots;
  return bytes + (BitsPerValue(format) * slots + 7) / 8;
}

int64_t TreeBytes(const ArrowSchema& layout, const ArrowArray& array) {
  int64_t bytes = OwnBytes(layout.format, array);
  for (int64_t i = 0; i < array.n_children; ++i) {
    bytes += TreeBytes(*layout.children[i], *array.children[i]);
  }
  if (array.dictionary != nullptr) bytes += TreeBytes(*layout.dictionary, *array.dictionary);
  return bytes;
}

int64_t CanonicalBytes(const DataType& type, const ArrowArray& array);

int64_t ChildBytes(const DataType& type, const ArrowArray& array) {
  if (type.id() == TypeId::kMap) {
    const ArrowArray& entries = *array.children[0];
    return CanonicalBytes(DataType::String(), *entries.children[0]) +
           CanonicalBytes(type.element(), *entries.children[1]);
  }
  int64_t bytes = 0;
  for (int64_t i = 0; i < array.n_children; ++i) {
    bytes += CanonicalBytes(type.fields()[static_cast<size_t>(i)].type, *array.children[i]);
  }
  return bytes;
}

std::string_view FormatOf(const DataType& type) {
  switch (type.id()) {
    case TypeId::kNull: return "n";
    case TypeId::kBoolean: return "b";
    case TypeId::kByte: return "c";
    case TypeId::kShort: return "s";
    case TypeId::kInt:
    case TypeId::kFloat:
    case TypeId::kDate: return "i";
    case TypeId::kLong:
    case TypeId::kDouble:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampNtz: return "l";
    case TypeId::kDecimal: return type.precision() > 38 ? "d:76,0,256" : "d:38,0";
    case TypeId::kString:
    case TypeId::kBinary: return "u";
    case TypeId::kStruct: return "+s";
    case TypeId::kArray: return "+l";
    case TypeId::kMap: return "+m";
    case TypeId::kChoice: return "+us";
  }
  return "n";
}

int64_t CanonicalBytes(const DataType& type, const ArrowArray& array) {
  return OwnBytes(FormatOf(type), array) + ChildBytes(type, array);
}

}  // namespace

int64_t BufferBytes(const RecordBatch& batch) {
  int64_t bytes = 0;
  for (int i = 0; i < batch.num_columns(); ++i) {
    const ArrowArray& column = *batch.array().children[i];
    bytes += batch.layout() != nullptr ? TreeBytes(*batch.layout()->children[i], column)
                                       : CanonicalBytes(batch.schema().field(i).type, column);
  }
  return bytes;
}

}  // namespace tenon::columnar
