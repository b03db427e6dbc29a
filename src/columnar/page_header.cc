#include "columnar/page_header.h"

#include <limits>

namespace tenon::columnar {
namespace {

// Deeper nesting is not Parquet's.
constexpr int kMostDepth = 16;

enum WireType : uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kInt16 = 4,
  kInt32 = 5,
  kInt64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

struct FieldHead {
  int id = 0;
  uint8_t type = kStop;
};

// Reads values one after the other. After the first that fails all fail.
class CompactReader {
 public:
  explicit CompactReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  HeaderParse state() const { return state_; }
  bool ok() const { return state_ == HeaderParse::kDone; }
  size_t at() const { return at_; }

  // The next field of the struct at hand; false at its end, or when the bytes are wrong.
  bool NextField(FieldHead* field) {
    const uint8_t head = Byte();
    field->type = head & 15;
    if (!ok() || head == kStop) return false;
    const int64_t id = head >> 4 == 0 ? Signed() : field->id + (head >> 4);
    // Numbers of fields have 16 bits.
    if (id < 0 || id > std::numeric_limits<int16_t>::max()) Fail(HeaderParse::kWrong);
    field->id = static_cast<int>(id);
    return ok();
  }

  int32_t Int32(const FieldHead& field) {
    if (field.type != kInt32) Fail(HeaderParse::kWrong);
    const int64_t value = Signed();
    if (value < std::numeric_limits<int32_t>::min() || value > std::numeric_limits<int32_t>::max())
      Fail(HeaderParse::kWrong);
    return static_cast<int32_t>(value);
  }

  bool Bool(const FieldHead& field) {
    if (field.type != kTrue && field.type != kFalse) Fail(HeaderParse::kWrong);
    return field.type == kTrue;
  }

  bool Struct(const FieldHead& field) {
    if (field.type != kStruct) Fail(HeaderParse::kWrong);
    return ok();
  }

  void Skip(uint8_t type, int depth = 0) {
    if (depth > kMostDepth) return Fail(HeaderParse::kWrong);
    switch (type) {
      case kTrue:
      case kFalse: return;
      case kByte: return Pass(1);
      case kInt16:
      case kInt32:
      case kInt64: Varint(); return;
      case kDouble: return Pass(8);
      case kBinary: return Pass(Varint());
      case kUuid: return Pass(16);
      case kList:
      case kSet: return SkipList(depth);
      case kMap: return SkipMap(depth);
      case kStruct:
        for (FieldHead field; NextField(&field);) Skip(field.type, depth + 1);
        return;
      default: return Fail(HeaderParse::kWrong);
    }
  }

 private:
  void Fail(HeaderParse state) {
    if (ok()) state_ = state;
  }

  void Pass(uint64_t count) {
    if (!ok()) return;
    if (count > bytes_.size() - at_) return Fail(HeaderParse::kShort);
    at_ += count;
  }

  uint8_t Byte() {
    if (!ok() || at_ == bytes_.size()) {
      Fail(HeaderParse::kShort);
      return 0;
    }
    return bytes_[at_++];
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 127) << shift;
      if (!ok() || byte < 128) return value;
    }
    Fail(HeaderParse::kWrong);
    return 0;
  }

  int64_t Signed() {
    const uint64_t folded = Varint();
    return static_cast<int64_t>((folded >> 1) ^ (0 - (folded & 1)));
  }

  // A truth is a byte where it is not a field.
  void SkipElement(uint8_t type, int depth) {
    if (type == kTrue || type == kFalse) return Pass(1);
    Skip(type, depth + 1);
  }

  void SkipList(int depth) {
    const uint8_t head = Byte();
    uint64_t count = head >> 4;
    if (count == 15) count = Varint();
    for (; count > 0 && ok(); --count) SkipElement(head & 15, depth);
  }

  void SkipMap(int depth) {
    uint64_t count = Varint();
    if (count == 0) return;
    const uint8_t types = Byte();
    for (; count > 0 && ok(); --count) {
      SkipElement(types >> 4, depth);
      SkipElement(types & 15, depth);
    }
  }

  const std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  HeaderParse state_ = HeaderParse::kDone;
};

void ReadData(CompactReader& reader, PageHeader* out) {
  for (FieldHead field; reader.NextField(&field);) {
    switch (field.id) {
      case 1: out->values = reader.Int32(field); break;
      case 2: out->encoding = reader.Int32(field); break;
      case 3: out->definition_encoding = reader.Int32(field); break;
      default: reader.Skip(field.type);
    }
  }
}

void ReadDictionary(CompactReader& reader, PageHeader* out) {
  for (FieldHead field; reader.NextField(&field);) {
    switch (field.id) {
      case 1: out->values = reader.Int32(field); break;
      case 2: out->encoding = reader.Int32(field); break;
      default: reader.Skip(field.type);
    }
  }
}

void ReadSecondData(CompactReader& reader, PageHeader* out) {
  for (FieldHead field; reader.NextField(&field);) {
    switch (field.id) {
      case 1: out->values = reader.Int32(field); break;
      case 3: out->rows = reader.Int32(field); break;
      case 4: out->encoding = reader.Int32(field); break;
      case 5: out->definition_bytes = reader.Int32(field); break;
      case 6: out->repetition_bytes = reader.Int32(field); break;
      case 7: out->packed = reader.Bool(field); break;
      default: reader.Skip(field.type);
    }
  }
}

PageHeader::Kind KindOf(int32_t type) {
  switch (type) {
    case 0: return PageHeader::Kind::kData;
    case 2: return PageHeader::Kind::kDictionary;
    case 3: return PageHeader::Kind::kSecondData;
    default: return PageHeader::Kind::kOther;
  }
}

bool IsWhole(const PageHeader& header, bool has_own, bool has_type) {
  return has_type && (has_own || header.kind == PageHeader::Kind::kOther) && header.bytes >= 0 &&
         header.unpacked_bytes >= 0 && header.values >= 0 && header.definition_bytes >= 0 &&
         header.repetition_bytes >= 0 &&
         int64_t{header.definition_bytes} + header.repetition_bytes <= header.bytes;
}

}  // namespace

HeaderParse ParsePageHeader(std::span<const uint8_t> bytes, PageHeader* out) {
  *out = PageHeader();
  CompactReader reader(bytes);
  bool has_type = false, has_data = false, has_dictionary = false, has_second = false;
  for (FieldHead field; reader.NextField(&field);) {
    switch (field.id) {
      case 1:
        out->kind = KindOf(reader.Int32(field));
        has_type = true;
        break;
      case 2: out->unpacked_bytes = reader.Int32(field); break;
      case 3: out->bytes = reader.Int32(field); break;
      case 4: out->checksum = static_cast<uint32_t>(reader.Int32(field)); break;
      case 5:
        if ((has_data = reader.Struct(field))) ReadData(reader, out);
        break;
      case 7:
        if ((has_dictionary = reader.Struct(field))) ReadDictionary(reader, out);
        break;
      case 8:
        if ((has_second = reader.Struct(field))) ReadSecondData(reader, out);
        break;
      default: reader.Skip(field.type);
    }
  }
  if (!reader.ok()) return reader.state();
  out->header_bytes = reader.at();
  using Kind = PageHeader::Kind;
  const bool has_own = (out->kind == Kind::kData && has_data) ||
                       (out->kind == Kind::kDictionary && has_dictionary) ||
                       (out->kind == Kind::kSecondData && has_second);
  return IsWhole(*out, has_own, has_type) ? HeaderParse::kDone : HeaderParse::kWrong;
}

}  // namespace tenon::columnar
