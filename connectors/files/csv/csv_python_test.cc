// Two thousand generated files, read by us and by Python's csv module or pyarrow in one process, compared value by
// value: strings by the former, declared and inferred types by the latter.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "columnar/json_text.h"
#include "connectors/files/csv/csv_format.h"
#include "connectors/files/csv/csv_oracle_test.h"
#include "object_store/local_store.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;
using Json = nlohmann::ordered_json;

const char kCompare[] = R"python(
import csv, datetime, decimal, json, math, sys
import pyarrow, pyarrow.csv

TYPES = {"int": pyarrow.int32(), "long": pyarrow.int64(), "double": pyarrow.float64(), "boolean": pyarrow.bool_(),
         "decimal(15,2)" : pyarrow.decimal128(15, 2),
           "date" : pyarrow.date32(), "timestamp" : pyarrow.timestamp("us", "UTC"),
           "string" : pyarrow.string()
}

def by_csv(case):
    with open(case["file"], newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter=case["separator"], quotechar=case["quote"] or None, doublequote=True,
                               quoting=csv.QUOTE_MINIMAL if case["quote"] else csv.QUOTE_NONE,
                               escapechar=case["escaper"] or None))
    names = rows[0]
    return [dict(zip(names, row)) for row in (r or ([""] if len(names) == 1 else []) for r in rows[1:]) if row]

def by_pyarrow(case):
    table = pyarrow.csv.read_csv(
        case["file"], parse_options=pyarrow.csv.ParseOptions(delimiter=case["separator"], newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={
name: TYPES[kind] for name, kind in case["types"].items()}, null_values=[""],
            true_values=["true", "TRUE", "True"], false_values=["false", "FALSE", "False"],
            strings_can_be_null=True, quoted_strings_can_be_null=False))
    return table.to_pylist()

def same(wanted, found):
    if wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, bool):
        return found is wanted
    if isinstance(wanted, float):
        found = float(found)
        return found == wanted or (math.isnan(found) and math.isnan(wanted))
    if isinstance(wanted, (int, decimal.Decimal)):
        return decimal.Decimal(str(found)) == wanted
    if isinstance(wanted, datetime.datetime):
        text = wanted.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".")
        return found.zfill(len(text)) == text.zfill(len(found))
    if isinstance(wanted, datetime.date):
        return found == wanted.isoformat()
    return found == wanted

bad = 0
cases = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
for case in cases:
    wanted = by_pyarrow(case) if case["types"] else by_csv(case)
    for found_name in case["found"]:
        found = [json.loads(line, parse_float=str, parse_int=str) for line in open(found_name, encoding="utf-8")]
        differs = len(wanted) != len(found)
        for a, b in zip(wanted, found):
            for name in a:
                given = b.get(name)
                if not case["types"] and given is None:
                    given = ""
                differs = differs or not same(a[name], given)
                if differs and bad < 5:
                    print(case, found_name, name, repr(a[name]), repr(given), a, b, sep="\n ")
                    break
            if differs:
                break
        if differs:
            bad += 1
            if bad < 5:
                print(case, len(wanted), len(found))
print("cases", len(cases), "differences", bad)
sys.exit(bad != 0 or len(cases) != int(sys.argv[2]))
)python";

class FileMaker {
 public:
  explicit FileMaker(uint64_t seed) : random_(seed) {}

  struct Made {
    CsvReadOptions options;
    std::vector<Field> fields;
    std::string text;
    bool typed = false;
  };

