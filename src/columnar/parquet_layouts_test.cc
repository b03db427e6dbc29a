// Layouts that pyarrow does not write: lists and maps of the oldest writers, logical types of others, made by hand.
#include <gtest/gtest.h>

#include <string>

#include "columnar/parquet_reader.h"
#include "testing/matchers.h"
#include "testing/parquet/parquet_files.h"
#include "testing/rows/rows.h"

namespace tenon::columnar {
namespace {

using tenon::testing::Bytes;
using tenon::testing::ParquetFolder;
using tenon::testing::ReadBatches;
using tenon::testing::RowTexts;
using ::testing::ElementsAre;

// Knows what make_damaged.py does, and levels: one run for each.
constexpr const char* kHelp = "sys.path.insert(0, '" TENON_SOURCE R"(/testing/parquet')
from make_damaged import *

OPTIONAL, REPEATED = 1, 2

def levels(values):
    runs = b"".join(varint(1 << 1) + bytes([value]) for value in values)
    return len(runs).to_bytes(4, "little") + runs

def ints(*values):
    return b"".join(value.to_bytes(4, "little") for value in values)

def text(*values):
    return b"".join(len(value).to_bytes(4, "little") + value for value in values)

def write(schema, rows, *columns):
    """Of each column its path, type, levels of repetition and definition (None: it has none), and values."""
    chunks, pages = [], b""
    for path, type, repetition, definition, values, count in columns:
        data = b"".join(levels(each) for each in (repetition, definition) if each is not None) + values
        one = page(data, values=count)
        chunks.append(chunk(one, type=type, values=count, offset=4 + len(pages), path=path))
        pages += one
    group = [(1, LIST, (STRUCT, chunks)), (2, I64, len(pages)), (3, I64, rows)]
    open(folder + "x.parquet", "wb").write(whole(pages, footer([element("root", children=1)] + schema, [group], rows)))
)";

class ParquetLayoutsTest : public ::testing::Test {
 protected:
  // Of a file of one row group: its schema, then its rows.
  std::vector<std::string> Read(const std::string& code) const {
    EXPECT_TRUE(folder_.Run(kHelp + code));
    Bytes footer_source(Bytes::Of(folder_ / "x.parquet"));
    const Result<ParquetFooter> footer = ReadParquetFooter(footer_source);
    if (!footer.ok()) return {footer.status().ToString()};
    std::vector<std::string> texts = {footer->schema.ToString()};
    const auto batches = ReadBatches(std::make_unique<Bytes>(Bytes::Of(folder_ / "x.parquet")));
    if (!batches.ok()) return {batches.status().ToString()};
    for (const RecordBatch& batch : *batches)
      for (std::string& text : RowTexts(batch)) texts.push_back(std::move(text));
    return texts;
  }

