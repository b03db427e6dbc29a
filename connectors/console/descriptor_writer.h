// Bytes to an open descriptor, for whatever writes bytes: formats of files, Arrow streams, tables.
#pragma once

#include <string>

#include "columnar/byte_sink.h"
#include "connectors/console/console.h"
#include "object_store/store.h"

namespace tenon::console {

// One thread at a time.
class DescriptorWriter {
 public:
  explicit DescriptorWriter(const ConsoleSettings& settings) : settings_(settings) {}
  // Writes all. kCancelled: the reader is gone; else base::FileError.
  Status Write(const void* data, size_t bytes);
  int64_t bytes() const { return bytes_; }

 private:
  const ConsoleSettings settings_;
  int64_t bytes_ = 0;
};

// As a format of files wants it. `writer` is borrowed.
class StagedToDescriptor final : public object_store::StagedWriter {
 public:
  explicit StagedToDescriptor(DescriptorWriter& writer) : writer_(writer) {}
  Status Append(std::span<const uint8_t> bytes) override {
    return writer_.Write(bytes.data(), bytes.size());
  }
  int64_t bytes() const override { return writer_.bytes(); }
  Result<object_store::StagedObject> Finish() override { return object_store::StagedObject(); }

 private:
  DescriptorWriter& writer_;
};

// As Arrow's codecs want it. `writer` is borrowed.
class SinkToDescriptor final : public columnar::ByteSink {
 public:
  explicit SinkToDescriptor(DescriptorWriter& writer) : writer_(writer) {}
  Status Write(std::span<const std::byte> bytes) override {
    return writer_.Write(bytes.data(), bytes.size());
  }
  Result<int64_t> Tell() const override { return writer_.bytes(); }
  Status Close() override { return Status::Ok(); }

 private:
  DescriptorWriter& writer_;
};

}  // namespace tenon::console
