#include "columnar/parquet_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "columnar/slice.h"
#include "tenon/batch_builder.h"
#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::IsError;
using tenon::testing::IsErrorNumber;
using tenon::testing::IsOk;
using tenon::testing::Rows;
using tenon::testing::SchemaOf;
using ::testing::AllOf;
using ::testing::HasSubstr;

class FileSink : public ByteSink {
 public:
  explicit FileSink(const std::string& path) : file_(path, std::ios::binary) {}
  Status Write(std::span<const std::byte> bytes) override {
    file_.write(reinterpret_cast<const char*>(bytes.data()),
                static_cast<std::streamsize>(bytes.size()));
    written_ += static_cast<int64_t>(bytes.size());
    return Status::Ok();
  }
  Result<int64_t> Tell() const override { return written_; }
  Status Close() override {
    file_.close();
    return Status::Ok();
  }

 private:
  std::ofstream file_;
  int64_t written_ = 0;
};

// Takes `limit` bytes, then says that the disk is full; counts calls after that.
class FullSink : public ByteSink {
 public:
  FullSink(int64_t limit, int* calls_after_error) : limit_(limit), calls_(calls_after_error) {}
  Status Write(std::span<const std::byte> bytes) override {
    if (failed_) ++*calls_;
    written_ += static_cast<int64_t>(bytes.size());
    if (written_ <= limit_) return Status::Ok();
    failed_ = true;
    return Status::ResourceExhausted("Disk is full: path=/somewhere").WithHint("Make room.");
  }
  Result<int64_t> Tell() const override { return written_; }
  Status Close() override { return Status::Ok(); }

 private:
  int64_t limit_, written_ = 0;
  int* calls_;
  bool failed_ = false;
};

class ParquetWriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("parquet_writer_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return (folder_ / "out.parquet").string(); }

  Result<ParquetSummary> WriteAll(RecordBatch batch, ParquetOptions options = {}) {
    const SchemaPtr schema = batch.schema_ptr();
    TENON_ASSIGN_OR_RETURN(
        auto writer, ParquetWriter::Open(std::make_unique<FileSink>(path()), schema, options));
    TENON_RETURN_IF_ERROR(writer->Write(std::move(batch)));
    return writer->Close();
  }

  // What Python code prints about the file `f`, opened by pyarrow.
  std::string Ask(const std::string& code) const {
    const std::string command = std::string("'") + TENON_PYTHON +
                                "' -c 'import pyarrow.parquet as q; f = q.ParquetFile(\"" + path() +
                                "\"); " + code + "' 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "no Python";
    std::string text;
    std::array<char, 4096> buffer;
    for (size_t n; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
      text.append(buffer.data(), n);
    pclose(pipe);
    return text;
  }

  std::filesystem::path folder_;
};

TEST_F(ParquetWriterTest, EveryTypeIsReadBackByPyarrow) {
  ASSERT_THAT(
      WriteAll(Rows(
          "b:boolean, y:byte, h:short, i:int, l:long, f:float, d:double, e:decimal(10,2), "
          "s:string, x:binary, a:date, t:time, z:timestamp, n:timestamp_ntz, "
          "r:struct<p:int,q:array<string>>, m:map<string,long>",
          R"({"b": true, "y": 1, "h": 2, "i": 3, "l": 4, "f": 0.5, "d": 1.25, "e": "-3.10", "s": "ä",
                                "x": "bin", "a": "2026-01-31", "t": "01:02:03.5", "z": "2026-01-31 10:00:00.000001",
                                "n": "1969-12-31 23:59:59", "r": {"p": 7, "q": ["u", null]}, "m": {"k": 1}}
                               {})")),
      IsOk());
  EXPECT_EQ(
      Ask("print(*[(c.name, str(c.type)) for c in f.schema_arrow], sep=\"\\n\")"),
      "('b', 'bool')\n('y', 'int8')\n('h', 'int16')\n('i', 'int32')\n('l', 'int64')\n('f', "
      "'float')\n"
      "('d', 'double')\n('e', 'decimal128(10, 2)')\n('s', 'string')\n('x', 'binary')\n('a', "
      "'date32[day]')\n"
      "('t', 'time64[us]')\n('z', 'timestamp[us, tz=UTC]')\n('n', 'timestamp[us]')\n"
      "('r', 'struct<p: int32, q: list<element: string>>')\n('m', \"map<string, int64 ('m')>\")\n");
  EXPECT_EQ(Ask("print(*[str(v) for v in f.read().to_pylist()[0].values()], sep=\"\\n\")"),
            "True\n1\n2\n3\n4\n0.5\n1.25\n-3.10\n\303\244\nb'bin'\n2026-01-31\n01:02:03.500000\n"
            "2026-01-31 10:00:00.000001+00:00\n1969-12-31 23:59:59\n{'p': 7, 'q': ['u', "
            "None]}\n[('k', 1)]\n");
  EXPECT_EQ(Ask("print(set(f.read().to_pylist()[1].values()))"), "{None}\n");
}

TEST_F(ParquetWriterTest, CompressionStatisticsAndRowGroupsAreAsAsked) {
  const RecordBatch probe = Rows("i:int", "");
  std::string rows;
  for (int i = 0; i < 10; ++i) rows += "{\"i\": " + std::to_string(i) + "}";
  const auto column = [&](const char* what) {
    return Ask(
        std::string("c = f.metadata.row_group(0).column(0); print(f.metadata.num_row_groups, ") +
        what + ")");
  };
  ASSERT_OK_AND_ASSIGN(ParquetSummary summary,
                       WriteAll(Rows("i:int", rows), {.row_group_rows = 4}));
  EXPECT_EQ(summary.rows, 10);
  EXPECT_EQ(summary.row_groups, 3);
  EXPECT_EQ(summary.bytes, static_cast<int64_t>(std::filesystem::file_size(path())));
  EXPECT_EQ(column("c.compression, c.statistics.min, c.statistics.max"), "3 SNAPPY 0 3\n");
  ASSERT_THAT(WriteAll(Rows("i:int", rows),
                       {.compression = ParquetCompression::kZstd, .statistics = false}),
              IsOk());
  EXPECT_EQ(column("c.compression, c.statistics"), "1 ZSTD None\n");
  ASSERT_THAT(WriteAll(Rows("i:int", rows), {.compression = ParquetCompression::kGzip}), IsOk());
  EXPECT_EQ(column("c.compression"), "1 GZIP\n");
  ASSERT_THAT(WriteAll(Rows("i:int", rows), {.compression = ParquetCompression::kNone}), IsOk());
  EXPECT_EQ(column("c.compression"), "1 UNCOMPRESSED\n");
}

TEST_F(ParquetWriterTest, ARowGroupEndsWhenItsBytesAreReached) {
  ASSERT_OK_AND_ASSIGN(auto writer,
                       ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("l:long"),
                                           {.row_group_bytes = 40}));
  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(writer->Write(Rows("l:long", R"({"l": 1} {"l": 2})")), IsOk());
  }
  ASSERT_OK_AND_ASSIGN(ParquetSummary summary, writer->Close());
  EXPECT_EQ(summary.rows, 8);
  EXPECT_EQ(summary.row_groups, 2);
  EXPECT_EQ(Ask("print(f.read().num_rows)"), "8\n");
}

