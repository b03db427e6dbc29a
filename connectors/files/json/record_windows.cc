#include "connectors/files/json/record_windows.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tenon::files {
namespace {

bool IsBlank(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool IsOneOf(uint8_t c, const char* these) { return c != 0 && std::strchr(these, c) != nullptr; }

}  // namespace

RecordWindows::RecordWindows(std::unique_ptr<object_store::RangeReader> file, FileRange range,
                             std::vector<JsonStep> steps, WindowSizes sizes)
    : file_(std::move(file)),
      range_(std::move(range)),
      steps_(std::move(steps)),
      sizes_(sizes),
      buffer_(2 * kPadding) {}

Result<std::optional<RecordWindow>> RecordWindows::Next() {
  if (hidden_byte_) data()[hidden_at_] = *hidden_byte_;
  hidden_byte_.reset();
  records_.clear();
  for (;;) {
    Scan();
    if (!records_.empty() && at_ < filled_) return Cut();
    if (ended_) {
      EndOfFile();
      if (records_.empty()) return std::nullopt;
      return Cut();
    }
    if (!records_.empty()) return Cut();  // Reading on moves the text.
    TENON_RETURN_IF_ERROR(ReadMore());
  }
}

// The records found so far, with a newline behind the last one.
RecordWindow RecordWindows::Cut() {
  const size_t begin = records_.front().begin;
  const size_t end = records_.back().end;
  hidden_at_ = end;
  hidden_byte_ = data()[end];
  data()[end] = '\n';
  RecordWindow window{.text = {.text = data() + begin,
                               .size = end - begin + 1,
                               .offset = data_at_ + static_cast<int64_t>(begin)},
                      .records = std::move(records_)};
  for (RecordSpan& record : window.records) {
    record.begin -= begin;
    record.end -= begin;
  }
  records_.clear();
  kept_from_ = end;
  return window;
}

Status RecordWindows::ReadMore() {
  // Nothing before the value at hand is needed any more, nor a value that is no record.
  const bool whole_value = mode_ == Mode::kName || mode_ == Mode::kJunk || record_;
  const size_t keep = mode_ == Mode::kBetween || !whole_value ? at_ : begin_;
  if (keep > 0) {
    std::memmove(data(), data() + keep, filled_ - keep);
    filled_ -= keep;
    at_ -= keep;
    begin_ -= std::min(begin_, keep);
    data_at_ += static_cast<int64_t>(keep);
    kept_from_ = 0;
  }
  if (filled_ > sizes_.longest_line_bytes) {
    return Status::DataError("A record is too long: file=" + range_.path +
                             " byte=" + std::to_string(data_at_) +
                             " limit_bytes=" + std::to_string(sizes_.longest_line_bytes))
        .WithHint("Check that the file holds JSON, and what jsonPath points at.");
  }
  const int64_t read_at = data_at_ + static_cast<int64_t>(filled_);
  const auto most = static_cast<size_t>(
      std::min<int64_t>(static_cast<int64_t>(sizes_.read_bytes), range_.end - read_at));
  const size_t wanted = kPadding + filled_ + most + 1 + kPadding;
  if (buffer_.size() < wanted) {
    buffer_.resize(std::max(
        wanted, filled_ > most ? std::min(2 * buffer_.size(), sizes_.LargestBuffer()) : size_t{0}));
  }
  TENON_ASSIGN_OR_RETURN(const size_t got, file_->ReadAt(read_at, {data() + filled_, most}));
  filled_ += got;
  if (got < most && range_.end != kUnknownEnd) {
    return Status::DataError("File is shorter than it was: file=" + range_.path +
                             " bytes=" + std::to_string(read_at + static_cast<int64_t>(got)) +
                             " expected=" + std::to_string(range_.file_bytes))
        .WithHint("Read it again when nobody writes into it.");
  }
  ended_ = got < most || read_at + static_cast<int64_t>(got) == range_.end;
  if (started_ || (filled_ < 3 && !ended_)) return Status::Ok();
  started_ = true;
  return CheckStart();
}

// A byte order mark may stand at the file's beginning.
Status RecordWindows::CheckStart() {
  if (filled_ >= 3 && std::memcmp(data(), "\xef\xbb\xbf", 3) == 0) {
    at_ = std::max<size_t>(at_, 3);
  } else if (filled_ >= 2 &&
             (std::memcmp(data(), "\xff\xfe", 2) == 0 || std::memcmp(data(), "\xfe\xff", 2) == 0)) {
    return Status::DataError("File is UTF-16: file=" + range_.path)
        .WithHint("Convert it to UTF-8.");
  }
  return Status::Ok();
}

// Looks at all that is in the buffer, or until a window is full.
void RecordWindows::Scan() {
  if (!started_) return;
  while (at_ < filled_) {
    switch (mode_) {
      case Mode::kBetween:
        if (!records_.empty() && at_ - records_.front().begin >= sizes_.window_bytes) return;
        ScanBetween();
        break;
      case Mode::kNested: ScanNested(); break;
      case Mode::kString:
      case Mode::kName: ScanString(); break;
      case Mode::kScalar:
        if (IsBlank(data()[at_]) || IsOneOf(data()[at_], ",:[]{}\"")) {
          EndValue(at_);
        } else {
          ++at_;
        }
        break;
      case Mode::kJunk: ScanJunk(); break;
    }
  }
}

void RecordWindows::ScanBetween() {
  const uint8_t c = data()[at_];
  if (IsBlank(c)) {
    ++at_;
  } else if (frames_.empty()) {
    if (IsOneOf(c, ",:]}")) {
      StartJunk("there is no record here");
    } else {
      StartValue(c);
    }
  } else if (!InFrame(c)) {
    if (frames_.back().array && (c == '{' || c == '[')) {
      records_.push_back({.begin = at_, .end = at_, .error = "a comma is missing"});
      frames_.back().expect = Expect::kItem;
      return;
    }
    StartJunk(frames_.back().array ? "a comma or ] is missing" : "an object is not well-formed");
  }
}

// Whether `c` may stand here in the array or object at hand.
bool RecordWindows::InFrame(uint8_t c) {
  Frame& frame = frames_.back();
  const bool may_end = frame.expect == Expect::kFirst || frame.expect == Expect::kComma;
  if (c == (frame.array ? ']' : '}') && may_end) {
    frames_.pop_back();
    ++at_;
    if (!frames_.empty()) frames_.back().expect = Expect::kComma;
    return true;
  }
  if (IsOneOf(c, "]}")) return false;
  switch (frame.expect) {
    case Expect::kComma:
      if (c != ',') return false;
      frame.expect = Expect::kItem;
      ++at_;
      return true;
    case Expect::kColon:
      if (c != ':') return false;
      frame.expect = Expect::kValue;
      ++at_;
      return true;
    case Expect::kFirst:
    case Expect::kItem:
      if (!frame.array) {
        if (c != '"') return false;
        mode_ = Mode::kName;
        begin_ = at_++;
        escaped_ = false;
        return true;
      }
      break;
    case Expect::kValue: break;
  }
  if (IsOneOf(c, ",:")) return false;
  StartValue(c);
  return true;
}

// The value whose first byte is at at_.
void RecordWindows::StartValue(uint8_t c) {
  const bool wanted = frames_.empty() || frames_.back().wanted;
  const size_t level = frames_.empty() ? 0 : frames_.back().level;
  begin_ = at_++;
  record_ = false;
  if (Descend(c, wanted, level)) return;
  record_ = wanted && level == steps_.size();
  depth_ = 1;
  in_string_ = escaped_ = false;
  mode_ = c == '"' ? Mode::kString : c == '{' || c == '[' ? Mode::kNested : Mode::kScalar;
}

// Goes into an array or object when the way to records leads through it.
bool RecordWindows::Descend(uint8_t c, bool wanted, size_t level) {
  if (!wanted || (c != '{' && c != '[')) return false;
  const bool array = c == '[';
  Frame frame{.array = array, .wanted = true, .level = level};
  if (level == steps_.size()) {
    // The elements of an array are the records, but of one level only.
    const bool inside = !frames_.empty() && frames_.back().of_records;
    if (!array || inside) return false;
    frame.of_records = true;
  } else if (steps_[level].elements) {
    if (!array) return false;
    frame.level = level + 1;
  } else if (array) {
    // Documents may stand in an array of their own.
    if (!frames_.empty()) return false;
  } else {
    frame.wanted = false;  // Until its name is known.
  }
  frames_.push_back(frame);
  return true;
}

void RecordWindows::ScanNested() {
  const uint8_t* const text = data();
  size_t at = at_;
  for (; at < filled_; ++at) {
    const uint8_t c = text[at];
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
    } else if ((c == '}' || c == ']') && --depth_ == 0) {
      at_ = at + 1;
      EndValue(at_);
      return;
    }
  }
  at_ = at;
}

