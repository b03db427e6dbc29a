#include "job/resolve.h"

#include "job/connection_desk.h"
#include "testing/home_folder.h"
#include "testing/matchers.h"
#include "tests/engine/fake_store.h"

namespace tenon::job {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsErrorNumber;
using testing::IsOkAndHolds;

class ResolveTest : public ::testing::Test {
 protected:
  ResolveTest() {
    const auto store = std::make_shared<testing::FakeStore>();
    EXPECT_TRUE(registry_.Add(testing::MakeFakeConnector(store)).ok());
  }
  Result<ResolvedSink> Write(Options options) {
    return ResolveWrite(registry_, names_,
                        {.connection_type = "fake", .options = std::move(options)});
  }

  connector::Registry registry_;
  base::Redactor redactor_;
  const NamedOptions names_{"/nowhere", redactor_};
};

TEST_F(ResolveTest, AnUnknownConnectionTypeNamesTheNearest) {
  EXPECT_THAT(ResolveRead(registry_, names_, {.connection_type = "fke"}),
              IsErrorNumber(1010, AllOf(HasSubstr("fke"), HasSubstr("fake"))));
}

TEST_F(ResolveTest, ACustomTypeIsFoundByItsClassWhichTheConnectorNeverSees) {
  ReadSpec spec{.connection_type = "custom.spark"};
  EXPECT_THAT(ResolveRead(registry_, names_, spec), IsErrorNumber(1003, HasSubstr("className")));
  spec.options.Set("className", "test.Fake").Set("path", "a");
  ASSERT_OK_AND_ASSIGN(const ResolvedStore store, ResolveRead(registry_, names_, spec));
  EXPECT_EQ(store.info.name, "fake");
  EXPECT_THAT(store.options.names(), ElementsAre("path"));
  spec.options.Set("className", "test.Fkae");
  EXPECT_THAT(ResolveRead(registry_, names_, spec), IsErrorNumber(1011, HasSubstr("test.Fake")));
}

TEST_F(ResolveTest, FormatAndFormatOptionsJoinTheOptions) {
  ReadSpec spec{.connection_type = "fake", .format = "JSON"};
  spec.options.Set("path", "a");
  spec.format_options.Set("multiLine", "false");
  ASSERT_OK_AND_ASSIGN(const ResolvedStore store, ResolveRead(registry_, names_, spec));
  EXPECT_THAT(store.options.Get("format"), IsOkAndHolds("json"));
  EXPECT_THAT(store.options.Get("multiLine"), IsOkAndHolds("false"));
  spec.options.Set("multiline", "true");
  EXPECT_THAT(ResolveRead(registry_, names_, spec),
              IsError(StatusCode::kInvalidArgument,
                      AllOf(HasSubstr("given twice"), HasSubstr("option=multiLine"))));
}

TEST_F(ResolveTest, TheWriteModeIsTakenOutOfTheOptions) {
  ASSERT_OK_AND_ASSIGN(const ResolvedSink sink,
                       Write(Options().Set("path", "out").Set("mode", "Overwrite")));
  EXPECT_EQ(sink.mode, WriteMode::kReplace);
  EXPECT_FALSE(sink.store.options.Has("mode"));
  EXPECT_THAT(
      Write(Options().Set("mode", "overwrit")),
      IsErrorNumber(1004, AllOf(HasSubstr("mode=overwrit"), HasSubstr("Did you mean overwrite?"))));
}

TEST_F(ResolveTest, AnUpsertNeedsKeys) {
  EXPECT_THAT(Write(Options().Set("mode", "upsert")), IsErrorNumber(1003, HasSubstr("keys")));
  ASSERT_OK_AND_ASSIGN(const ResolvedSink plain,
                       Write(Options().Set("mode", "upsert").Set("keys", "id, region")));
  EXPECT_THAT(plain.keys, ElementsAre("id", "region"));
  ASSERT_OK_AND_ASSIGN(const ResolvedSink list,
                       Write(Options().Set("mode", "upsert").Set("keys", R"(["a,b","c"])")));
  EXPECT_THAT(list.keys, ElementsAre("a,b", "c"));
}

TEST_F(ResolveTest, TheTargetNamesThePlaceAndShowsNoSecret) {
  Options options = Options().Set("path", "out");
  options.SetSecret("url", Secret("jdbc:db://ada:hunter2@host"));
  ASSERT_OK_AND_ASSIGN(const ResolvedSink sink, Write(options));
  EXPECT_THAT(sink.target, HasSubstr("fake path=out url="));
  EXPECT_EQ(sink.target.find("hunter2"), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const ResolvedSink same, Write(options));
  EXPECT_EQ(same.target, sink.target);
  options.SetSecret("url", Secret("jdbc:db://ada:hunter2@elsewhere"));
  ASSERT_OK_AND_ASSIGN(const ResolvedSink other, Write(options));
  EXPECT_NE(other.target, sink.target);
}

TEST(LabelTest, IsTheLastPartOfThePlace) {
  EXPECT_EQ(LabelOf("file", Options().Set("path", "/data/persons/")), "persons");
  EXPECT_EQ(LabelOf("s3", Options().Set("paths", R"(["s3://b/a.json","s3://b/c"])")), "a.json …");
  EXPECT_EQ(LabelOf("sequence", Options()), "sequence");
  EXPECT_EQ(LabelOf("sqlite", Options().Set("path", "a.db").Set("dbTable", "orders")), "orders");
}

TEST_F(ResolveTest, SecretsAreHandedOverAsTheConnectorDeclaresThem) {
  const testing::HomeFolder home;
  const NamedOptions names(home.path(), redactor_);
  ASSERT_THAT(OpenSecrets(home.path())
                  ->Put("lake", Secret(R"({"path": "canary-path", "else": "canary-else"})"),
                        secret::IfThere::kFail),
              testing::IsOk());
  const auto declaring = std::make_shared<testing::FakeStore>();
  declaring->options_schema =
      R"({"properties": {"path": {"type": "string"}, "pin": {"type": "string", "writeOnly": true}}})";
  connector::Registry registry;
  ASSERT_THAT(registry.Add(testing::MakeFakeConnector(declaring)), testing::IsOk());
  WriteSpec spec{.connection_type = "custom.spark"};
  spec.options.Set("className", "test.Fake").Set("secretId", "lake").Set("pin", "canary-pin");
  ASSERT_OK_AND_ASSIGN(const ResolvedSink sink, ResolveWrite(registry, names, spec));
  EXPECT_THAT(sink.store.options.Get("path"), IsOkAndHolds("canary-path"));
  EXPECT_THAT(sink.store.withheld, ElementsAre("path"));
  EXPECT_TRUE(sink.store.options.IsSecret("else"));
  EXPECT_TRUE(sink.store.options.IsSecret("pin"));
  EXPECT_TRUE(sink.store.named.IsSecret("pin"));
  EXPECT_FALSE(sink.store.options.Has("secretId"));
  EXPECT_EQ(sink.target.find("canary"), std::string::npos) << sink.target;
  for (const char* value : {"canary-path", "canary-else", "canary-pin"})
    EXPECT_EQ(redactor_.Redact(value), "***");
}

}  // namespace
}  // namespace tenon::job