  Made Make(bool typed) {
    Made made;
    made.typed = typed;
    made.options.with_header = true;
    CsvDialect& dialect = made.options.dialect;
    dialect.multi_line = true;
    dialect.separator = static_cast<uint8_t>(",|;\t"[Below(4)]);
    if (!typed && Below(4) == 0) dialect.escaper = '\\';
    if (!typed && Below(8) == 0) dialect.quote.reset();
    const char* const end = Below(4) == 0 ? "\r\n" : "\n";
    const size_t columns = (typed ? 2 : 1) + Below(7);
    for (size_t c = 0; c < columns; ++c) {
      made.fields.push_back({"c" + std::to_string(c), typed ? AnyType() : DataType::String()});
      made.text += (c > 0 ? std::string(1, static_cast<char>(dialect.separator)) : "") +
                   made.fields.back().name;
    }
    made.text += end;
    // pyarrow refuses a header alone when its newline is missing.
    for (size_t r = (typed ? 1 : 0) + Below(Below(10) == 0 ? 2000 : 40); r > 0; --r) {
      for (size_t c = 0; c < columns; ++c) {
        if (c > 0) made.text += static_cast<char>(dialect.separator);
        made.text += Value(made.fields[c].type, dialect);
      }
      made.text += end;
    }
    // pyarrow takes a value of nothing at the end of a file without a newline for a text.
    const size_t without_end = made.text.size() - std::string(end).size();
    const bool ends_empty = made.text[without_end - 1] == static_cast<char>(dialect.separator);
    if (Below(4) == 0 && columns > 1 && !ends_empty) made.text.resize(without_end);
    return made;
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  DataType AnyType() {
    switch (Below(8)) {
      case 0: return DataType::Int();
      case 1: return DataType::Long();
      case 2: return DataType::Double();
      case 3: return DataType::Boolean();
      case 4: return DataType::Decimal(15, 2);
      case 5: return DataType::Date();
      case 6: return DataType::Timestamp();
      default: return DataType::String();
    }
  }

  std::string Value(const DataType& type, const CsvDialect& dialect) {
    if (Below(12) == 0) return "";
    const std::string text = Plain(type, dialect);
    const bool quoted = dialect.quote && type.id() != TypeId::kString && Below(10) == 0;
    return quoted ? "\"" + text + "\"" : text;
  }

  std::string Plain(const DataType& type, const CsvDialect& dialect) {
    char text[64];
    switch (type.id()) {
      case TypeId::kInt: return std::to_string(static_cast<int32_t>(random_()) >> Below(32));
      case TypeId::kLong: return std::to_string(static_cast<int64_t>(random_()) >> Below(64));
      case TypeId::kDouble:
        std::snprintf(text, sizeof(text), Below(2) == 0 ? "%.17g" : "%.3f",
                      static_cast<double>(static_cast<int64_t>(random_())) / 1e9);
        return text;
      case TypeId::kBoolean: return Below(2) == 0 ? "true" : "FALSE";
      case TypeId::kDecimal:
        std::snprintf(text, sizeof(text), "%s%zu.%02zu", Below(2) == 0 ? "-" : "",
                      Below(Below(2) == 0 ? 100 : 10'000'000'000'000), Below(100));
        return text;
      case TypeId::kDate: return Day();
      case TypeId::kTimestamp:
        std::snprintf(text, sizeof(text), "%02zu:%02zu:%02zu", Below(24), Below(60), Below(60));
        return Day() + (Below(2) == 0 ? " " : "T") + text +
               (Below(3) == 0 ? "." + std::to_string(100'000 + Below(900'000)) + "Z" : "Z");
      default: return Text(dialect);
    }
  }

  std::string Day() {
    char text[32];
    std::snprintf(text, sizeof(text), "%04zu-%02zu-%02zu", 1 + Below(9999), 1 + Below(12),
                  1 + Below(28));
    return text;
  }

  // As its dialect writes it, so that other parsers agree on what it means.
  std::string Text(const CsvDialect& dialect) {
    const std::string separator(1, static_cast<char>(dialect.separator));
    const bool quoted = dialect.quote && Below(3) == 0;
    std::string text = quoted ? "\"" : "";
    for (size_t n = Below(5) + (quoted ? 0 : 1); n > 0; --n) {
      const char* const kPlain[] = {"a",    "word", "two words", "\xc3\xa4\xe2\x82\xac",
                                    "x\"y", "7.5",  "'",         "z"};
      const char* const kQuoted[] = {"a", ",", "|", ";", "\"\"", "\n", "\r\n", " b "};
      if (dialect.escaper && Below(4) == 0) {
        text += "\\" + (Below(2) == 0 ? separator : Below(2) == 0 ? "\\" : "\"");
      } else {
        text += quoted ? kQuoted[Below(8)] : kPlain[Below(8)];
      }
    }
    return text + (quoted ? "\"" : "");
  }

