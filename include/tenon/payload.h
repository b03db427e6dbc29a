// Packs a few values into bytes that travel, and reads them back with every length checked.
//
//   std::string Serialize() const { return Pack(kVersion, first_, last_); }
//   ...
//   TENON_RETURN_IF_ERROR(Unpack(payload, kVersion, &first, &last));
//
// Layout: magic, version, then each value: int64, double and bool as 8 bytes little-endian, text as a length and
// its bytes, a list as a count and its values. Junk, a cut payload, a longer one and another version are
// kInvalidArgument; a newer version says so. No allocation is larger than the input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/status.h"

namespace tenon {

class PayloadWriter {
 public:
  explicit PayloadWriter(int32_t version);
  void Put(int64_t value);
  void Put(int value) { Put(static_cast<int64_t>(value)); }
  void Put(bool value) { Put(static_cast<int64_t>(value)); }
  void Put(double value);
  void Put(std::string_view value);
  void Put(const char* value) { Put(std::string_view(value)); }
  void Put(const std::string& value) { Put(std::string_view(value)); }
  void Put(const std::vector<std::string>& values);
  std::string Finish() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class PayloadReader {
 public:
  // `bytes` must outlive the reader.
  PayloadReader(std::string_view bytes, int32_t version);
  void Get(int64_t* value);
  void Get(int* value);
  void Get(bool* value);
  void Get(double* value);
  void Get(std::string* value);
  void Get(std::vector<std::string>* values);
  // Ok when everything was read and nothing is left; else what was wrong first.
  Status Finish() const;

 private:
  bool Take(size_t size, const char** data);
  void Fail(std::string message);

  std::string_view rest_;
  Status status_;
};

template <typename... Values>
std::string Pack(int32_t version, const Values&... values) {
  PayloadWriter writer(version);
  (writer.Put(values), ...);
  return std::move(writer).Finish();
}

template <typename... Values>
Status Unpack(std::string_view bytes, int32_t version, Values*... values) {
  PayloadReader reader(bytes, version);
  (reader.Get(values), ...);
  return reader.Finish();
}

}  // namespace tenon
