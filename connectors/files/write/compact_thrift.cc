#include "connectors/files/write/compact_thrift.h"

#include <algorithm>

namespace tenon::files {
namespace {

constexpr int kMostLevels = 32;

Status CutOff() { return Status::DataError("Thrift structure is cut off or damaged"); }

// Reads from the front of its bytes.
class Cursor {
 public:
  explicit Cursor(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  size_t position() const { return position_; }
  std::span<const uint8_t> Since(size_t begin) const {
    return bytes_.subspan(begin, position_ - begin);
  }

  Result<uint8_t> Byte() {
    if (position_ >= bytes_.size()) return CutOff();
    return bytes_[position_++];
  }

  Result<uint64_t> Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      TENON_ASSIGN_OR_RETURN(const uint8_t byte, Byte());
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    return CutOff();
  }

  Result<int64_t> Number() {
    TENON_ASSIGN_OR_RETURN(const uint64_t zigzag, Varint());
    return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
  }

  Status Skip(uint64_t count) {
    if (count > bytes_.size() - position_) return CutOff();
    position_ += static_cast<size_t>(count);
    return Status::Ok();
  }

  struct Elements {
    uint64_t count = 0;
    CompactType type = CompactType::kStruct;
  };
  Result<Elements> ListHeader() {
    TENON_ASSIGN_OR_RETURN(const uint8_t head, Byte());
    Elements elements{.count = static_cast<uint64_t>(head >> 4),
                      .type = static_cast<CompactType>(head & 0x0f)};
    if (elements.count == 15) {
      TENON_ASSIGN_OR_RETURN(elements.count, Varint());
    }
    return elements;
  }

  Status SkipValue(CompactType type, int level, bool element) {
    if (level > kMostLevels) return CutOff();
    switch (type) {
      case CompactType::kTrue:
      case CompactType::kFalse: return Skip(element ? 1 : 0);
      case CompactType::kByte: return Skip(1);
      case CompactType::kI16:
      case CompactType::kI32:
      case CompactType::kI64: return Varint().status();
      case CompactType::kDouble: return Skip(8);
      case CompactType::kBinary: {
        TENON_ASSIGN_OR_RETURN(const uint64_t length, Varint());
        return Skip(length);
      }
      case CompactType::kList:
      case CompactType::kSet: return SkipList(level);
      case CompactType::kMap: return SkipMap(level);
      case CompactType::kStruct: return Fields(level, nullptr);
    }
    return CutOff();
  }

  // Reads a structure; `fields` may be null.
  Status Fields(int level, std::vector<CompactField>* fields) {
    int16_t id = 0;
    for (;;) {
      TENON_ASSIGN_OR_RETURN(const uint8_t head, Byte());
      if (head == 0) return Status::Ok();
      const auto type = static_cast<CompactType>(head & 0x0f);
      if (head >> 4 != 0) {
        id = static_cast<int16_t>(id + (head >> 4));
      } else {
        TENON_ASSIGN_OR_RETURN(const int64_t whole, Number());
        id = static_cast<int16_t>(whole);
      }
      const size_t begin = position_;
      TENON_RETURN_IF_ERROR(SkipValue(type, level + 1, false));
      if (fields != nullptr) fields->push_back({id, type, Since(begin)});
    }
  }

 private:
  Status SkipList(int level) {
    TENON_ASSIGN_OR_RETURN(const Elements elements, ListHeader());
    for (uint64_t i = 0; i < elements.count; ++i)
      TENON_RETURN_IF_ERROR(SkipValue(elements.type, level + 1, true));
    return Status::Ok();
  }

  Status SkipMap(int level) {
    TENON_ASSIGN_OR_RETURN(const uint64_t count, Varint());
    if (count == 0) return Status::Ok();
    TENON_ASSIGN_OR_RETURN(const uint8_t types, Byte());
    for (uint64_t i = 0; i < count; ++i) {
      TENON_RETURN_IF_ERROR(SkipValue(static_cast<CompactType>(types >> 4), level + 1, true));
      TENON_RETURN_IF_ERROR(SkipValue(static_cast<CompactType>(types & 0x0f), level + 1, true));
    }
    return Status::Ok();
  }

  const std::span<const uint8_t> bytes_;
  size_t position_ = 0;
};

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void AppendNumber(int64_t value, std::string* out) {
  AppendVarint((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63), out);
}

bool IsNumber(CompactType type) {
  return type == CompactType::kI16 || type == CompactType::kI32 || type == CompactType::kI64;
}

}  // namespace

Result<std::vector<CompactField>> ReadStruct(std::span<const uint8_t> bytes, size_t* length) {
  Cursor cursor(bytes);
  std::vector<CompactField> fields;
  TENON_RETURN_IF_ERROR(cursor.Fields(0, &fields));
  if (length != nullptr) *length = cursor.position();
  return fields;
}

Result<std::vector<std::span<const uint8_t>>> ReadStructs(const CompactField& list) {
  if (list.type != CompactType::kList) return CutOff();
  Cursor cursor(list.value);
  TENON_ASSIGN_OR_RETURN(const Cursor::Elements elements, cursor.ListHeader());
  if (elements.type != CompactType::kStruct) return CutOff();
  std::vector<std::span<const uint8_t>> structs;
  for (uint64_t i = 0; i < elements.count; ++i) {
    const size_t begin = cursor.position();
    TENON_RETURN_IF_ERROR(cursor.Fields(1, nullptr));
    structs.push_back(cursor.Since(begin));
  }
  return structs;
}

Result<int64_t> ReadNumber(const CompactField& field) {
  if (!IsNumber(field.type)) return CutOff();
  return Cursor(field.value).Number();
}

const CompactField* FindField(const std::vector<CompactField>& fields, int16_t id) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [id](const CompactField& field) { return field.id == id; });
  return found == fields.end() ? nullptr : &*found;
}

void StructWriter::Header(int16_t id, CompactType type) {
  const int delta = id - last_;
  if (delta > 0 && delta < 16) {
    out_->push_back(static_cast<char>(delta << 4 | static_cast<int>(type)));
  } else {
    out_->push_back(static_cast<char>(type));
    AppendNumber(id, out_);
  }
  last_ = id;
}

void StructWriter::Copy(const CompactField& field) {
  Header(field.id, field.type);
  out_->append(reinterpret_cast<const char*>(field.value.data()), field.value.size());
}

void StructWriter::Number(int16_t id, CompactType type, int64_t value) {
  Header(id, type);
  AppendNumber(value, out_);
}

void StructWriter::Structs(int16_t id, size_t count) {
  Header(id, CompactType::kList);
  const auto type = static_cast<int>(CompactType::kStruct);
  if (count < 15) {
    out_->push_back(static_cast<char>(static_cast<int>(count) << 4 | type));
  } else {
    out_->push_back(static_cast<char>(0xf0 | type));
    AppendVarint(count, out_);
  }
}

Status CopyWithNumbers(std::span<const uint8_t> structure,
                       const std::map<int16_t, int64_t>& numbers, std::string* out) {
  TENON_ASSIGN_OR_RETURN(const std::vector<CompactField> fields, ReadStruct(structure));
  StructWriter writer(out);
  for (const CompactField& field : fields) {
    const auto other = numbers.find(field.id);
    if (other == numbers.end()) {
      writer.Copy(field);
    } else {
      if (!IsNumber(field.type)) return CutOff();
      writer.Number(field.id, field.type, other->second);
    }
  }
  writer.End();
  return Status::Ok();
}

}  // namespace tenon::files
