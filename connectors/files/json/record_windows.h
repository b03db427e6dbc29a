// Finds records in text that is not one record a line: documents of several lines, documents one behind the other,
// arrays of records, and records at a path inside of documents. Front to back; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/files/format/file_range.h"
#include "connectors/files/json/json_path.h"
#include "connectors/files/text/line_windows.h"
#include "object_store/store.h"

namespace tenon::files {

// Bytes [begin, end) of a window.
struct RecordSpan {
  size_t begin = 0;
  size_t end = 0;
  const char* error = nullptr;  // Why these are no record.
};

struct RecordWindow {
  TextWindow text;  // Between and behind records anything may stand; the last byte is '\n'.
  std::vector<RecordSpan> records;
};

class RecordWindows {
 public:
  // An array where a record should be gives its elements, but not those of arrays in it. REQUIRES: `range` is a whole
  // file or ends at kUnknownEnd.
  RecordWindows(std::unique_ptr<object_store::RangeReader> file, FileRange range,
                std::vector<JsonStep> steps, WindowSizes sizes = {});

  // The next records and what stands in their place; nullopt at the end. Valid until the next call, and its text may be
  // written to. kDataError: a record is too long, the file is UTF-16 or shorter than it was.
  Result<std::optional<RecordWindow>> Next();

 private:
  enum class Mode : uint8_t { kBetween, kNested, kString, kScalar, kName, kJunk };
  enum class Expect : uint8_t {
    kFirst,
    kItem,
    kColon,
    kValue,
    kComma
  };  // kFirst: an item or the end.
  struct Frame {
    bool array = false;
    bool of_records = false;  // An array where a record should be.
    bool wanted = false;      // The value at hand leads to records.
    size_t level = 0;         // Of the values in it: how many steps lead to them.
    Expect expect = Expect::kFirst;
  };
  static constexpr size_t kPadding = 64;

  uint8_t* data() { return buffer_.data() + kPadding; }
  Status ReadMore();
  Status CheckStart();
  void Scan();
  void ScanBetween();
  void ScanNested();
  void ScanString();
  bool InFrame(uint8_t c);
  void StartValue(uint8_t c);
  bool Descend(uint8_t c, bool wanted, size_t level);
  void EndValue(size_t end);
  void EndName();
  void StartJunk(const char* error);
  void ScanJunk();
  void EndOfFile();
  RecordWindow Cut();

  std::unique_ptr<object_store::RangeReader> file_;
  FileRange range_;
  const std::vector<JsonStep> steps_;
  const WindowSizes sizes_;
  std::vector<uint8_t> buffer_;
  size_t filled_ = 0;
  size_t at_ = 0;         // What is looked at next.
  size_t kept_from_ = 0;  // What the next window may need.
  int64_t data_at_ = 0;   // Of data()[0] in the file.
  bool ended_ = false;
  bool started_ = false;
  std::optional<uint8_t> hidden_byte_;  // Where the last window's '\n' is.
  size_t hidden_at_ = 0;

  Mode mode_ = Mode::kBetween;
  std::vector<Frame> frames_;
  size_t begin_ = 0;     // Of the value, name or junk at hand.
  bool record_ = false;  // The value at hand is a record.
  bool in_string_ = false, escaped_ = false;
  int64_t depth_ = 0;
  const char* junk_error_ = nullptr;
  std::vector<RecordSpan> records_;  // Places in data().
};

}  // namespace tenon::files
