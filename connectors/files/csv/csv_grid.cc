#include "connectors/files/csv/csv_grid.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace tenon::files {
namespace {

bool IsUtf8(const uint8_t* text, size_t size) {
  return simdjson::validate_utf8(reinterpret_cast<const char*>(text), size);
}

}  // namespace

// Every n-th end is a newline and there are no other newlines: together they say that no record is ragged.
bool CsvGridMaker::IsPlain(const CsvWindow& window, size_t columns) const {
  if (window.has_carriage || !window.bad.empty()) return false;
  if (window.ends_count != size_t{window.records} * columns) return false;
  if (window.has_high && !IsUtf8(window.text, window.size)) return false;
  bool all = true;
  for (size_t i = columns - 1; i < window.ends_count; i += columns) {
    all &= window.text[window.ends[i]] == '\n';
  }
  return all;
}

CsvGrid CsvGridMaker::Make(const CsvWindow& window, size_t columns, int64_t range_end,
                           std::vector<CsvRefusal>* refused) {
  if (columns == 0 || !IsPlain(window, columns))
    return MakeSlowly(window, columns, range_end, refused);
  CsvGrid grid{.text = window.text,
               .ends = window.ends,
               .stride = columns,
               .records = window.records,
               .columns = columns,
               .offset = window.offset};
  if (window.offset + static_cast<int64_t>(window.size) > range_end) {
    uint32_t low = 0;
    for (uint32_t high = grid.records; low < high;) {
      const uint32_t middle = low + (high - low) / 2;
      if (window.offset + grid.begin(middle, 0) < range_end) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    grid.records = low;
  }
  return grid;
}

CsvGrid CsvGridMaker::MakeSlowly(const CsvWindow& window, size_t columns, int64_t range_end,
                                 std::vector<CsvRefusal>* refused) {
  const size_t stride = columns + 1;
  const size_t room = (size_t{window.records} + 1) * stride;
  if (room > ends_room_) {
    ends_ = std::make_unique_for_overwrite<uint32_t[]>(room);
    ends_room_ = room;
  }
  const bool all_utf8 = !window.has_high || IsUtf8(window.text, window.size);
  CsvGrid grid{.text = window.text,
               .ends = ends_.get() + 1,
               .stride = stride,
               .columns = columns,
               .offset = window.offset};
  size_t bad = 0;
  size_t from = 0;
  size_t begin = 0;
  for (uint32_t record = 0; record < window.records; ++record) {
    size_t last = from;
    while (window.text[window.ends[last]] != '\n') ++last;
    const size_t newline = window.ends[last];
    const size_t end = newline > begin && window.text[newline - 1] == '\r' ? newline - 1 : newline;
    const size_t first = std::exchange(from, last + 1);
    const size_t start = std::exchange(begin, newline + 1);
    const size_t fields = last - first + 1;
    if (window.offset + static_cast<int64_t>(start) >= range_end) break;
    const bool is_bad = bad < window.bad.size() && window.bad[bad].record == record;
    if (is_bad) {
      refused->push_back({start, end, window.bad[bad].at, window.bad[bad].why});
      ++bad;
    } else if (fields == 1 && end == start && columns != 1) {
      continue;  // An empty line.
    } else if (fields > columns) {
      refused->push_back({start, end, window.ends[first + columns - (columns > 0 ? 1 : 0)],
                          "it has more values than there are columns: values=" +
                              std::to_string(fields) + " columns=" + std::to_string(columns)});
    } else if (!all_utf8 && !IsUtf8(window.text + start, end - start)) {
      refused->push_back({start, end, start, "it is not UTF-8"});
    } else {
      uint32_t* to = ends_.get() + grid.records * stride;
      *to++ = static_cast<uint32_t>(start) - 1;
      to = std::copy(window.ends + first, window.ends + last, to);
      std::fill_n(to, columns - fields + 1, static_cast<uint32_t>(end));
      ++grid.records;
    }
  }
  return grid;
}

CsvGrid CsvGridMaker::Without(const CsvGrid& grid, uint32_t from, uint32_t to,
                              const std::vector<uint32_t>& records) {
  const size_t stride = grid.columns + 1;
  auto kept = std::make_unique_for_overwrite<uint32_t[]>(size_t{to - from} * stride + 1);
  CsvGrid rest = grid;
  rest.stride = stride;
  rest.records = 0;
  auto next = records.begin();
  for (uint32_t record = from; record < to; ++record) {
    if (next != records.end() && *next == record) {
      ++next;
      continue;
    }
    const uint32_t* const row = grid.ends + static_cast<ptrdiff_t>(record * grid.stride) - 1;
    std::copy(row, row + stride, kept.get() + size_t{rest.records++} * stride);
  }
  without_ = std::move(kept);
  rest.ends = without_.get() + 1;
  return rest;
}

size_t CsvUnescape(const CsvDialect& dialect, bool quoted, const uint8_t* text, size_t size,
                   uint8_t* to) {
  uint8_t* const begin = to;
  for (size_t i = 0; i < size; ++i) {
    const uint8_t c = text[i];
    if (dialect.escaper == c && i + 1 < size) {
      const uint8_t next = text[++i];
      *to++ = next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : next == '0' ? 0 : next;
      continue;
    }
    *to++ = c;
    if (quoted && dialect.quote == c) ++i;  // The second of two.
  }
  return static_cast<size_t>(to - begin);
}

bool CsvFieldText(const CsvDialect& dialect, const CsvGrid& grid, size_t record, size_t column,
                  std::string* out) {
  uint32_t begin = grid.begin(record, column);
  uint32_t end = grid.end(record, column);
  out->clear();
  if (static_cast<int32_t>(end - begin) <= 0) return false;
  const bool quoted =
      dialect.quote == grid.text[begin] && end - begin > 1 && dialect.quote == grid.text[end - 1];
  if (quoted) {
    ++begin;
    --end;
  }
  out->resize(end - begin);
  out->resize(CsvUnescape(dialect, quoted, grid.text + begin, end - begin,
                          reinterpret_cast<uint8_t*>(out->data())));
  return true;
}

}  // namespace tenon::files
