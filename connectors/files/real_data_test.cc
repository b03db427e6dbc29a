// Real nested records through the connector into Parquet, read back by pyarrow and compared with
// what Python's own JSON parser reads, value by value.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "connectors/files/files.h"
#include "connectors/files/scratch_folder_test.h"
#include "testing/matchers.h"

namespace tenon::files {
namespace {

using tenon::testing::IsOk;

const char kCompare[] = R"(
import glob, json, sys
import pyarrow.parquet as parquet

def pruned(value):
    if isinstance(value, dict):
        return {k: pruned(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [pruned(v) for v in value]
    return value

wanted = [pruned(json.loads(line)) for line in open(sys.argv[1], encoding="utf-8") if line.strip()]
found = []
for name in sorted(glob.glob(sys.argv[2] + "/*.parquet"), key=lambda n: (n.count("."), n)):
    found += [pruned(row) for row in parquet.read_table(name).to_pylist()]
key = lambda row: json.dumps(row, sort_keys=True)
wanted, found = sorted(map(key, wanted)), sorted(map(key, found))
different = [(a, b) for a, b in zip(wanted, found) if a != b]
print(len(wanted), len(found), different[:1])
sys.exit(len(wanted) != len(found) or bool(different) or not wanted)
)";

// Reads JSON lines and writes them as glueparquet into `folder`, one partition after the other.
Status Convert(const std::string& path, const std::string& folder) {
  const TaskContext context;
  const std::unique_ptr<Connector> connector = MakeFilesConnector();
  const Options from = Options().Set("paths", "[\"" + path + "\"]");
  const Options to = Options().Set("path", folder).Set("format", "glueparquet");
  TENON_ASSIGN_OR_RETURN(const auto source, connector->OpenSource(from, context));
  TENON_ASSIGN_OR_RETURN(const auto scan, source->Plan({}, context));
  TENON_ASSIGN_OR_RETURN(const auto readers, connector->OpenReaders(from, scan->state(), context));
  WriteRequest request;
  request.call = {.home = "h",
                  .job = "j",
                  .sink = "s",
                  .run = "r",
                  .token = "00112233445566778899aabbccddeeff"};
  TENON_ASSIGN_OR_RETURN(const auto sink, connector->OpenSink(to, request, context));
  TENON_ASSIGN_OR_RETURN(const auto writers, connector->OpenWriters(to, sink->state(), context));
  std::vector<std::string> messages;
  TENON_ASSIGN_OR_RETURN(const std::vector<Partition> partitions, scan->NextPartitions(context));
  for (const Partition& partition : partitions) {
    TENON_ASSIGN_OR_RETURN(const auto reader, readers->Open(partition, context));
    TENON_ASSIGN_OR_RETURN(
        const auto writer,
        writers->Open({.partition = static_cast<int>(messages.size())}, context));
    for (;;) {
      TENON_ASSIGN_OR_RETURN(std::optional<RecordBatch> batch, reader->Next());
      if (!batch) break;
      TENON_RETURN_IF_ERROR(writer->Write(*std::move(batch)));
    }
    TENON_ASSIGN_OR_RETURN(std::string message, writer->Commit());
    messages.push_back(std::move(message));
  }
  return sink->Commit(1, "{}", messages, context);
}

TEST(RealDataTest, PyarrowReadsTheLegislatorsThatPythonReads) {
  for (const char* name : {"persons", "memberships", "organizations"}) {
    const ScratchFolder folder;
    const std::string path =
        std::string(TENON_SOURCE) + "/examples/legislators/data/" + name + ".json";
    ASSERT_THAT(Convert(path, folder / "out"), IsOk());
    const std::string script = folder.Put("compare.py", kCompare);
    const std::string command =
        std::string(TENON_PYTHON) + " " + script + " " + path + " " + folder / "out";
    EXPECT_EQ(std::system(command.c_str()), 0) << name;
  }
}

// A number in some rows and text in others cannot be written as one column, and the error says what
// to do.
TEST(RealDataTest, AChoiceDeepInTheRecordsIsNamed) {
  const ScratchFolder folder;
  const std::string path =
      std::string(TENON_SOURCE) + "/examples/legislators/data/district_offices.json";
  EXPECT_THAT(
      Convert(path, folder / "out"),
      tenon::testing::IsErrorNumber(2002, ::testing::AllOf(::testing::HasSubstr("suite"),
                                                           ::testing::HasSubstr("resolveChoice"))));
  EXPECT_FALSE(std::filesystem::exists(folder / "out"));
}

}  // namespace
}  // namespace tenon::files