TEST_F(ParquetWriterTest, ARowGroupEndsWhenItsPagesTakeTheirMemory) {
  for (const int64_t most : {int64_t{1} << 20, int64_t{64} << 20}) {
    ASSERT_OK_AND_ASSIGN(
        auto writer, ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("s:string"),
                                         {.most_held_bytes = most}));
    for (int i = 0; i < 4; ++i) {
      BatchBuilder rows(SchemaOf("s:string"));
      // Nothing repeats, and nothing is short: 1.5 MB stay as they are.
      for (int row = 0; row < 20'000; ++row) {
        std::string text(75, ' ');
        for (size_t k = 0; k < text.size(); ++k)
          text[k] = static_cast<char>('!' + (row * 7919 + i * 31 + static_cast<int>(k * k)) % 90);
        rows.Append(text + std::to_string(row));
      }
      ASSERT_OK_AND_ASSIGN(RecordBatch batch, rows.Finish());
      ASSERT_THAT(writer->Write(std::move(batch)), IsOk());
    }
    ASSERT_OK_AND_ASSIGN(ParquetSummary summary, writer->Close());
    EXPECT_EQ(summary.rows, 80'000);
    if (most == 1 << 20) {
      EXPECT_GT(summary.row_groups, 1);
    } else {
      EXPECT_EQ(summary.row_groups, 1);
    }
  }
}

TEST_F(ParquetWriterTest, AFileWithoutRowsHasItsSchema) {
  ASSERT_OK_AND_ASSIGN(
      auto writer, ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("a:int"), {}));
  ASSERT_OK_AND_ASSIGN(ParquetSummary summary, writer->Close());
  EXPECT_EQ(summary.rows, 0);
  EXPECT_EQ(Ask("print(f.read().num_rows, f.schema_arrow.names)"), "0 ['a']\n");
}

TEST_F(ParquetWriterTest, SlicesAndPromisesOfNoNullsAreWrittenAsTheyAre) {
  const auto schema =
      std::make_shared<const Schema>(std::vector<Field>{{"a", DataType::Int(), false}});
  ASSERT_OK_AND_ASSIGN(RecordBatch slice,
                       Slice(Rows(schema, R"({"a": 1} {"a": 2} {"a": 3})"), 1, 2));
  ASSERT_THAT(WriteAll(std::move(slice)), IsOk());
  EXPECT_EQ(Ask("print(f.read().to_pylist(), f.schema_arrow.field(0).nullable)"),
            "[{'a': 2}, {'a': 3}] True\n");
}

