#include "tenon/payload.h"

#include <bit>
#include <cstring>
#include <limits>

namespace tenon {
namespace {

// The first bytes of every payload: what is not ours is told from what is cut.
constexpr std::string_view kMagic = "TNpl";
constexpr size_t kWordBytes = 8;
constexpr size_t kHeaderBytes = 8;  // Magic and version.

void PutWord(uint64_t word, size_t bytes, std::string* out) {
  char text[kWordBytes];
  for (size_t i = 0; i < kWordBytes; ++i) text[i] = static_cast<char>(word >> (8 * i) & 0xFF);
  out->append(text, bytes);
}

uint64_t GetWord(const char* data, size_t bytes) {
  uint64_t word = 0;
  for (size_t i = 0; i < bytes; ++i)
    word |= static_cast<uint64_t>(static_cast<uint8_t>(data[i])) << (8 * i);
  return word;
}

}  // namespace

PayloadWriter::PayloadWriter(int32_t version) {
  bytes_ = kMagic;
  PutWord(static_cast<uint32_t>(version), kHeaderBytes - kMagic.size(), &bytes_);
}

void PayloadWriter::Put(int64_t value) {
  PutWord(static_cast<uint64_t>(value), kWordBytes, &bytes_);
}

void PayloadWriter::Put(double value) {
  PutWord(std::bit_cast<uint64_t>(value), kWordBytes, &bytes_);
}

void PayloadWriter::Put(std::string_view value) {
  Put(static_cast<int64_t>(value.size()));
  bytes_ += value;
}

void PayloadWriter::Put(const std::vector<std::string>& values) {
  Put(static_cast<int64_t>(values.size()));
  for (const std::string& value : values) Put(value);
}

PayloadReader::PayloadReader(std::string_view bytes, int32_t version) : rest_(bytes) {
  const char* header = nullptr;
  if (!bytes.starts_with(kMagic.substr(0, bytes.size())) || bytes.empty()) {
    Fail("Payload is not one of ours: bytes=" + std::to_string(bytes.size()));
    return;
  }
  if (!Take(kHeaderBytes, &header)) return;
  const auto found =
      static_cast<int32_t>(GetWord(header + kMagic.size(), kHeaderBytes - kMagic.size()));
  if (found == version) return;
  const std::string facts =
      ": version=" + std::to_string(found) + " known=" + std::to_string(version);
  if (found > version) {
    Fail("Payload is of a newer version" + facts);
    status_ = std::move(status_).WithHint("Use the same version of the connector everywhere.");
  } else {
    Fail("Payload is of an older version" + facts);
  }
}

bool PayloadReader::Take(size_t size, const char** data) {
  if (!status_.ok()) return false;
  if (size > rest_.size()) {
    Fail("Payload is cut: wanted=" + std::to_string(size) +
         " left=" + std::to_string(rest_.size()));
    return false;
  }
  *data = rest_.data();
  rest_.remove_prefix(size);
  return true;
}

void PayloadReader::Fail(std::string message) {
  if (status_.ok()) status_ = Status::InvalidArgument(std::move(message));
}

void PayloadReader::Get(int64_t* value) {
  const char* data = nullptr;
  if (Take(kWordBytes, &data)) *value = static_cast<int64_t>(GetWord(data, kWordBytes));
}

void PayloadReader::Get(int* value) {
  int64_t wide = 0;
  Get(&wide);
  if (!status_.ok()) return;
  if (wide < std::numeric_limits<int>::min() || wide > std::numeric_limits<int>::max()) {
    return Fail("Payload has a number out of range: value=" + std::to_string(wide));
  }
  *value = static_cast<int>(wide);
}

void PayloadReader::Get(bool* value) {
  int64_t wide = 0;
  Get(&wide);
  if (!status_.ok()) return;
  if (wide != 0 && wide != 1)
    return Fail("Payload has no truth value: value=" + std::to_string(wide));
  *value = wide == 1;
}

void PayloadReader::Get(double* value) {
  const char* data = nullptr;
  if (Take(kWordBytes, &data)) *value = std::bit_cast<double>(GetWord(data, kWordBytes));
}

void PayloadReader::Get(std::string* value) {
  int64_t size = 0;
  const char* data = nullptr;
  Get(&size);
  if (!status_.ok()) return;
  if (size < 0) return Fail("Payload has a negative length: length=" + std::to_string(size));
  if (Take(static_cast<size_t>(size), &data)) value->assign(data, static_cast<size_t>(size));
}

void PayloadReader::Get(std::vector<std::string>* values) {
  int64_t count = 0;
  Get(&count);
  if (!status_.ok()) return;
  // Each text has at least its length: a count beyond that is junk, seen before anything is allocated.
  if (count < 0 || static_cast<uint64_t>(count) > rest_.size() / kWordBytes) {
    return Fail("Payload has a wrong count: count=" + std::to_string(count));
  }
  values->clear();
  for (int64_t i = 0; i < count && status_.ok(); ++i) Get(&values->emplace_back());
}

Status PayloadReader::Finish() const {
  TENON_RETURN_IF_ERROR(status_);
  if (rest_.empty()) return Status::Ok();
  return Status::InvalidArgument("Payload is too long: left=" + std::to_string(rest_.size()));
}

}  // namespace tenon
