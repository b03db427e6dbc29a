// Writes rows as JSON lines.
#include <string_view>
#include <utility>

#include "base/failpoint.h"
#include "columnar/json_text.h"
#include "connectors/files/json/json_format.h"

namespace tenon::files {
namespace {

constexpr size_t kTextBlockBytes = 1 << 20;

class JsonFile : public WrittenFile {
 public:
  JsonFile(std::unique_ptr<object_store::StagedWriter> file, bool omit_nulls)
      : file_(std::move(file)), omit_nulls_(omit_nulls) {}

  Status Write(RecordBatch batch) override {
    const columnar::JsonText rows(batch, {.omit_nulls = omit_nulls_});
    for (int64_t row = 0; row < batch.num_rows();) {
      row = rows.AppendLines(row, kTextBlockBytes, &text_);
      if (text_.size() >= kTextBlockBytes) TENON_RETURN_IF_ERROR(Flush());
    }
    return Status::Ok();
  }

  int64_t bytes() const override { return file_->bytes() + static_cast<int64_t>(text_.size()); }

  Result<object_store::StagedObject> Close() override {
    TENON_RETURN_IF_ERROR(Flush());
    TENON_FAILPOINT_STATUS("K12");
    return file_->Finish();
  }

 private:
  Status Flush() {
    const std::string_view text = text_.text();
    TENON_RETURN_IF_ERROR(
        file_->Append({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    text_.Clear();
    return Status::Ok();
  }

  std::unique_ptr<object_store::StagedWriter> file_;
  const bool omit_nulls_;
  columnar::TextBuffer text_;
};

class JsonWriteFormat : public WriteFormat {
 public:
  explicit JsonWriteFormat(bool omit_nulls) : omit_nulls_(omit_nulls) {}
  const char* ending() const override { return ".json"; }
  bool one_schema() const override { return false; }
  Status CheckSchema(const Schema&) const override { return Status::Ok(); }
  Result<std::unique_ptr<WrittenFile>> Open(std::unique_ptr<object_store::StagedWriter> file,
                                            SchemaPtr) const override {
    return std::make_unique<JsonFile>(std::move(file), omit_nulls_);
  }

 private:
  const bool omit_nulls_;
};

}  // namespace

std::unique_ptr<WriteFormat> MakeJsonWriteFormat(bool omit_nulls) {
  return std::make_unique<JsonWriteFormat>(omit_nulls);
}

}  // namespace tenon::files
