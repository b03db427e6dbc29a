#include "columnar/text_form.h"

#include <array>

#include "columnar/scalar_text.h"

namespace tenon::columnar {
namespace {

template <typename Put>
void AppendBy(const Put& put, std::string* out) {
  std::array<char, kMostScalarBytes> text;
  out->append(text.data(), static_cast<size_t>(put(text.data()) - text.data()));
}

}  // namespace

void AppendDouble(double value, std::string* out) {
  AppendBy([&](char* to) { return PutDouble(value, to); }, out);
}
void AppendFloat(float value, std::string* out) {
  AppendBy([&](char* to) { return PutFloat(value, to); }, out);
}
void AppendInteger(int64_t value, std::string* out) {
  AppendBy([&](char* to) { return PutInteger(value, to); }, out);
}
void AppendDecimal(const uint8_t* bytes, int width, int scale, std::string* out) {
  AppendBy([&](char* to) { return PutDecimal(bytes, width, scale, to); }, out);
}

void AppendScalar(const Column& column, int64_t row, std::string* out) {
  const TypeId type = column.type().id();
  if (type != TypeId::kString && type != TypeId::kBinary) {
    return AppendBy([&](char* to) { return PutScalar(column, row, to); }, out);
  }
  const ArrayNode& node = *column.node();
  const auto* const offsets = node.buffer<int32_t>(1) + node.offset + row;
  out->append(node.buffer<char>(2) + offsets[0], static_cast<size_t>(offsets[1] - offsets[0]));
}

}  // namespace tenon::columnar
