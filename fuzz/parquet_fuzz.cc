// The reader of Parquet takes any bytes: no crash, no hang, bounded memory, batches that keep the contract, and as many
// rows whether the file is near or far.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "columnar/parquet_reader.h"
#include "columnar/validate.h"

namespace {

using namespace tenon;

class Bytes : public columnar::ByteSource {
 public:
  Bytes(const uint8_t* data, size_t size, bool is_far)
      : bytes_(data, data + size), is_far_(is_far) {}
  std::string name() const override { return "path=bytes"; }
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  bool far() const override { return is_far_; }
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    size_t done = 0;
    for (auto at = static_cast<size_t>(offset); at < bytes_.size() && done < out.size(); ++at)
      out[done++] = bytes_[at];
    return done;
  }

 private:
  const std::basic_string<uint8_t> bytes_;
  const bool is_far_;
};

// Rows that were read before the end or an error.
int64_t Read(const uint8_t* data, size_t size, bool is_far, bool* failed) {
  constexpr int64_t kEnough = 1 << 20;
  auto reader = columnar::ParquetReader::Open(std::make_unique<Bytes>(data, size, is_far),
                                              {.memory_bytes = 32 << 20});
  *failed = !reader.ok();
  int64_t rows = 0;
  while (!*failed && rows < kEnough) {
    const auto batch = (*reader)->Next({});
    *failed = !batch.ok();
    if (*failed || !batch->has_value()) break;
    if (!columnar::ValidateFull(**batch).ok()) std::abort();
    rows += (*batch)->num_rows();
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bool near_failed = false, far_failed = false;
  const int64_t near_rows = Read(data, size, false, &near_failed);
  const int64_t far_rows = Read(data, size, true, &far_failed);
  if (!near_failed && !far_failed && near_rows != far_rows) std::abort();
  return 0;
}
