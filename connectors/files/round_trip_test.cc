// Every type, with null, smallest, largest, typical and awkward values, written in each format and read by others:
// pyarrow and Python's own parsers, compared value by value.
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "connectors/files/scratch_folder_test.h"
#include "connectors/files/sink_call_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;

Schema AllTypes(bool with_choice) {
  std::vector<Field> fields = {
      {"flag", DataType::Boolean()},
      {"small", DataType::Int()},
      {"large", DataType::Long()},
      {"real", DataType::Double()},
      {"money", DataType::Decimal(38, 4)},
      {"text", DataType::String()},
      {"bytes", DataType::Binary()},
      {"day", DataType::Date()},
      {"at", DataType::Timestamp()},
      {"list", DataType::Array(DataType::Int())},
      {"deep",
       DataType::Struct({{"a", DataType::Int()}, {"b", DataType::Array(DataType::String())}})},
      {"map", DataType::Map(DataType::Long())}};
  if (with_choice)
    fields.push_back({"either", DataType::Choice({DataType::Int(), DataType::String()}).value()});
  return Schema(std::move(fields));
}

struct Value {
  bool flag;
  int64_t small, large;
  double real;
  Decimal128 money;
  std::string text, bytes;
  int64_t day, at;
};

std::vector<Value> Values() {
  using Long = std::numeric_limits<int64_t>;
  using Int = std::numeric_limits<int32_t>;
  return {{false, Int::min(), Long::min(), -1.7976931348623157e308, Decimal128{-1, UINT64_MAX}, "",
           "", -719162, -62135596800000000},
          {true, Int::max(), Long::max(), 5e-324, Decimal128{0, 12345678901234567},
           "Grüße \xF0\x9F\x90\x98", std::string("\0\xff\x80", 3), 2932896, 253402300799999999},
          {true, 42, -42, 0.1, Decimal128{0, 1050000}, "a,b;\"c\"\\d\te\r\nf'g h", "plain", 20454,
           1767225600000001}};
}

RecordBatch AllTypesBatch(const Schema& schema, bool with_choice) {
  BatchBuilder rows(std::make_shared<const Schema>(schema));
  int64_t number = 0;
  for (const Value& value : Values()) {
    rows.column(0).Append(value.flag);
    rows.column(1).Append(value.small);
    rows.column(2).Append(value.large);
    rows.column(3).Append(value.real);
    rows.column(4).Append(value.money);
    rows.column(5).Append(value.text);
    rows.column(6).Append(value.bytes);
    rows.column(7).Append(value.day);
    rows.column(8).Append(value.at);
    for (int64_t i = 0; i < number; ++i) rows.column(9).element().Append(i);
    rows.column(9).EndArray();
    rows.column(10).field(0).Append(number);
    rows.column(10).field(1).element().Append("x");
    rows.column(10).field(1).element().AppendNull();
    rows.column(10).field(1).EndArray();
    rows.column(10).EndStruct();
    rows.column(11).key().Append("k");
    rows.column(11).value().Append(number);
    rows.column(11).EndMap();
    if (with_choice) {
      const int member = static_cast<int>(number % 2);
      if (member == 0) {
        rows.column(12).member(0).Append(number);
      } else {
        rows.column(12).member(1).Append("text");
      }
      rows.column(12).EndChoice(member);
    }
    rows.EndRow();
    ++number;
  }
  rows.EndRow();  // All null.
  return rows.Finish().value();
}

const char kCompare[] = R"(
import base64, datetime, decimal, glob, json, sys
name, folder = sys.argv[1], sys.argv[2]
utc = datetime.timezone.utc
epoch = datetime.datetime(1970, 1, 1, tzinfo=utc)
D, date = decimal.Decimal, datetime.date
def at(micros):
    return epoch + datetime.timedelta(microseconds=micros)
wanted = [
    dict(flag=False, small=-2**31, large=-2**63, real=-1.7976931348623157e308, money=D("-0.0001"), text="", bytes=b"",
         day=date(1, 1, 1), at=at(-62135596800000000), list=[], deep={"a": 0, "b": ["x", None]}, map={"k": 0}, either=0),
    dict(flag=True, small=2**31-1, large=2**63-1, real=5e-324, money=D("1234567890123.4567"), text="Gr\u00fc\u00dfe \U0001F418",
         bytes=b"\x00\xff\x80", day=date(9999, 12, 31), at=at(253402300799999999), list=[0], deep={"a": 1, "b": ["x", None]},
         map={"k": 1}, either="text"),
    dict(flag=True, small=42, large=-42, real=0.1, money=D("105.0000"), text='a,b;"c"\\d\te\r\nf\'g h', bytes=b"plain",
         day=date(2026, 1, 1), at=at(1767225600000001), list=[0, 1], deep={"a": 2, "b": ["x", None]}, map={"k": 2}, either=2),
    dict.fromkeys("flag small large real money text bytes day at list deep map either".split()),
]
files = sorted(glob.glob(folder + "/*"))
assert len(files) == 1, files
if name == "json":
    def plain(value):
        if isinstance(value, bytes): return base64.b64encode(value).decode()
        if isinstance(value, datetime.datetime): return value.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".").zfill(19)
        if isinstance(value, date): return f"{value.year:04}-{value.month:02}-{value.day:02}"
        return value
    found = [json.loads(line, parse_float=lambda text: D(text)) for line in open(files[0], encoding="utf-8", newline="\n")]
    for row in found:
        row["real"] = None if row["real"] is None else float(row["real"])
    wanted = [{key: plain(value) for key, value in row.items()} for row in wanted]
    for row in wanted:
        if row["at"]: row["at"] = row["at"][-26:] if len(row["at"]) > 26 else row["at"]
else:
    import pyarrow.parquet
    found = pyarrow.parquet.read_table(files[0]).to_pylist(maps_as_pydicts="strict")
    for row in wanted:
        del row["either"]
assert len(found) == len(wanted), len(found)
for ours, theirs in zip(found, wanted):
    for key in theirs:
        assert ours.get(key) == theirs[key], (key, ours.get(key), theirs[key])
)";

TEST(RoundTripTest, EveryTypeIsReadByOthersAsItWasWritten) {
  for (const char* format : {"json", "parquet", "glueparquet"}) {
    const bool with_choice = std::string(format) == "json";
    const ScratchFolder folder;
    Call call(folder / "out", format);
    call.request.schema = AllTypes(with_choice);
    ASSERT_THAT(call.Open(), IsOk());
    ASSERT_THAT(call.sink->CheckSchema(*call.request.schema), IsOk());
    std::vector<RecordBatch> batches;
    batches.push_back(AllTypesBatch(*call.request.schema, with_choice));
    ASSERT_THAT(call.WritePartition({.partition = 0}, std::move(batches)), IsOk());
    ASSERT_THAT(call.Commit(), IsOk());
    const std::string script = folder.Put("compare.py", kCompare);
    EXPECT_EQ(
        std::system((std::string(TENON_PYTHON) + " " + script + " " + format + " " + folder / "out")
                        .c_str()),
        0)
        << format;
  }
}

}  // namespace
}  // namespace tenon::files
