// A job in a state folder of its own, whose attempts a test takes through the run protocol step by step.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runstate/attempt.h"
#include "runstate/testing.h"

namespace tenon::runstate {

inline constexpr int64_t kRowsOfACall = 70;

inline Fingerprint RowCount(int64_t rows) {
  Fingerprint fingerprint;
  fingerprint.rows = rows;
  return fingerprint;
}

class AttemptTest : public ::testing::Test {
 protected:
  AttemptTest() { journal_ = std::move(*Journal::Open(folder_.path())); }

  // A process that starts the job; what lived before is dead.
  Attempt& Start(AttemptRequest request = {}) {
    attempt_.reset();
    request.job = "job";
    auto started = Attempt::Start(*journal_, nullptr, request);
    EXPECT_THAT(started, testing::IsOk());
    attempt_ = *std::move(started);
    return *attempt_;
  }
  // As Start, everything settled as `outcome`, and begun.
  Attempt& Run(AttemptRequest request = {}, Outcome outcome = Outcome::kPublished) {
    Start(std::move(request));
    for (const UnsettledCall& call : attempt_->Unsettled())
      EXPECT_THAT(attempt_->Settled(call.seq, outcome), testing::IsOk());
    EXPECT_THAT(attempt_->Begin(), testing::IsOk());
    return *attempt_;
  }
  // Reads `context`, which now reaches to `end`, as the engine does; returns the plan.
  ReadPlan Read(const char* context, const char* end, int64_t rows = 100) {
    auto plan = attempt_->OpenSource(context);
    EXPECT_THAT(plan, testing::IsOk());
    EXPECT_THAT(attempt_->SourcePlanned(context, Position{end}, ""), testing::IsOk());
    EXPECT_THAT(attempt_->SourceRead(context, RowCount(rows)), testing::IsOk());
    return *plan;
  }
  static SinkRequest To(const char* sink, std::vector<std::string> lineage) {
    SinkRequest request;
    request.sink = sink;
    request.target = std::string("target of ") + sink;
    request.lineage = std::move(lineage);
    request.reopen = "reopen";
    return request;
  }
  // A call up to its intent; its token.
  std::string Intend(const SinkRequest& request,
                     CommitClass commit_class = CommitClass::kTransactional) {
    auto decision = attempt_->BeginSink(request);
    EXPECT_THAT(decision, testing::IsOk());
    EXPECT_TRUE(decision->write);
    EXPECT_THAT(attempt_->NotePlaces(decision->call.token, "places"), testing::IsOk());
    EXPECT_THAT(attempt_->Intent(decision->call.token, {commit_class, {"m"}, kRowsOfACall}),
                testing::IsOk());
    return decision->call.token;
  }
  std::string Write(const SinkRequest& request,
                    CommitClass commit_class = CommitClass::kTransactional) {
    const std::string token = Intend(request, commit_class);
    EXPECT_THAT(attempt_->Published(token), testing::IsOk());
    return token;
  }
  bool IsSkipped(const SinkRequest& request) {
    auto decision = attempt_->BeginSink(request);
    EXPECT_THAT(decision, testing::IsOk());
    return !decision->write;
  }
  JobState State() { return *journal_->Load("job"); }

  TemporaryFolder folder_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Attempt> attempt_;
};

}  // namespace tenon::runstate
