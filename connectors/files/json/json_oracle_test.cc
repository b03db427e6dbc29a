#include "connectors/files/json/json_oracle_test.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "columnar/json_text.h"
#include "connectors/files/json/json_documents_reader.h"
#include "testing/matchers.h"
#include "testing/typed_text.h"

namespace tenon::files {
namespace {

// A store of one object, in memory.
class TextReader : public object_store::RangeReader {
 public:
  explicit TextReader(const std::string& text) : text_(text) {}
  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (offset >= static_cast<int64_t>(text_.size())) return size_t{0};
    const size_t size = std::min(out.size(), text_.size() - static_cast<size_t>(offset));
    if (size > 0) std::memcpy(out.data(), text_.data() + offset, size);
    return size;
  }

 private:
  const std::string& text_;
};

class TextStore : public object_store::Store {
 public:
  explicit TextStore(const std::string& text) : text_(text) {}
  Result<object_store::ObjectInfo> Stat(const std::string& path) override {
    return object_store::ObjectInfo{.path = path, .bytes = static_cast<int64_t>(text_.size())};
  }
  Status List(const std::string&, const std::function<bool(const std::string&)>&,
              const std::function<Status(const object_store::ObjectInfo&)>&) override {
    return Status::Unsupported("One object");
  }
  Result<std::unique_ptr<object_store::RangeReader>> OpenRead(const std::string&) override {
    return std::make_unique<TextReader>(text_);
  }
  Result<std::unique_ptr<object_store::StagedWriter>> Stage(std::string, std::string) override {
    return Status::Unsupported("Read only");
  }
  Result<bool> Publish(const object_store::StagedObject&) override {
    return Status::Unsupported("Read only");
  }
  Status Remove(const std::string&) override { return Status::Unsupported("Read only"); }
  Status Discard(const object_store::StagedObject&) override {
    return Status::Unsupported("Read only");
  }
  Result<bool> PutIfAbsent(const std::string&, std::string_view) override {
    return Status::Unsupported("Read only");
  }

 private:
  const std::string& text_;
};

class RecordingHost : public TaskHost {
 public:
  explicit RecordingHost(BatchLimits limits) : limits_(limits) {}
  BatchLimits Limits() override { return limits_; }
  void AddError(ErrorRecord record) override { errors.push_back(std::move(record)); }
  void Count(std::string_view, int64_t) override {}
  void Log(LogLevel, std::string_view text) override { logs.emplace_back(text); }
  bool SplitWanted() override { return false; }
  bool GiveAway(const Partition&, const Partition&) override { return false; }

  std::vector<ErrorRecord> errors;
  std::vector<std::string> logs;

 private:
  BatchLimits limits_;
};

// Builds the typed text of a document out of a parser's events.
class TypedTextSax : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::string result;
  bool beyond_double = false;

