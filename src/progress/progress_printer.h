// Shows what a job does while it runs: in place on a terminal, a line now and then elsewhere, JSON events on request.
// Native, so that no engine thread ever waits for Python. Calls come from any thread, and are taken one at a time.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/job.h"

namespace tenon::progress {

enum class ProgressMode { kNone, kTerminal, kPlain, kJson };

struct ProgressOptions {
  ProgressMode mode = ProgressMode::kNone;
  LogLevel least = LogLevel::kWarning;  // Less severe messages are not shown.
  bool json_messages = false;
  bool colour = false;
  int width = 80;  // Columns of the terminal.
};

class ProgressPrinter : public JobObserver {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  using Output = std::function<void(std::string_view)>;  // Whole lines, or a redrawn block.

  // An action that ends sooner shows nothing.
  static constexpr std::chrono::milliseconds kQuietStart{500};
  static constexpr std::chrono::seconds kPlainInterval{10};
  static constexpr size_t kMaxLines = 8;

  ProgressPrinter(ProgressOptions options, Output output, Clock clock);

  // Around each action. The end tells, at level info, what each node did.
  void BeginAction();
  void EndAction();

  void OnProgress(const std::vector<NodeProgress>& nodes) override;
  void OnMessage(LogLevel level, std::string_view text) override;

 private:
  void Clear();
  void DrawBlock(const std::vector<NodeProgress>& nodes, double elapsed_s);
  void PrintPlain(const std::vector<NodeProgress>& nodes, double elapsed_s);
  void PrintJson(const std::vector<NodeProgress>& nodes, double elapsed_s);
  void WriteMessage(LogLevel level, std::string_view text);

  const ProgressOptions options_;
  const Output output_;
  const Clock clock_;

  std::mutex mutex_;
  std::chrono::steady_clock::time_point began_{}, printed_{};
  size_t lines_drawn_ = 0;
  std::vector<NodeProgress> last_;  // Of the running action.
};

// "write #1  1,234,567 rows  410,000 rows/s  35.2 MB/s  3/8 partitions  4.1 s": one node as people read it.
std::string ProgressLine(const NodeProgress& node, double elapsed_s);

// "1,234,567"
std::string WithCommas(int64_t number);
// "410.0 MB", in powers of 1000.
std::string BytesText(double bytes);

}  // namespace tenon::progress
