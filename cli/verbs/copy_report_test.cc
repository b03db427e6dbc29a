#include "copy_report.h"

#include "base/json.h"
#include "testing/matchers.h"

namespace tenon::cli {
namespace {

CopyReport Report() {
  CopyReport report;
  report.job = "copy-0123456789ab";
  report.written = {.rows = 1'234'567, .bytes = 410'000'000};
  report.seconds = 1.2;
  return report;
}

TEST(CopyReportTest, RowsBytesTimeAndRatesStandOnOneLine) {
  EXPECT_EQ(ReportAsText(Report()),
            "copied 1,234,567 rows, 410.0 MB in 1.2 s (1,028,805 rows/s, 341.7 MB/s)\n");
  CopyReport one = Report();
  one.written = {.rows = 1, .bytes = 100};
  one.seconds = 0.004;
  EXPECT_EQ(ReportAsText(one), "copied 1 row, 0.1 kB in 0.004 s (250 rows/s, 25.0 kB/s)\n");
}

TEST(CopyReportTest, BadRowsAreCountedAndSomeAreShown) {
  CopyReport report = Report();
  report.written.error_rows = 3;
  report.bad_rows = {{.message = "Line is torn", .input = "{\"a\n", .where = "file=a.json line=7"}};
  EXPECT_THAT(ReportAsText(report),
              ::testing::EndsWith("left out 3 bad rows, among them:\n"
                                  "  Line is torn: file=a.json line=7 input={\"a\\x0A\n"));
}

TEST(CopyReportTest, ACopyThatFindsItsRowsThereSaysSo) {
  CopyReport report = Report();
  report.written = {.skipped = true};
  EXPECT_EQ(ReportAsText(report),
            "copied nothing: the copy that was cut had published these rows; it is finished now\n");
}

TEST(CopyReportTest, ProgramsGetOneDocument) {
  const auto document = base::ParseJson(ReportAsJson(Report()));
  ASSERT_TRUE(document.ok());
  EXPECT_EQ((*document)["rows"], 1'234'567);
  EXPECT_EQ((*document)["rows_per_second"], 1'028'805);
  EXPECT_EQ((*document)["skipped"], false);
  EXPECT_EQ((*document)["bad_rows"], base::Json::array());
}

}  // namespace
}  // namespace tenon::cli