  bool null() override { return Put("null"); }
  bool boolean(bool value) override { return Put(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return PutWhole(value); }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
      return Put("decimal " + std::to_string(value));
    }
    return PutWhole(static_cast<int64_t>(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    const bool whole = text.find_first_of(".eE") == std::string::npos;
    const size_t digits = text.size() - (text.front() == '-' ? 1 : 0);
    return Put(whole && digits <= 38 ? "decimal " + text : testing::TypedDouble(value));
  }
  bool string(string_t& value) override { return Put(testing::TypedString(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override {
    open_.push_back({.object = true});
    return true;
  }
  bool key(string_t& name) override {
    open_.back().name = name;
    return true;
  }
  bool end_object() override {
    std::string text;
    for (const auto& [name, value] : open_.back().members) {
      if (value == "null") continue;
      text += (text.empty() ? "" : ",") + testing::TypedString(name).substr(7) + ":" + value;
    }
    open_.pop_back();
    return Put("{" + text + "}");
  }
  bool start_array(size_t) override {
    open_.push_back({});
    return true;
  }
  bool end_array() override {
    std::string text;
    for (const std::string& value : open_.back().elements)
      text += (text.empty() ? "" : ",") + value;
    open_.pop_back();
    return Put("[" + text + "]");
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    constexpr int kNumberOverflow = 406;
    beyond_double = error.id == kNumberOverflow;
    return false;
  }

 private:
  struct Open {
    bool object = false;
    std::string name;
    std::map<std::string, std::string> members;
    std::vector<std::string> elements;
  };

  bool PutWhole(int64_t value) {
    const bool fits = value >= std::numeric_limits<int32_t>::min() &&
                      value <= std::numeric_limits<int32_t>::max();
    return Put((fits ? "int " : "long ") + std::to_string(value));
  }
  bool Put(std::string text) {
    if (open_.empty()) {
      result = std::move(text);
    } else if (open_.back().object) {
      open_.back().members[open_.back().name] = std::move(text);
    } else {
      open_.back().elements.push_back(std::move(text));
    }
    return true;
  }

  std::vector<Open> open_;
};

}  // namespace

namespace {

ReadRows ReadWith(JsonKernel kernel, const std::string& text, const ReadTerms& terms) {
  ReadRows out;
  RecordingHost host(terms.limits);
  const TaskContext context(&host, {});
  JsonScanResources resources{.files = {.store = std::make_shared<TextStore>(text),
                                        .pool = std::make_shared<BufferPool>(64 << 20)},
                              .schemas = std::make_shared<SchemaCache>(),
                              .columns = terms.columns,
                              .kernel = kernel};
  if (terms.drift != nullptr) resources.drift = terms.drift;
  const auto size = static_cast<int64_t>(text.size());
  FileRange range{.path = terms.path,
                  .begin = terms.begin,
                  .end = terms.end < 0 ? size : terms.end,
                  .file_bytes = size};
  const std::shared_ptr<JsonRows> rows = JsonRows::Make(resources).value();
  auto reader =
      terms.documents
          ? JsonDocumentsReader::Open(std::move(range), rows, {}, true, context, terms.sizes)
          : JsonLinesReader::Open(std::move(range), rows, false, true, context, terms.sizes);
  if (!reader.ok()) {
    out.status = reader.status();
    return out;
  }
  for (;;) {
    Result<std::optional<RecordBatch>> batch = (*reader)->Next();
    if (!batch.ok()) {
      out.status = batch.status();
      break;
    }
    if (!batch->has_value()) break;
    out.schemas.push_back((*batch)->schema().ToString());
    out.batch_rows.push_back((*batch)->num_rows());
    if (!terms.with_rows) continue;
    const columnar::JsonText texts(**batch, {.omit_nulls = true});
    for (int64_t row = 0; row < (*batch)->num_rows(); ++row) {
      out.rows.push_back(testing::TypedRow(**batch, row));
      texts.AppendRow(row, &out.texts.emplace_back());
    }
  }
  out.errors = std::move(host.errors);
  out.logs = std::move(host.logs);
  return out;
}

std::vector<std::string> WordsOf(const std::vector<ErrorRecord>& errors) {
  std::vector<std::string> words;
  for (const ErrorRecord& error : errors)
    words.push_back(error.message + " | " + error.input + " | " + error.where);
  return words;
}

}  // namespace

ReadRows ReadText(const std::string& text, const ReadTerms& terms) {
  constexpr size_t kLongText = 96 << 10;
  std::vector<JsonKernel> kernels = JsonKernels();
  if (terms.drift != nullptr) kernels = {kernels.back()};
  ReadRows out = ReadWith(kernels.back(), text, terms);
  for (size_t i = 0; i + 1 < kernels.size() && text.size() < kLongText; ++i) {
    const ReadRows other = ReadWith(kernels[i], text, terms);
    EXPECT_EQ(other.status.ToString(), out.status.ToString());
    EXPECT_EQ(other.rows, out.rows);
    EXPECT_EQ(other.schemas, out.schemas);
    EXPECT_EQ(WordsOf(other.errors), WordsOf(out.errors));
  }
  return out;
}

std::string ExpectedRow(std::string_view line) {
  TypedTextSax sax;
  if (!nlohmann::json::sax_parse(line, &sax) || !sax.result.starts_with('{')) return "bad";
  return sax.result;
}

ExpectedRecords ExpectedOf(const std::string& line) {
  ExpectedRecords expected;
  std::istringstream text(line);
  const auto at_end = [&] {
    while (text.peek() == ' ' || text.peek() == '\t' || text.peek() == '\r') text.get();
    return text.peek() == std::istringstream::traits_type::eof();
  };
  while (!at_end()) {
    TypedTextSax sax;
    const bool parsed =
        nlohmann::json::sax_parse(text, &sax, nlohmann::json::input_format_t::json, false);
    expected.bad = !parsed || !sax.result.starts_with('{') || !(at_end() || text.peek() == '{');
    expected.beyond_double = sax.beyond_double;
    if (expected.bad) break;
    expected.rows.push_back(sax.result);
  }
  return expected;
}

TEST(JsonOracleTest, ALineMayHoldSeveralRecords) {
  EXPECT_EQ(ExpectedOf(R"({"a":1} {"a":"x"}{} )").rows.size(), 3u);
  EXPECT_FALSE(ExpectedOf(R"({"a":1} {})").bad);
  EXPECT_TRUE(ExpectedOf(R"({"a":1} 2)").bad);
  EXPECT_TRUE(ExpectedOf(R"({"a":1} {"b")").bad);
}

TEST(JsonOracleTest, ANumberBeyondDoubleIsNotItsToSay) {
  EXPECT_TRUE(ExpectedOf(R"({"a":249537240529E380})").beyond_double);
  EXPECT_FALSE(ExpectedOf(R"({"a":1x})").beyond_double);
}

TEST(JsonOracleTest, KeepsKindsApartAndTakesTheLastOfEqualNames) {
  EXPECT_EQ(ExpectedRow(R"({"b":1,"a":3000000000,"c":1.0,"d":null,"b":"x"})"),
            R"({"a":long 3000000000,"b":string "x","c":double 0x1p+0})");
  EXPECT_EQ(ExpectedRow("[1]"), "bad");
  EXPECT_EQ(ExpectedRow("{\"a\":01}"), "bad");
}

}  // namespace tenon::files
