#include "columnar/ipc_stream.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/reader.h>
#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include <string>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::SchemaOf;
using ::testing::HasSubstr;

class TextSink final : public ByteSink {
 public:
  explicit TextSink(size_t room = SIZE_MAX) : room_(room) {}
  Status Write(std::span<const std::byte> bytes) override {
    if (text.size() + bytes.size() > room_) return Status::ResourceExhausted("Sink is full");
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return Status::Ok();
  }
  Result<int64_t> Tell() const override { return static_cast<int64_t>(text.size()); }
  Status Close() override { return Status::Ok(); }

  std::string text;

 private:
  const size_t room_;
};

constexpr char kFields[] = "a:long, c:choice<int,string>";

TEST(IpcStreamTest, ArrowsOwnReaderFindsSchemaAndBatches) {
  TextSink sink;
  const SchemaPtr schema = SchemaOf(kFields);
  ASSERT_OK_AND_ASSIGN(const auto writer, IpcStreamWriter::Make(sink, schema));
  ASSERT_THAT(writer->Write(Rows(schema, R"({"a": 1, "c": 2} {"a": 2, "c": "x"})")), IsOk());
  ASSERT_THAT(writer->Write(Rows(schema, R"({"a": null})")), IsOk());
  ASSERT_THAT(writer->Close(), IsOk());
  arrow::io::BufferReader bytes(arrow::Buffer::FromString(sink.text));
  auto reader = arrow::ipc::RecordBatchStreamReader::Open(&bytes);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_EQ((*reader)->schema()->field(0)->name(), "a");
  auto batches = (*reader)->ToRecordBatches();
  ASSERT_TRUE(batches.ok()) << batches.status().ToString();
  ASSERT_EQ(batches->size(), 2u);
  EXPECT_TRUE((*batches)[0]->ValidateFull().ok());
  EXPECT_EQ((*batches)[0]->num_rows() + (*batches)[1]->num_rows(), 3);
}

TEST(IpcStreamTest, WithoutRowsTheSchemaIsThere) {
  TextSink sink;
  ASSERT_OK_AND_ASSIGN(const auto writer, IpcStreamWriter::Make(sink, SchemaOf(kFields)));
  ASSERT_THAT(writer->Close(), IsOk());
  arrow::io::BufferReader bytes(arrow::Buffer::FromString(sink.text));
  auto reader = arrow::ipc::RecordBatchStreamReader::Open(&bytes);
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_EQ((*reader)->schema()->num_fields(), 2);
}

TEST(IpcStreamTest, TheSinksOwnErrorComesOut) {
  TextSink tiny(10);
  ASSERT_OK_AND_ASSIGN(const auto empty, IpcStreamWriter::Make(tiny, SchemaOf(kFields)));
  EXPECT_THAT(empty->Close(), IsError(StatusCode::kResourceExhausted, HasSubstr("Sink is full")));
  TextSink small(600);
  const SchemaPtr schema = SchemaOf("a:string");
  ASSERT_OK_AND_ASSIGN(const auto writer, IpcStreamWriter::Make(small, schema));
  EXPECT_THAT(writer->Write(Rows(schema, "{\"a\": \"" + std::string(4000, 'x') + "\"}")),
              IsError(StatusCode::kResourceExhausted, HasSubstr("Sink is full")));
}

}  // namespace
}  // namespace tenon::columnar