TEST_F(ParquetWriterTest, ColumnsThatParquetCannotHoldAreRefusedByName) {
  const auto check = [](std::string_view fields) { return CheckParquetSchema(*SchemaOf(fields)); };
  EXPECT_THAT(
      check("a:int, b:struct<c:choice<int,string>>"),
      IsErrorNumber(2002, AllOf(HasSubstr("column=b.c type=choice<int,string>"),
                                HasSubstr("resolveChoice(specs=[(\"b.c\", \"make_struct\")])"))));
  EXPECT_THAT(check("a:array<choice<int,string>>"), IsErrorNumber(2002, HasSubstr("column=a[] ")));
  EXPECT_THAT(check("n:null"), IsErrorNumber(2020, AllOf(HasSubstr("column=n type=null"),
                                                         HasSubstr("DropNullFields"))));
  EXPECT_THAT(check("d:decimal(39,0)"), IsErrorNumber(2020, HasSubstr("decimal(39,0)")));
  EXPECT_THAT(CheckParquetSchema(Schema()), IsErrorNumber(2020, HasSubstr("columns=0")));
  EXPECT_THAT(CheckParquetSchema(Schema({{"s", DataType::Struct({})}})),
              IsErrorNumber(2020, HasSubstr("struct<>")));
  EXPECT_THAT(ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("n:null"), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("column=n")));
}

TEST_F(ParquetWriterTest, ABatchOfAnotherSchemaIsRefused) {
  ASSERT_OK_AND_ASSIGN(
      auto writer, ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("a:int"), {}));
  EXPECT_THAT(writer->Write(Rows("a:long", R"({"a": 1})")),
              IsError(StatusCode::kInternal,
                      AllOf(HasSubstr("struct<a:long>"), HasSubstr("struct<a:int>"))));
}

TEST_F(ParquetWriterTest, TheSinksErrorIsReturnedAsItIsAndNothingFollowsIt) {
  int calls_after_error = 0;
  {
    ASSERT_OK_AND_ASSIGN(auto writer,
                         ParquetWriter::Open(std::make_unique<FullSink>(4, &calls_after_error),
                                             SchemaOf("a:int"), {}));
    ASSERT_THAT(writer->Write(Rows("a:int", R"({"a": 1})")), IsOk());
    EXPECT_THAT(writer->Close(),
                IsError(StatusCode::kResourceExhausted,
                        AllOf(HasSubstr("path=/somewhere"), HasSubstr("Make room."))));
  }
  EXPECT_EQ(calls_after_error, 0);
}

TEST_F(ParquetWriterTest, AWriterThatIsGivenUpWritesNoFooter) {
  {
    ASSERT_OK_AND_ASSIGN(auto writer, ParquetWriter::Open(std::make_unique<FileSink>(path()),
                                                          SchemaOf("a:int"), {}));
    ASSERT_THAT(writer->Write(Rows("a:int", R"({"a": 1})")), IsOk());
  }
  EXPECT_LE(std::filesystem::file_size(path()), 4U);
}

TEST_F(ParquetWriterTest, EncodingsFollowTheFirstRows) {
  std::string rows;
  for (int i = 0; i < 4000; ++i) {
    rows += R"({"id": )" + std::to_string(i) + R"(, "few": )" + std::to_string(i * 7919 % 5) +
            R"(, "price": ")" + std::to_string(i * 7919 % 4001) + R"(.25", "word": "w)" +
            std::to_string(i % 9) + R"(", "text": "t)" + std::to_string(i * 31) + "\"}";
  }
  ASSERT_THAT(
      WriteAll(Rows("id:long, few:int, price:decimal(12,2), word:string, text:string", rows),
               {.compression = ParquetCompression::kLz4,
                .page_bytes = 4096,
                .bloom_filter_columns = {"text"}}),
      IsOk());
  EXPECT_EQ(Ask("g = f.metadata.row_group(0); print(*[[e for e in g.column(i).encodings if e != "
                "\"RLE\"][-1] for i in range(5)], g.column(2).physical_type)"),
            "DELTA_BINARY_PACKED RLE_DICTIONARY DELTA_BINARY_PACKED RLE_DICTIONARY PLAIN INT64\n");
  EXPECT_EQ(
      Ask("g = f.metadata.row_group(0); print(g.column(0).has_column_index, "
          "[g.column(i).bloom_filter_offset is None for i in (0, 4)], g.column(0).compression)"),
      "True [True, False] LZ4\n");
  EXPECT_EQ(
      Ask("t = f.read().to_pylist(); print(all(r[\"id\"] == i and r[\"text\"] == "
          "\"t\" + str(i * 31) and str(r[\"price\"]) == str(i * 7919 % 4001) + \".25\" for i, "
          "r in enumerate(t)), len(t))"),
      "True 4000\n");
}

TEST_F(ParquetWriterTest, OptionsAreChecked) {
  EXPECT_THAT(ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("a:array<int>"),
                                  {.bloom_filter_columns = {"a"}}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("column=a ")));
  EXPECT_THAT(ParseParquetCompression("Snappy"), IsOk());
  EXPECT_THAT(ParseParquetCompression("uncompressed"), IsOk());
  EXPECT_THAT(ParseParquetCompression("snapy"),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("compression=snapy"), HasSubstr("snappy?"))));
  EXPECT_THAT(ParquetWriter::Open(std::make_unique<FileSink>(path()), SchemaOf("a:int"),
                                  {.row_group_rows = 0}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("rows=0")));
}

}  // namespace
}  // namespace tenon::columnar
