#include "job/read_terms.h"

#include <gtest/gtest.h>

#include "job/plan_testing.h"
#include "testing/matchers.h"

namespace tenon::job {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsErrorNumber;
using ::testing::Optional;
using ::testing::SizeIs;

// Answers each conjunct as the test says, and remembers what it was asked.
class AnsweringSource final : public Source {
 public:
  Result<std::optional<Schema>> schema(const TaskContext&) override { return described; }
  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext&) override {
    asked.push_back(request);
    ScanOffer offer = answer;
    if (request.columns && described) {
      std::vector<Field> fields;
      for (const std::string& name : *request.columns) {
        fields.push_back(described->field(*described->IndexOf(name)));
      }
      offer.schema = Schema(std::move(fields));
    }
    return offer;
  }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
    return Status::Internal("Nothing is planned here");
  }

  std::optional<Schema> described;
  ScanOffer answer;
  std::vector<ScanRequest> asked;
};

Predicate Above(const char* column, int64_t value) {
  return Predicate::Compare(Op::kGreater, column, Literal::Long(value));
}

class ReadTermsTest : public ::testing::Test {
 protected:
  void Typed() {
    source_->schema = answering_->described =
        Schema(std::vector<Field>{{"Id", DataType::Long()},
                                  {"name", DataType::String()},
                                  {"address", DataType::Struct({{"zip", DataType::Long()}})},
                                  {"note", DataType::String()}});
  }
  Result<ReadTerms> Negotiate(std::optional<std::vector<std::string>> columns,
                              std::optional<int64_t> limit = std::nullopt) {
    return NegotiateRead(*source_, {.wanted_partitions = 3}, std::move(columns), limit, {});
  }

  std::shared_ptr<SourceRead> source_ = Orders();
  AnsweringSource* const answering_ = [this] {
    auto made = std::make_unique<AnsweringSource>();
    AnsweringSource* const source = made.get();
    source_->source = std::move(made);
    return source;
  }();
};

TEST_F(ReadTermsTest, TheChainSaysWhichColumnsSuffice) {
  using Traits = FakeTransform::Traits;
  const auto needed = [](std::vector<Traits> transforms) {
    const auto node = PlanOf(Orders(), transforms);
    return NeededColumns(ChainOf(*node));
  };
  EXPECT_EQ(needed({}), std::nullopt);
  EXPECT_EQ(needed({{.name = "any"}}), std::nullopt);
  EXPECT_EQ(needed({{.name = "any"}, {.name = "map", .needs = {{"a", "b"}}}}), std::nullopt);
  // The first transform asks the source.
  EXPECT_THAT(needed({{.name = "map", .needs = {{"a", "b"}}}, {.name = "any"}}),
              Optional(ElementsAre("a", "b")));
}

TEST_F(ReadTermsTest, ATypedSourceIsAskedInItsOwnSpellingAndOrder) {
  Typed();
  answering_->answer.columns = true;
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate({{"NAME", "nowhere", "id"}}));
  EXPECT_THAT(terms.accepted.columns, Optional(ElementsAre("Id", "name")));
  EXPECT_EQ(terms.schema->ToString(), "struct<Id:long,name:string>");
  EXPECT_EQ(terms.accepted.wanted_partitions, 3);
}

TEST_F(ReadTermsTest, ASelfDescribingSourceIsAskedInTheWordsOfTheJob) {
  answering_->answer.columns = true;
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate({{"NAME", "id", "Name"}}));
  EXPECT_THAT(terms.accepted.columns, Optional(ElementsAre("NAME", "id")));
  EXPECT_EQ(terms.schema, std::nullopt);
}

TEST_F(ReadTermsTest, ASourceThatTakesNoColumnsReadsThemAll) {
  for (const bool typed : {false, true}) {
    if (typed) Typed();
    ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate({{"name"}}));
    EXPECT_THAT(answering_->asked.back().columns, Optional(ElementsAre("name")));
    EXPECT_EQ(terms.accepted.columns, std::nullopt);
    EXPECT_EQ(terms.schema, source_->schema);
  }
}

TEST_F(ReadTermsTest, ColumnsOfConditionsThatTheEngineChecksAreReadToo) {
  for (const bool typed : {false, true}) {
    if (typed) Typed();
    source_->where = {Above("Id", 5), Above("address.zip", 7)};
    answering_->answer = {.where = {PushDown::kExact, PushDown::kInexact}, .columns = true};
    ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate({{"name"}}));
    EXPECT_THAT(terms.accepted.columns, Optional(ElementsAre("name", "address")));
    // Inexact: the source takes it, and the engine checks it again.
    EXPECT_THAT(terms.accepted.where, ElementsAre(Above("Id", 5), Above("address.zip", 7)));
    EXPECT_THAT(terms.recheck, ElementsAre(Above("address.zip", 7)));
  }
}

TEST_F(ReadTermsTest, AConditionThatTheSourceDoesNotTakeStaysWithTheEngine) {
  source_->where = {Above("id", 5), Above("n", 7)};
  answering_->answer.where = {PushDown::kExact};  // A missing tail is no.
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt));
  EXPECT_THAT(terms.accepted.where, ElementsAre(Above("id", 5)));
  EXPECT_THAT(terms.recheck, ElementsAre(Above("n", 7)));
  EXPECT_EQ(terms.accepted.columns, std::nullopt);
  EXPECT_THAT(answering_->asked, SizeIs(1));
}

TEST_F(ReadTermsTest, TheLimitIsTakenOnlyWhenEveryConditionIsExact) {
  answering_->answer.limit = true;
  {
    ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt, 10));
    EXPECT_TRUE(terms.limited);
    EXPECT_EQ(terms.accepted.limit, 10);
  }
  source_->where = {Above("id", 5)};
  for (const PushDown answer : {PushDown::kNone, PushDown::kInexact}) {
    answering_->answer.where = {answer};
    ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt, 10));
    EXPECT_FALSE(terms.limited);
    EXPECT_EQ(terms.accepted.limit, std::nullopt);
  }
  answering_->answer.limit = false;
  source_->where.clear();
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt, 10));
  EXPECT_FALSE(terms.limited);
}

TEST_F(ReadTermsTest, ASourcesOwnWordsMustBeTakenExactly) {
  source_->where = {Predicate::Not(Predicate::Text("SOUNDEX(name) = 'A1'"))};
  for (const PushDown answer : {PushDown::kNone, PushDown::kInexact}) {
    answering_->answer.where = {answer};
    EXPECT_THAT(Negotiate(std::nullopt),
                IsErrorNumber(1031, AllOf(HasSubstr("does not understand a condition"),
                                          HasSubstr("SOUNDEX"), HasSubstr("source=orders"),
                                          HasSubstr("Write it with comparisons"))));
  }
  answering_->answer.where = {PushDown::kExact};
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt));
  EXPECT_THAT(terms.recheck, IsEmpty());
}

TEST_F(ReadTermsTest, EstimatesAndTheSourcesOwnLineAreForExplain) {
  answering_->answer.rows = 12;
  answering_->answer.detail = "3 files";
  ASSERT_OK_AND_ASSIGN(const ReadTerms terms, Negotiate(std::nullopt));
  EXPECT_EQ(terms.rows, 12);
  EXPECT_EQ(terms.detail, "3 files");
}

}  // namespace
}  // namespace tenon::job
