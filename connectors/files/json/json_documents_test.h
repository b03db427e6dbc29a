// Random JSON documents for the tests of the reader.
#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace tenon::files {

// Random documents with conflicts, drift, duplicates, escapes and awkward numbers.
class DocumentMaker {
 public:
  // Without `pairs` there are no escaped surrogate pairs, whose halves the slow reader refuses.
  explicit DocumentMaker(uint64_t seed, bool pairs = true) : pairs_(pairs), random_(seed) {}

  std::string Line() { return Object(0); }
  uint64_t Below(uint64_t bound) { return random_() % bound; }

 private:
  std::string Blank() { return Below(8) == 0 ? std::string(Below(3), ' ') : ""; }

  std::string Object(int depth) {
    std::string text = "{" + Blank();
    const uint64_t members = Below(depth == 0 ? 9 : 5);
    for (uint64_t i = 0; i < members; ++i) {
      if (i > 0) text += "," + Blank();
      text += Name() + Blank() + ":" + Blank() + Value(depth) + Blank();
    }
    return text + "}";
  }

  std::string Name() {
    static const char* const kNames[] = {"id",
                                         "name",
                                         "a",
                                         "b",
                                         "payload",
                                         "an_unusually_long_field_name_that_has_more",
                                         "\\u0061",
                                         "sp ace",
                                         "\xc3\xa4",
                                         "x\\ny",
                                         "value16characters",
                                         ""};
    if (Below(50) == 0) return "\"drift" + std::to_string(Below(1000)) + "\"";
    return "\"" + std::string(kNames[Below(12)]) + "\"";
  }

  std::string Value(int depth) {
    switch (Below(depth > 4 ? 8 : 12)) {
      case 0: return "null";
      case 1: return Below(2) == 0 ? "true" : "false";
      case 2:
      case 3: return Number();
      case 4:
      case 5: return Text();
      case 6: return std::to_string(Below(100));
      case 7: return "\"x\"";
      case 8:
      case 9: return Object(depth + 1);
      default: {
        std::string text = "[";
        const uint64_t elements = Below(4);
        for (uint64_t i = 0; i < elements; ++i) text += (i > 0 ? "," : "") + Value(depth + 1);
        return text + "]";
      }
    }
  }

  std::string Digits(uint64_t most) {
    std::string digits(1, static_cast<char>('1' + Below(9)));
    for (uint64_t i = Below(most); i > 0; --i) digits += static_cast<char>('0' + Below(10));
    return digits;
  }

  std::string Number() {
    std::string text = Below(3) == 0 ? "-" : "";
    text += Below(5) == 0 ? "0" : Digits(Below(4) == 0 ? 40 : 12);
    if (Below(2) == 0) {
      text += ".";
      for (uint64_t i = 1 + Below(Below(4) == 0 ? 20 : 8); i > 0; --i)
        text += static_cast<char>('0' + Below(10));
    }
    if (Below(6) == 0) text += (Below(2) == 0 ? "e-" : "E") + std::to_string(Below(200));
    return text;
  }

  std::string Text() {
    static const char* const kPieces[] = {"a",
                                          "bc",
                                          "\\n",
                                          "\\\"",
                                          "\\\\",
                                          "\\u00e4",
                                          "\xe2\x82\xac",
                                          "\xf0\x9f\x98\x80",
                                          "\\ud83d\\ude00",
                                          "some longer piece of text",
                                          "{",
                                          "]"};
    std::string text = "\"";
    for (uint64_t i = Below(9); i > 0; --i) {
      const uint64_t piece = Below(12);
      if (pairs_ || piece != 8) text += kPieces[piece];
    }
    return text + "\"";
  }

  bool pairs_;
  std::mt19937_64 random_;
};

}  // namespace tenon::files