  const ParquetFolder folder_;
};

TEST_F(ParquetLayoutsTest, ListsOfTwoLevelsAreListsOfTheirElements) {
  for (const std::string name : {"element", "array", "item"}) {
    EXPECT_THAT(Read(R"(
write([element("a", children=1, repetition=OPTIONAL, converted=3), element(")" +
                     name + R"(", type=1, repetition=REPEATED)], 4,
      (("a", ")" + name +
                     R"("), 1, (0, 1, 0, 0, 0), (2, 2, 1, 0, 2), ints(1, 2, 3), 5))
)"),
                ElementsAre("struct<a:array<int>>", R"({"a":[1,2]})", R"({"a":[]})", "{}",
                            R"({"a":[3]})"))
        << name;
  }
}

TEST_F(ParquetLayoutsTest, ARepeatedGroupThatIsNamedAsATupleIsTheElement) {
  EXPECT_THAT(Read(R"(
write([element("a", children=1, repetition=OPTIONAL, converted=3), element("a_tuple", children=1, repetition=REPEATED),
       element("x", type=1)], 4,
      (("a", "a_tuple", "x"), 1, (0, 1, 0, 0, 0), (2, 2, 1, 0, 2), ints(1, 2, 3), 5))
)"),
              ElementsAre("struct<a:array<struct<x:int>>>", R"({"a":[{"x":1},{"x":2}]})",
                          R"({"a":[]})", "{}", R"({"a":[{"x":3}]})"));
}

TEST_F(ParquetLayoutsTest, ListsOfThreeLevelsAreReadWhateverTheirNamesAre) {
  EXPECT_THAT(Read(R"(
write([element("a", children=1, repetition=OPTIONAL, converted=3), element("bag", children=1, repetition=REPEATED),
       element("array_element", type=1, repetition=OPTIONAL)], 4,
      (("a", "bag", "array_element"), 1, (0, 1, 0, 0, 0), (3, 2, 1, 0, 3), ints(1, 3), 5))
)"),
              ElementsAre("struct<a:array<int>>", R"({"a":[1,null]})", R"({"a":[]})", "{}",
                          R"({"a":[3]})"));
}

TEST_F(ParquetLayoutsTest, ARepeatedColumnOutsideOfAListIsAListToo) {
  EXPECT_THAT(Read(R"(
write([element("a", type=1, repetition=REPEATED)], 3, (("a",), 1, (0, 1, 0, 0), (1, 1, 0, 1), ints(1, 2, 3), 4))
)"),
              ElementsAre("struct<a:array<int>>", R"({"a":[1,2]})", R"({"a":[]})", R"({"a":[3]})"));
}

TEST_F(ParquetLayoutsTest, MapsOfTheOldestWritersAreMaps) {
  EXPECT_THAT(
      Read(R"(
write([element("m", children=1, repetition=OPTIONAL, converted=2), element("map", children=2, repetition=REPEATED),
       element("key", type=6, converted=0), element("value", type=1, repetition=OPTIONAL)], 3,
      (("m", "map", "key"), 6, (0, 1, 0, 0), (2, 2, 0, 1), text(b"k", b"l"), 4),
      (("m", "map", "value"), 1, (0, 1, 0, 0), (3, 2, 0, 1), ints(1), 4))
)"),
      ElementsAre("struct<m:map<string,int>>", R"({"m":{"k":1,"l":null}})", "{}", R"({"m":{}})"));
}

TEST_F(ParquetLayoutsTest, TextsOfOtherLogicalTypesAreTextsOrBytes) {
  for (const std::string converted : {"0", "4", "19"}) {  // Text, enum, JSON.
    EXPECT_THAT(Read("write([element('a', type=6, converted=" + converted +
                     ")], 1, (('a',), 6, None, None, text(b'{}'), 1))\n"),
                ElementsAre("struct<a:string>", R"({"a":"{}"})"))
        << converted;
  }
  EXPECT_THAT(Read("write([element('a', type=6, converted=20)], 1, (('a',), 6, None, None, "
                   "text(b'abc'), 1))\n"),
              ElementsAre("struct<a:binary>", R"({"a":"YWJj"})"));  // BSON.
  EXPECT_THAT(Read("write([element('a', type=7, length=16) + [(10, STRUCT, [(14, STRUCT, [])])]], "
                   "1, (('a',), 7, None, None, b'0123456789abcdef', 1))\n"),
              ElementsAre("struct<a:binary>", R"({"a":"MDEyMzQ1Njc4OWFiY2RlZg=="})"));  // UUID.
  EXPECT_THAT(Read("write([element('a', type=7, length=12, converted=21)], 1, (('a',), 7, None, "
                   "None, b'0123456789ab', 1))\n"),
              ElementsAre("struct<a:binary>", R"({"a":"MDEyMzQ1Njc4OWFi"})"));  // Interval.
}

TEST_F(ParquetLayoutsTest, NamesThatDifferByCaseAreColumnsOfTheirOwn) {
  ASSERT_TRUE(folder_.Run(R"(
pq.write_table(pa.table({"a": [1], "A": [2], "s": [{"y": 3, "Y": 4}]}), folder + "x.parquet")
)"));
  const std::string file = Bytes::Of(folder_ / "x.parquet");
  ASSERT_OK_AND_ASSIGN(auto batches, ReadBatches(std::make_unique<Bytes>(file)));
  EXPECT_THAT(RowTexts(batches[0]), ElementsAre(R"({"a":1,"A":2,"s":{"y":3,"Y":4}})"));
  ASSERT_OK_AND_ASSIGN(batches,
                       ReadBatches(std::make_unique<Bytes>(file), {.columns = {{"A", "a"}}}));
  EXPECT_THAT(RowTexts(batches[0]), ElementsAre(R"({"A":2,"a":1})"));
}

TEST_F(ParquetLayoutsTest, AFileWithoutRowsHasASchemaAndNoBatches) {
  // Without a row group, and with an empty one.
  for (const std::string write : {"pass", "writer.write_table(schema.empty_table())"}) {
    ASSERT_TRUE(
        folder_.Run("schema = pa.schema([('a', pa.int32()), ('l', pa.list_(pa.string()))])\n"
                    "with pq.ParquetWriter(folder + 'x.parquet', schema) as writer:\n  " +
                    write + "\n"));
    const std::string file = Bytes::Of(folder_ / "x.parquet");
    Bytes source(file);
    ASSERT_OK_AND_ASSIGN(const ParquetFooter footer, ReadParquetFooter(source));
    EXPECT_EQ(footer.schema.ToString(), "struct<a:int,l:array<string>>");
    EXPECT_EQ(footer.rows, 0);
    ASSERT_OK_AND_ASSIGN(const auto batches, ReadBatches(std::make_unique<Bytes>(file)));
    EXPECT_TRUE(batches.empty());
  }
}

}  // namespace
}  // namespace tenon::columnar
