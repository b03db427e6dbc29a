#include "connectors/files/write/packed_format.h"

#include <string>
#include <utility>

#include "compression/compressor.h"

namespace tenon::files {
namespace {

using compression::Codec;
using compression::Compressor;
using object_store::StagedObject;
using object_store::StagedWriter;

class PackedWriter : public StagedWriter {
 public:
  static Result<std::unique_ptr<StagedWriter>> Open(Codec codec,
                                                    std::unique_ptr<StagedWriter> file) {
    auto opened = std::make_unique<PackedWriter>();
    StagedWriter* const below = file.get();
    opened->file_ = std::move(file);
    TENON_ASSIGN_OR_RETURN(opened->packer_,
                           Compressor::Make(codec, [below](std::span<const uint8_t> packed) {
                             return below->Append(packed);
                           }));
    return std::unique_ptr<StagedWriter>(std::move(opened));
  }

  Status Append(std::span<const uint8_t> bytes) override { return packer_->Append(bytes); }
  // Of the packed file, without what the codec still holds.
  int64_t bytes() const override { return file_->bytes(); }
  Result<StagedObject> Finish() override {
    TENON_RETURN_IF_ERROR(packer_->Finish());
    return file_->Finish();
  }

 private:
  std::unique_ptr<StagedWriter> file_;  // Outlives the packer, which appends to it.
  std::unique_ptr<Compressor> packer_;
};

class PackedFormat : public WriteFormat {
 public:
  PackedFormat(std::unique_ptr<WriteFormat> format, Codec codec)
      : format_(std::move(format)),
        codec_(codec),
        ending_(format_->ending() + std::string(compression::CodecEnding(codec))) {}

  const char* ending() const override { return ending_.c_str(); }
  bool one_schema() const override { return format_->one_schema(); }
  Status CheckSchema(const Schema& schema) const override { return format_->CheckSchema(schema); }
  Result<std::unique_ptr<WrittenFile>> Open(std::unique_ptr<StagedWriter> file,
                                            SchemaPtr schema) const override {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<StagedWriter> packed,
                           PackedWriter::Open(codec_, std::move(file)));
    return format_->Open(std::move(packed), std::move(schema));
  }

 private:
  const std::unique_ptr<WriteFormat> format_;
  const Codec codec_;
  const std::string ending_;
};

}  // namespace

std::unique_ptr<WriteFormat> Packed(std::unique_ptr<WriteFormat> format, Codec codec) {
  if (codec == Codec::kNone) return format;
  return std::make_unique<PackedFormat>(std::move(format), codec);
}

}  // namespace tenon::files
