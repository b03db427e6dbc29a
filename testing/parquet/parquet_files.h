// Parquet files that pyarrow writes, for tests of readers, and bytes of a test's own as a file.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "columnar/byte_source.h"
#include "columnar/parquet_reader.h"
#include "tenon/result.h"

namespace tenon::testing {

// A file in memory, which counts what is read of it.
class Bytes : public columnar::ByteSource {
 public:
  explicit Bytes(std::string bytes, bool is_far = false)
      : bytes_(std::move(bytes)), is_far_(is_far) {}

  static std::string Of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  std::string name() const override { return "path=bytes"; }
  int64_t size() const override { return static_cast<int64_t>(bytes_.size()); }
  bool far() const override { return is_far_; }
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    const size_t at = std::min(static_cast<size_t>(std::max<int64_t>(offset, 0)), bytes_.size());
    const size_t size = std::min(out.size(), bytes_.size() - at);
    if (size > 0) std::memcpy(out.data(), bytes_.data() + at, size);
    return size;
  }

 private:
  const std::string bytes_;
  const bool is_far_;
};

// All batches of the file, in order.
inline Result<std::vector<RecordBatch>> ReadBatches(std::unique_ptr<columnar::ByteSource> source,
                                                    columnar::ParquetReadOptions options = {},
                                                    const BatchLimits& limits = {},
                                                    columnar::ParquetReadCounts* counts = nullptr) {
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<columnar::ParquetReader> reader,
                         columnar::ParquetReader::Open(std::move(source), std::move(options)));
  std::vector<RecordBatch> batches;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next(limits));
    if (!batch) break;
    batches.push_back(*std::move(batch));
  }
  if (counts != nullptr) *counts = reader->counts();
  return batches;
}

// A folder of this process, removed at its end.
class ParquetFolder {
 public:
  ParquetFolder() {
    std::string name = std::filesystem::temp_directory_path().string() + "/tenon-parquet-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~ParquetFolder() { std::filesystem::remove_all(path_); }
  ParquetFolder(const ParquetFolder&) = delete;
  ParquetFolder& operator=(const ParquetFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  // Runs Python code that knows `pa`, `pq` and `folder`; false when it failed: its words stand in the test's output.
  bool Run(const std::string& code) const {
    const std::string script = path_ + "/script.py";
    std::ofstream(script) << "import sys, pyarrow as pa, pyarrow.parquet as pq\nfolder = '" << path_
                          << "/'\n"
                          << code;
    return std::system(("'" TENON_PYTHON "' " + script + " 1>&2").c_str()) == 0;
  }
  // 0.parquet, 0.arrow and so on, as make_files.py says.
  bool MakeFiles(uint64_t seed, int count, const std::string& how = "") const {
    const std::string command =
        "'" TENON_PYTHON "' '" TENON_SOURCE "/testing/parquet/make_files.py' '" + path_ + "' " +
        std::to_string(seed) + " " + std::to_string(count) + " " + how + " 1>&2";
    return std::system(command.c_str()) == 0;
  }

 private:
  std::string path_;
};

}  // namespace tenon::testing
