// The body that all kernels share, given how a machine compares 64 bytes and writes positions down; and the kernels.
//
// SplitBlocks finds all ends, SkimBlocks only the last record's: by PassBlocks, which has no branch that depends on the
// text, unless the dialect has an escaper. `Ways` has Block Load(text), Block::Equal(byte), Block::High(),
// PrefixXor(bits) and Store(bits, base, to). Private to csv_split*.cc.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "connectors/files/csv/csv_split.h"

// What the including source compiles for: an attribute of every function, so that they may be inlined in one another.
#if !defined(TENON_CSV_TARGET)
#define TENON_CSV_TARGET
#endif
#define TENON_CSV_INLINE TENON_CSV_TARGET inline __attribute__((always_inline))

namespace tenon::files {

CsvSplit SplitCsvScalar(const CsvDialect& dialect, const uint8_t* text, size_t size,
                        uint32_t* ends);
CsvSkim SkimCsvScalar(const CsvDialect& dialect, const uint8_t* text, size_t size);
#if defined(__x86_64__)
CsvSkim SkimCsvAvx2(const CsvDialect& dialect, const uint8_t* text, size_t size);
CsvSkim SkimCsvAvx512(const CsvDialect& dialect, const uint8_t* text, size_t size);
CsvSplit SplitCsvAvx2(const CsvDialect& dialect, const uint8_t* text, size_t size, uint32_t* ends);
CsvSplit SplitCsvAvx512(const CsvDialect& dialect, const uint8_t* text, size_t size,
                        uint32_t* ends);
#endif

namespace {

// What one block hands to the next.
struct CsvCarry {
  uint64_t quoted = 0;     // All ones inside quotes.
  uint64_t may_open = 1;   // A quote may open at the next byte.
  uint64_t closed = 0;     // The last byte closed a quote,
  uint64_t closed_cr = 0;  // or was a carriage return behind one.
  uint64_t escaped = 0;    // The next byte is escaped.
  uint64_t bad = 0;
  uint64_t high = 0;
  uint64_t carriage = 0;
  uint32_t newlines = 0;
  uint64_t record_ends = 0;  // Of this block.
};

// Bits of the bytes that an escaper stands before. Escapers are rare, so that they are taken one by one.
TENON_CSV_INLINE uint64_t FindEscaped(uint64_t escapers, uint64_t* carry) {
  uint64_t escaped = *carry;
  *carry = 0;
  for (uint64_t left = escapers & ~escaped; left != 0;) {
    const uint64_t next = (left & (0 - left)) << 1;
    if (next == 0) *carry = 1;  // The block's last byte.
    escaped |= next;
    left &= left - 1;
    left &= ~next;
  }
  return escaped;
}

// The ends among 64 bytes.
template <typename Ways>
TENON_CSV_INLINE uint64_t SplitBlock(const CsvDialect& dialect, const typename Ways::Block& block,
                                     uint64_t in_text, CsvCarry& carry) {
  uint64_t newlines = block.Equal('\n') & in_text;
  uint64_t ends = (block.Equal(dialect.separator) & in_text) | newlines;
  const uint64_t carriage = block.Equal('\r') & in_text;
  carry.carriage |= carriage;
  carry.high |= block.High() & in_text;
  uint64_t escaped = 0;
  if (dialect.escaper) {
    escaped = FindEscaped(block.Equal(*dialect.escaper) & in_text, &carry.escaped);
    // Without multi_line a newline ends the record whatever stands before it.
    if (!dialect.multi_line) carry.bad |= escaped & newlines;
    newlines &= ~escaped;
    ends &= ~escaped;
  }
  if (dialect.quote) {
    const uint64_t quotes = block.Equal(*dialect.quote) & in_text & ~escaped;
    if ((quotes | carry.quoted | carry.closed | carry.closed_cr) == 0) {
      carry.may_open = ends >> 63;
    } else {
      const uint64_t quoted = Ways::PrefixXor(quotes) ^ carry.quoted;
      const uint64_t opening = quotes & quoted;
      const uint64_t closing = quotes & ~quoted;
      if (!dialect.multi_line) carry.bad |= newlines & quoted;
      ends &= ~quoted;
      newlines &= ~quoted;
      const uint64_t may_open = ends | closing;
      carry.bad |= opening & ~(may_open << 1 | carry.may_open);
      const uint64_t behind = closing << 1 | carry.closed;
      carry.bad |= behind & in_text & ~(ends | quotes | carriage);
      const uint64_t behind_cr = (behind & carriage) << 1 | carry.closed_cr;
      carry.bad |= behind_cr & in_text & ~newlines;
      carry.closed = closing >> 63;
      carry.closed_cr = (behind & carriage) >> 63;
      carry.may_open = may_open >> 63;
      carry.quoted = static_cast<uint64_t>(static_cast<int64_t>(quoted) >> 63);
    }
  }
  carry.newlines += static_cast<uint32_t>(std::popcount(newlines));
  carry.record_ends = newlines;
  return ends;
}

template <typename Ways>
TENON_CSV_INLINE CsvSplit SplitBlocks(const CsvDialect& given, const uint8_t* text, size_t size,
                                      uint32_t* ends) {
  const CsvDialect dialect = given;  // A copy of its own is not changed by stores.
  CsvCarry carry;
  uint32_t* to = ends;
  size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const uint64_t found = SplitBlock<Ways>(dialect, Ways::Load(text + at), ~uint64_t{0}, carry);
    to = Ways::Store(found, static_cast<uint32_t>(at), to);
  }
  if (at < size) {
    const uint64_t in_text = ~uint64_t{0} >> (64 - (size - at));
    const uint64_t found = SplitBlock<Ways>(dialect, Ways::Load(text + at), in_text, carry);
    to = Ways::Store(found, static_cast<uint32_t>(at), to);
  }
  return {.ends = static_cast<uint32_t>(to - ends),
          .newlines = carry.newlines,
          .clean = carry.bad == 0,
          .has_high = carry.high != 0,
          .has_carriage = carry.carriage != 0};
}

// Where the last record of some blocks ends.
struct CsvLastEnd {
  size_t at = 0;      // Of the block,
  uint64_t bits = 0;  // whose record ends these are; 0: no record has ended.

