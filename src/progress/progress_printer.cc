#include "progress/progress_printer.h"

#include <cstdio>
#include <utility>

#include "base/json.h"

namespace tenon::progress {
namespace {

using Seconds = std::chrono::duration<double>;

std::string Fixed(double number, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f %s", number, unit);
  return text;
}

// Cut to `width` columns; never inside a UTF-8 letter.
std::string Fitted(std::string line, int width) {
  size_t columns = 0, end = 0;
  for (; end < line.size(); ++end) {
    bool starts_letter = (static_cast<unsigned char>(line[end]) & 0xC0) != 0x80;
    if (starts_letter && columns == static_cast<size_t>(width)) break;
    columns += starts_letter;
  }
  line.resize(end);
  return line;
}

const char* LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "info";
}

}  // namespace

std::string WithCommas(int64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string BytesText(double bytes) {
  const char* unit = "kB";
  double scaled = bytes / 1e3;
  if (scaled >= 1e6) {
    unit = "GB", scaled /= 1e6;
  } else if (scaled >= 1e3) {
    unit = "MB", scaled /= 1e3;
  }
  return Fixed(scaled, unit);
}

std::string ProgressLine(const NodeProgress& node, double elapsed_s) {
  std::string line = node.node + "  " + WithCommas(node.rows) + " rows";
  if (node.rows_per_second > 0)
    line += "  " + WithCommas(static_cast<int64_t>(node.rows_per_second)) + " rows/s";
  if (node.bytes > 0 && elapsed_s > 0)
    line += "  " + BytesText(static_cast<double>(node.bytes) / elapsed_s) + "/s";
  if (node.partitions >= 0) {
    line += "  " + std::to_string(node.partitions_done) + "/" + std::to_string(node.partitions) +
            " partitions";
  }
  return line + "  " + (node.finished ? "done" : Fixed(elapsed_s, "s"));
}

ProgressPrinter::ProgressPrinter(ProgressOptions options, Output output, Clock clock)
    : options_(options), output_(std::move(output)), clock_(std::move(clock)) {}

void ProgressPrinter::BeginAction() {
  std::lock_guard<std::mutex> lock(mutex_);
  began_ = clock_();
  printed_ = began_;
  last_.clear();
}

void ProgressPrinter::EndAction() {
  std::lock_guard<std::mutex> lock(mutex_);
  Clear();
  double elapsed_s = Seconds(clock_() - began_).count();
  for (NodeProgress& node : last_) {
    node.finished = false;  // The time it took says more than "done".
    WriteMessage(LogLevel::kInfo, ProgressLine(node, elapsed_s));
  }
  last_.clear();
}

void ProgressPrinter::OnProgress(const std::vector<NodeProgress>& nodes) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (options_.least <= LogLevel::kInfo) last_ = nodes;
  auto now = clock_();
  double elapsed_s = Seconds(now - began_).count();
  switch (options_.mode) {
    case ProgressMode::kNone: return;
    case ProgressMode::kTerminal:
      if (now - began_ >= kQuietStart) DrawBlock(nodes, elapsed_s);
      return;
    case ProgressMode::kPlain:
      if (now - printed_ < kPlainInterval) return;
      printed_ = now;
      PrintPlain(nodes, elapsed_s);
      return;
    case ProgressMode::kJson: PrintJson(nodes, elapsed_s); return;
  }
}

void ProgressPrinter::OnMessage(LogLevel level, std::string_view text) {
  std::lock_guard<std::mutex> lock(mutex_);
  WriteMessage(level, text);
}

void ProgressPrinter::WriteMessage(LogLevel level, std::string_view text) {
  if (level < options_.least) return;
  Clear();
  if (options_.json_messages) {
    output_(base::DumpJson({{"event", "message"}, {"level", LevelName(level)}, {"text", text}}) +
            "\n");
    return;
  }
  bool colour = options_.colour && level >= LogLevel::kWarning;
  std::string line =
      std::string(colour ? "\x1b[1;33m" : "") + LevelName(level) + (colour ? "\x1b[0m" : "");
  output_(line + ": " + std::string(text) + "\n");
}

void ProgressPrinter::Clear() {
  if (lines_drawn_ == 0) return;
  // Up to the first of our lines, then everything below it goes.
  output_("\x1b[" + std::to_string(lines_drawn_) + "A\r\x1b[J");
  lines_drawn_ = 0;
}

void ProgressPrinter::DrawBlock(const std::vector<NodeProgress>& nodes, double elapsed_s) {
  std::string block;
  if (lines_drawn_ > 0) block = "\x1b[" + std::to_string(lines_drawn_) + "A\r\x1b[J";
  lines_drawn_ = 0;
  for (const NodeProgress& node : nodes) {
    if (lines_drawn_ == kMaxLines) break;
    block += Fitted(ProgressLine(node, elapsed_s), options_.width - 1) + "\n";
    ++lines_drawn_;
  }
  output_(block);
}

void ProgressPrinter::PrintPlain(const std::vector<NodeProgress>& nodes, double elapsed_s) {
  std::string block;
  for (const NodeProgress& node : nodes) {
    if (!node.finished) block += "progress: " + ProgressLine(node, elapsed_s) + "\n";
  }
  if (!block.empty()) output_(block);
}

void ProgressPrinter::PrintJson(const std::vector<NodeProgress>& nodes, double elapsed_s) {
  base::Json event = {{"event", "progress"}, {"elapsed_ms", static_cast<int64_t>(elapsed_s * 1e3)}};
  base::Json& list = event["nodes"] = base::Json::array();
  for (const NodeProgress& node : nodes) {
    base::Json entry = {{"node", node.node},
                        {"rows", node.rows},
                        {"bytes", node.bytes},
                        {"rows_per_second", static_cast<int64_t>(node.rows_per_second)},
                        {"partitions_done", node.partitions_done},
                        {"partitions", nullptr},
                        {"finished", node.finished}};
    if (node.partitions >= 0) entry["partitions"] = node.partitions;
    list.push_back(std::move(entry));
  }
  output_(base::DumpJson(event) + "\n");
}

}  // namespace tenon::progress
