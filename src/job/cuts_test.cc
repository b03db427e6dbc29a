#include "job/cuts.h"

#include <gtest/gtest.h>

#include "job/plan_testing.h"

namespace tenon::job {
namespace {

using Traits = FakeTransform::Traits;

const Traits kPlain{.name = "plain"};
const Traits kWants{.name = "wants", .wants_schema = true};
const Traits kSort{.name = "sort", .sorts = true};
const Traits kFilter{.name = "filter", .changes_rows = true};

struct Row {
  std::vector<Traits> transforms;
  size_t begin;
  bool known, whole_frame;
  int at;  // -1: no cut.
  const char* reader;
};

TEST(CutsTest, ACutStandsAsEarlyAsItServes) {
  const Row kRows[] = {
      {{}, 1, false, false, -1, ""},
      {{kPlain, kPlain}, 1, false, false, -1, ""},
      {{kPlain, kFilter}, 1, false, false, -1, ""},
      // Right behind the source, not before the transform: what stands between could lose the order of columns.
      {{kWants}, 1, false, false, 1, "wants"},
      {{kPlain, kWants}, 1, false, false, 1, "wants"},
      {{kPlain, kWants}, 1, true, false, -1, ""},
      // Rows that go may take a type with them.
      {{kFilter, kPlain, kWants}, 1, false, false, 2, "wants"},
      {{kFilter, kPlain, kWants}, 1, true, false, 2, "wants"},
      {{kFilter, kPlain, kWants}, 2, true, false, -1, ""},
      {{kWants, kFilter, kFilter, kWants}, 1, false, false, 1, "wants"},
      {{kWants, kFilter, kFilter, kWants}, 1, true, false, 4, "wants"},
      // The consumer wants the schema of the frame.
      {{}, 1, false, true, 1, nullptr},
      {{}, 1, true, true, -1, ""},
      {{kPlain, kPlain}, 1, false, true, 1, nullptr},
      {{kPlain, kFilter, kPlain}, 1, true, true, 3, nullptr},
      {{kWants, kFilter}, 1, true, true, 3, nullptr},
      {{kWants, kFilter}, 3, true, true, -1, ""},
      // A sort needs the rows as they come into it, known or not.
      {{kPlain, kFilter, kSort, kPlain}, 1, false, false, 3, "sort"},
      {{kSort}, 1, true, false, 1, "sort"},
      {{kWants, kSort}, 1, false, false, 1, "wants"},
      {{kWants, kSort}, 1, true, false, 2, "sort"},
      {{kSort, kFilter}, 2, true, true, 3, nullptr},
  };
  for (const Row& row : kRows) {
    std::string names;
    for (const Traits& traits : row.transforms) names += traits.name + " ";
    SCOPED_TRACE(names + "begin=" + std::to_string(row.begin) + (row.known ? " known" : "") +
                 (row.whole_frame ? " whole" : ""));
    const auto node = PlanOf(Orders(), row.transforms);
    const std::optional<Cut> cut = NextCut(ChainOf(*node), row.begin, row.known, row.whole_frame);
    ASSERT_EQ(cut.has_value(), row.at >= 0);
    if (!cut) continue;
    EXPECT_EQ(cut->at, static_cast<size_t>(row.at));
    EXPECT_EQ(cut->for_node == nullptr, row.reader == nullptr);
    if (cut->for_node != nullptr) {
      EXPECT_EQ(cut->for_node->label, row.reader);
    }
  }
}

TEST(CutsTest, ATypedFrameIsNeverCut) {
  const auto node =
      PlanOf(Orders(), {kFilter, kWants}, Schema(std::vector<Field>{{"id", DataType::Long()}}));
  EXPECT_FALSE(NextCut(ChainOf(*node), 1, false, true));
}

}  // namespace
}  // namespace tenon::job