  TENON_CSV_INLINE void See(size_t block_at, uint64_t record_ends) {
    at = record_ends != 0 ? block_at : at;
    bits = record_ends != 0 ? record_ends : bits;
  }
  size_t size() const {
    return bits == 0 ? 0 : at + 64 - static_cast<size_t>(std::countl_zero(bits));
  }
};

// What a dialect without an escaper wants of each block, as masks.
struct CsvPassTerms {
  explicit CsvPassTerms(const CsvDialect& dialect)
      : separator(dialect.separator),
        quote(dialect.quote.value_or(0)),
        with_quotes(dialect.quote ? ~uint64_t{0} : 0),
        lines_end_records(dialect.multi_line ? 0 : ~uint64_t{0}) {}

  const uint8_t separator;
  const uint8_t quote;
  const uint64_t with_quotes;
  const uint64_t lines_end_records;  // A newline in quotes is wrong.
};

// The ends of records among 64 bytes, and in carry.bad what SplitBlock finds there.
template <typename Ways>
TENON_CSV_INLINE uint64_t PassBlock(const CsvPassTerms& terms, const typename Ways::Block& block,
                                    uint64_t in_text, CsvCarry& carry) {
  const uint64_t newlines = block.Equal('\n') & in_text;
  const uint64_t breaks = (block.Equal(terms.separator) & in_text) | newlines;
  const uint64_t quotes = block.Equal(terms.quote) & in_text & terms.with_quotes;
  const uint64_t carriage = block.Equal('\r') & in_text;
  const uint64_t quoted = Ways::PrefixXor(quotes) ^ carry.quoted;
  const uint64_t closing = quotes & ~quoted;
  const uint64_t may_open = (breaks & ~quoted) | closing;
  const uint64_t behind = closing << 1 | carry.closed;
  const uint64_t behind_cr = (behind & carriage) << 1 | carry.closed_cr;
  // By parity nothing right behind a closing quote is quoted, save a second quote: breaks there are breaks.
  carry.bad |= (newlines & quoted & terms.lines_end_records) |
               (quotes & quoted & ~(may_open << 1 | carry.may_open)) |
               (behind & in_text & ~(breaks | quotes | carriage)) |
               (behind_cr & in_text & ~newlines);
  carry.closed = closing >> 63;
  carry.closed_cr = (behind & carriage) >> 63;
  carry.may_open = may_open >> 63;
  carry.quoted = static_cast<uint64_t>(static_cast<int64_t>(quoted) >> 63);
  return newlines & ~quoted;
}

// REQUIRES: a dialect without an escaper.
template <typename Ways>
TENON_CSV_INLINE CsvSkim PassBlocks(const CsvDialect& dialect, const uint8_t* text, size_t size) {
  const CsvPassTerms terms(dialect);
  CsvCarry carry;
  CsvLastEnd last;
  size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    last.See(at, PassBlock<Ways>(terms, Ways::Load(text + at), ~uint64_t{0}, carry));
  }
  if (at < size) {
    const uint64_t in_text = ~uint64_t{0} >> (64 - (size - at));
    last.See(at, PassBlock<Ways>(terms, Ways::Load(text + at), in_text, carry));
  }
  return {.records_size = last.size(), .clean = carry.bad == 0};
}

template <typename Ways>
TENON_CSV_INLINE CsvSkim SkimBlocks(const CsvDialect& given, const uint8_t* text, size_t size) {
  if (!given.escaper) return PassBlocks<Ways>(given, text, size);
  const CsvDialect dialect = given;
  CsvCarry carry;
  CsvLastEnd last;
  for (size_t at = 0; at < size; at += 64) {
    const uint64_t in_text = size - at >= 64 ? ~uint64_t{0} : ~uint64_t{0} >> (64 - (size - at));
    SplitBlock<Ways>(dialect, Ways::Load(text + at), in_text, carry);
    last.See(at, carry.record_ends);
  }
  return {.records_size = last.size(), .clean = carry.bad == 0};
}

}  // namespace

}  // namespace tenon::files
