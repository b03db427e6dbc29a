// D3, D4, D6: a job author mistypes, a security reviewer plants a canary, a connector's author has no engine.
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "connectors/memory/memory.h"
#include "connectors/sequence/sequence.h"
#include "connectors/sequence/sequence_options.h"
#include "tenon/author.h"
#include "testing/matchers.h"
#include "tests/door/reading.h"

namespace tenon {
namespace {

using testing::Ask;
using ::testing::HasSubstr;
using testing::IsError;
using testing::IsOk;
using ::testing::Not;

TEST(FirstStepsTest, D3WrongOptionsFailBeforeAnyIo) {
  auto memory = MakeMemoryConnector();
  auto sequence = MakeSequenceConnector();
  EXPECT_THAT(sequence->OpenSource(Ask({{"row", "5"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=row. Did you mean rows?")));
  EXPECT_THAT(sequence->OpenSource(Ask({{"rows", "x"}}), {}),
              IsError(StatusCode::kInvalidArgument, HasSubstr("option=rows value=x")));
  EXPECT_THAT(
      sequence->OpenSource(Ask({}), {}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("required and missing: option=rows")));
  EXPECT_THAT(
      memory->OpenSink(Ask({{"tables", "t"}}), {}, {}),
      IsError(StatusCode::kInvalidArgument, HasSubstr("option=tables. Did you mean table?")));
}

TEST(FirstStepsTest, D3TheJsonSchemaListsTheNamesOfTheParser) {
  const std::string schema = MakeSequenceConnector()->info().options_schema;
  for (const OptionDescription& option : sequence::SequenceSpec().known()) {
    EXPECT_THAT(schema, HasSubstr("\"" + option.name + "\":{\"type\":"));
    // The parser knows it: whatever is wrong with the value, the name is not.
    Options options = Ask({{"rows", "1"}});
    options.Set(option.name, "?");
    EXPECT_THAT(sequence::SequenceSpec().Parse(options).status().ToString(),
                Not(HasSubstr("not known")));
  }
}

constexpr char kCanary[] = "canary-7f3a";

struct VaultOptions {
  Secret url, password;
  int64_t rows = 1;
};

const OptionSpec<VaultOptions>& VaultSpec() {
  static const auto spec = OptionSpec<VaultOptions>()
                               .Add("url", &VaultOptions::url, {.required = true})
                               .Add("password", &VaultOptions::password, {.required = true})
                               .Add("rows", &VaultOptions::rows, {.maximum = 10});
  return spec;
}

// A careful connector each call of which fails once; its errors and logs say as much about its options as they may.
class Vault : public Connector {
 public:
  ConnectorInfo info() const override {
    return {.name = "vault", .options_schema = VaultSpec().JsonSchema()};
  }

  Result<std::unique_ptr<Source>> OpenSource(const Options& options,
                                             const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(FailOnce(0, options, context));
    TENON_ASSIGN_OR_RETURN(VaultOptions parsed, VaultSpec().Parse(options));
    return std::make_unique<VaultSource>(std::move(parsed), options);
  }

  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options& options, const ScanState&,
                                                     const TaskContext& context) override {
    TENON_RETURN_IF_ERROR(FailOnce(1, options, context));
    return MakeSequenceConnector()->OpenReaders(
        Ask({{"rows", "3"}}), {Pack(1, true, false, std::vector<std::string>()), {}}, context);
  }

 private:
  struct VaultScan : Scan {
    Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
      std::vector<Partition> page;
      if (!std::exchange(given, true)) page.push_back({.payload = Pack(1, int64_t{0}, int64_t{3})});
      return page;
    }
    std::optional<Position> end() const override { return Position{R"({"v":1})"}; }
    ScanState state() const override { return {"vault", {}}; }
    bool given = false;
  };

  struct VaultSource : Source {
    VaultSource(VaultOptions given, Options raw)
        : parsed(std::move(given)), options(std::move(raw)) {}
    Result<std::optional<Schema>> schema(const TaskContext&) override {
      return std::optional<Schema>();
    }
    Result<ScanOffer> Offer(const ScanRequest&, const TaskContext&) override {
      return ScanOffer{.detail = "reads " + options.ToString()};
    }
    Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
      return std::make_unique<VaultScan>();
    }
    VaultOptions parsed;
    Options options;
  };

  Status FailOnce(int call, const Options& options, const TaskContext& context) {
    context.Log(LogLevel::kInfo, "opening with " + options.ToString());
    if (failed_[call].exchange(true)) return Status::Ok();
    // What a driver would say: the text of an option, asked for the wrong way, is an error without the value.
    TENON_RETURN_IF_ERROR(options.Get("url").status());
    return Status::Internal("never reached");
  }

  std::atomic<bool> failed_[2] = {};
};

TEST(FirstStepsTest, D4ACanaryIsNowhereToBeSeen) {
  Options options = Ask({{"rows", "3"}});
  options.SetSecret("url", Secret(std::string("db://ada:") + kCanary + "@host/shop"));
  options.SetSecret("password", Secret(kCanary));
  Vault vault;
  testing::RecordingHost host;
  const TaskContext context(&host, {});
  std::string seen;
  Result<testing::OpenScan> open = testing::PlanScan(vault, options, {}, context);
  for (int attempt = 0; attempt < 4 && !open.ok(); ++attempt) {
    seen += open.status().ToString();
    EXPECT_THAT(open, IsError(StatusCode::kInvalidArgument, HasSubstr("Read it with GetSecret")));
    open = testing::PlanScan(vault, options, {}, context);
  }
  ASSERT_THAT(open, IsOk());
  ASSERT_OK_AND_ASSIGN(ScanOffer offer, open->source->Offer({}, context));
  seen += offer.detail + open->scan->state().bytes + open->scan->pin() + open->scan->end()->json;
  for (const Partition& partition : open->partitions) seen += partition.payload;
  // Wrong values of other options, and a secret where a number belongs.
  Options wrong = options;
  wrong.SetSecret("rows", Secret(kCanary));
  seen += vault.OpenSource(wrong, context).status().ToString();
  wrong.Set("rows", "11").Set("pasword", "x");
  seen += vault.OpenSource(wrong, context).status().ToString();
  seen += vault.info().options_schema + options.ToString();
  for (const std::string& line : host.logs) seen += line;
  for (const auto& [metric, n] : host.counts) seen += metric;
  EXPECT_THAT(seen, Not(HasSubstr(kCanary)));
  EXPECT_THAT(seen, HasSubstr("password=***"));
  EXPECT_THAT(options.Get("url"), IsError(StatusCode::kInvalidArgument, HasSubstr("option=url")));
  ASSERT_OK_AND_ASSIGN(Secret url, options.GetSecret("url"));
  EXPECT_THAT(std::string(url.Reveal()), HasSubstr(kCanary));
}

TEST(FirstStepsTest, D6ADefaultMadeContextIsEnoughForAUnitTest) {
  struct Evens : RowReader {
    explicit Evens(const TaskContext& context)
        : RowReader(std::make_shared<const Schema>(Schema({{"n", DataType::Long()}})), context) {}
    Result<bool> NextRow(BatchBuilder& row) override {
      context().AddError({.message = "odd"});
      context().Count("rows", 1);
      context().Log(LogLevel::kDebug, "a row");
      if (next == 6 || context().split_wanted()) return false;
      row.Append(next);
      next += 2;
      return true;
    }
    int64_t next = 0;
  };
  Evens reader{TaskContext()};
  ASSERT_OK_AND_ASSIGN(auto batch, reader.Next());
  EXPECT_EQ(batch->num_rows(), 3);
}

}  // namespace
}  // namespace tenon