  std::mt19937_64 random_;
};

// Reads a file and writes its rows as JSON lines.
Status ReadInto(const std::string& path, const CsvReadOptions& options, const std::string& to) {
  const auto format = MakeCsvReadFormat(options);
  const ReadResources resources{.store = std::make_shared<object_store::LocalStore>(),
                                .pool = std::make_shared<BufferPool>(16 << 20)};
  FileRange file{.path = path};
  file.end = file.file_bytes = static_cast<int64_t>(std::filesystem::file_size(path));
  const TaskContext context;
  std::string seen;
  TENON_ASSIGN_OR_RETURN(const auto schema, format->SchemaOf({file}, resources, context, &seen));
  TENON_ASSIGN_OR_RETURN(const ScanState state, format->StateOf({}, schema, seen));
  TENON_ASSIGN_OR_RETURN(const auto readers, format->OpenReaders(state, resources));
  TENON_ASSIGN_OR_RETURN(const auto reader, readers->Open({file}, context));
  std::string lines;
  for (;;) {
    TENON_ASSIGN_OR_RETURN(const std::optional<RecordBatch> batch, reader->Next());
    if (!batch) break;
    const columnar::JsonText rows(*batch, {});
    for (int64_t row = 0; row < batch->num_rows(); ++row) {
      rows.AppendRow(row, &lines);
      lines += '\n';
    }
  }
  std::ofstream(to, std::ios::binary) << lines;
  return Status::Ok();
}

TEST(CsvPythonTest, TwoThousandFilesHaveTheValuesThatPythonReads) {
  constexpr int kFiles = 2000;
  const uint64_t seed = TestSeed();
  std::printf("TENON_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  FileMaker maker(seed);
  std::string folder = std::filesystem::temp_directory_path().string() + "/tenon-csv-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  std::string cases;
  for (int i = 0; i < kFiles; ++i) {
    FileMaker::Made made = maker.Make(i % 2 == 1);
    const std::string path = folder + "/" + std::to_string(i) + ".csv";
    std::ofstream(path, std::ios::binary) << made.text;
    Json types = Json::object();
    std::vector<std::string> found = {path + ".found"};
    if (made.typed) {
      for (const Field& field : made.fields) types[field.name] = field.type.ToString();
      CsvReadOptions inferred = made.options;
      inferred.types = CsvTypes::kInfer;
      // Text that looks like a number must stay what pyarrow was told it is.
      std::vector<Field> strings;
      for (const Field& field : made.fields) {
        if (field.type.id() == TypeId::kString) strings.push_back(field);
      }
      inferred.declared = Schema(strings);
      found.push_back(path + ".inferred");
      ASSERT_THAT(ReadInto(path, inferred, found.back()), IsOk());
      made.options.declared = Schema(made.fields);
    }
    ASSERT_THAT(ReadInto(path, made.options, found[0]), IsOk());
    const auto character = [](std::optional<uint8_t> c) {
      return c ? std::string(1, static_cast<char>(*c)) : std::string();
    };
    cases += Json{{"file", path},
                  {"found", found},
                  {"types", types},
                  {"separator", character(made.options.dialect.separator)},
                  {"quote", character(made.options.dialect.quote)},
                  {"escaper", character(made.options.dialect.escaper)}}
                 .dump() +
             "\n";
  }
  std::ofstream(folder + "/cases.jsonl") << cases;
  std::ofstream(folder + "/compare.py") << kCompare;
  const std::string command = std::string(TENON_PYTHON) + " " + folder + "/compare.py " + folder +
                              "/cases.jsonl " + std::to_string(kFiles);
  const int outcome = std::system(command.c_str());
  EXPECT_EQ(outcome, 0) << "files in " << folder;
  if (outcome == 0) std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace tenon::files