void RecordWindows::ScanString() {
  for (; at_ < filled_; ++at_) {
    const uint8_t c = data()[at_];
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      ++at_;
      if (mode_ == Mode::kName) {
        EndName();
      } else {
        EndValue(at_);
      }
      return;
    }
  }
}

void RecordWindows::EndName() {
  mode_ = Mode::kBetween;
  Frame& frame = frames_.back();
  frame.expect = Expect::kColon;
  // The frame of an object knows its depth: its level is that of the step that names a field of it.
  const size_t step = frame.level - (frame.wanted ? 1 : 0);
  const std::string_view name(reinterpret_cast<const char*>(data()) + begin_ + 1, at_ - begin_ - 2);
  frame.wanted = name == steps_[step].name;
  frame.level = step + (frame.wanted ? 1 : 0);
}

void RecordWindows::EndValue(size_t end) {
  if (record_) records_.push_back({.begin = begin_, .end = end});
  record_ = false;
  mode_ = Mode::kBetween;
  if (!frames_.empty()) frames_.back().expect = Expect::kComma;
}

void RecordWindows::StartJunk(const char* error) {
  mode_ = Mode::kJunk;
  begin_ = at_++;
  record_ = false;
  junk_error_ = error;
}

// Text that belongs nowhere goes on to where something may begin again.
void RecordWindows::ScanJunk() {
  const bool object = !frames_.empty() && !frames_.back().array;
  const char* const ends = object ? ",}" : frames_.empty() ? "{[\n" : ",]{[";
  while (at_ < filled_ && !IsOneOf(data()[at_], ends)) ++at_;
  if (at_ == filled_) return;
  records_.push_back({.begin = begin_, .end = at_, .error = junk_error_});
  mode_ = Mode::kBetween;
  if (frames_.empty()) return;
  const uint8_t c = data()[at_];
  frames_.back().expect = c == '{' || c == '[' ? Expect::kItem : Expect::kComma;
}

void RecordWindows::EndOfFile() {
  if (mode_ == Mode::kScalar) {
    EndValue(at_);
  } else if (mode_ == Mode::kJunk) {
    records_.push_back({.begin = begin_, .end = at_, .error = junk_error_});
  } else if (mode_ != Mode::kBetween || !frames_.empty()) {
    const size_t begin = mode_ == Mode::kBetween || begin_ > at_ ? at_ : begin_;
    records_.push_back({.begin = begin, .end = at_, .error = "the file ends inside of it"});
  }
  mode_ = Mode::kBetween;
  frames_.clear();
}

}  // namespace tenon::files
