#include "connectors/console/console.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "testing/matchers.h"
#include "testing/rows/rows.h"

namespace tenon {
namespace {

using ::testing::HasSubstr;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOk;
using testing::Rows;
using testing::SchemaOf;

constexpr char kFields[] = "id:long, name:string";
constexpr char kRow[] = R"({"id": 1, "name": "Ann"})";

// A file that is gone when this goes.
class Descriptor {
 public:
  Descriptor() : fd_(::mkstemp(path_)) { ::unlink(path_); }
  ~Descriptor() { ::close(fd_); }
  int fd() const { return fd_; }
  std::string Text() const {
    std::string text(4096, '\0');
    const ssize_t bytes = ::pread(fd_, text.data(), text.size(), 0);
    text.resize(bytes > 0 ? static_cast<size_t>(bytes) : 0);
    return text;
  }

 private:
  char path_[32] = "/tmp/console_test.XXXXXX";
  int fd_;
};

Result<std::unique_ptr<Sink>> Open(Connector& connector, const Options& options, bool typed) {
  WriteRequest request;
  if (typed) request.schema = *SchemaOf(kFields);
  return connector.OpenSink(options, request, {});
}

// One row by one writer, then the end.
Status PrintOneRow(int fd, const Options& options, bool typed, std::atomic<bool>* gone = nullptr) {
  const auto connector = MakeConsoleConnector({.descriptor = fd, .reader_gone = gone});
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<Sink> sink, Open(*connector, options, typed));
  TENON_ASSIGN_OR_RETURN(const std::unique_ptr<PartitionWriter> writer,
                         sink->local_writers()->Open({0, 0}, {}));
  TENON_RETURN_IF_ERROR(writer->Write(Rows(kFields, kRow)));
  TENON_RETURN_IF_ERROR(writer->Commit().status());
  return sink->Commit(1, "", {}, {});
}

TEST(ConsoleTest, PrintsEachForm) {
  const Descriptor json, table, arrow;
  EXPECT_THAT(PrintOneRow(json.fd(), Options().Set("format", "json"), false), IsOk());
  EXPECT_EQ(json.Text(), "{\"id\":1,\"name\":\"Ann\"}\n");
  EXPECT_THAT(PrintOneRow(table.fd(), {}, true), IsOk());
  EXPECT_EQ(table.Text(), "  id | name\nlong | string\n-----+-------\n   1 | Ann\n");
  EXPECT_THAT(PrintOneRow(arrow.fd(), Options().Set("format", "ARROW"), true), IsOk());
  EXPECT_THAT(arrow.Text(), HasSubstr("Ann"));
}

TEST(ConsoleTest, FormsThatNeedTheSchemaSayIt) {
  for (const char* format : {"table", "arrow", "parquet"}) {
    EXPECT_THAT(PrintOneRow(1, Options().Set("format", format), false),
                IsErrorNumber(3101, HasSubstr(format)))
        << format;
  }
}

TEST(ConsoleTest, AFormatOrAnOptionThatIsNotThereIsRefused) {
  EXPECT_THAT(PrintOneRow(1, Options().Set("format", "jsn"), true),
              IsErrorNumber(1012, HasSubstr("Did you mean json?")));
  EXPECT_THAT(PrintOneRow(1, Options().Set("format", "table").Set("colour", "1"), true),
              IsErrorNumber(1001, HasSubstr("takes no options: format=table")));
}

TEST(ConsoleTest, AReaderThatIsGoneIsNoted) {
  ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  std::atomic<bool> gone{false};
  EXPECT_THAT(PrintOneRow(ends[1], {}, true, &gone),
              IsError(StatusCode::kCancelled, HasSubstr("The reader of the output is gone")));
  EXPECT_TRUE(gone);
  ::close(ends[1]);
}

TEST(ConsoleTest, AFullDiskIsTold) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(full, 0);
  EXPECT_THAT(PrintOneRow(full, {}, true), IsError(StatusCode::kResourceExhausted,
                                                   HasSubstr("Output cannot be written: path=-")));
  ::close(full);
}

TEST(ConsoleTest, AnAttemptThatHasPrintedCannotBeRepeated) {
  const Descriptor file;
  const auto connector = MakeConsoleConnector({.descriptor = file.fd()});
  ASSERT_OK_AND_ASSIGN(const auto sink, Open(*connector, Options().Set("format", "json"), false));
  const WriterFactory& writers = *sink->local_writers();
  ASSERT_OK_AND_ASSIGN(auto first, writers.Open({0, 0}, {}));
  // Nothing was printed yet.
  ASSERT_OK_AND_ASSIGN(first, writers.Open({0, 1}, {}));
  ASSERT_THAT(first->Write(Rows(kFields, kRow)), IsOk());
  EXPECT_THAT(writers.Open({0, 2}, {}),
              IsError(StatusCode::kDataError,
                      HasSubstr("cut off after some of its rows had been printed")));
  EXPECT_THAT(writers.Open({1, 0}, {}), IsOk());
}

TEST(ConsoleTest, ACallWhoseEndFailedWasNeverPublished) {
  const auto connector = MakeConsoleConnector({});
  ASSERT_OK_AND_ASSIGN(const auto recovery, OpenAbilityAs<Recovery>(*connector, {}, {}));
  ASSERT_NE(recovery, nullptr);
  EXPECT_THAT(recovery->Settle({}, 1, "", {}, "", {}), testing::IsOkAndHolds(Outcome::kNever));
  EXPECT_THAT(recovery->Discard({}, "", {}, {}), IsOk());
}

}  // namespace
}  // namespace tenon
