// What tests of damaged files of text share: files made by hand, files made by chance, and what is said of them.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tenon/task_context.h"
#include "testing/matchers.h"

namespace tenon::files {

struct Malformed {
  std::string text;
  size_t rows = 0;                 // That are read of it.
  std::vector<std::string> words;  // One for each error record, in order: something that it says.
  bool multi_line = false;
};

// One to four bytes changed, put in, doubled or cut off; `breaking` are those that the format is made of.
inline void Mutate(std::string& text, std::string_view breaking, std::mt19937_64& random) {
  for (size_t n = 1 + random() % 4; n > 0; --n) {
    const size_t at = random() % text.size();
    switch (random() % 5) {
      case 0: text[at] = static_cast<char>(random()); break;
      case 1: text[at] ^= static_cast<char>(1 << random() % 8); break;
      case 2: text.resize(at + 1); break;
      case 3: text.insert(at, text.substr(random() % text.size(), random() % 20)); break;
      default: text.insert(at, 1, breaking[random() % breaking.size()]); break;
    }
  }
}

// Each error says its words, and where in `file` it is.
inline void ExpectErrors(const std::vector<ErrorRecord>& errors,
                         const std::vector<std::string>& words, const std::string& file) {
  using ::testing::AllOf;
  using ::testing::HasSubstr;
  ASSERT_EQ(errors.size(), words.size());
  for (size_t i = 0; i < words.size(); ++i) {
    EXPECT_THAT(errors[i].message, HasSubstr(words[i]));
    EXPECT_THAT(errors[i].where, AllOf(HasSubstr("file=" + file + " line="), HasSubstr(" byte=")));
  }
}

// Two reads of one text, which give the same rows and errors in the same order. `Read`: has status, rows and errors.
template <typename Read>
void ExpectSame(const Read& one, const Read& other, const std::string& text) {
  ASSERT_EQ(one.status.ToString(), other.status.ToString()) << text;
  ASSERT_EQ(one.rows, other.rows) << text;
  ASSERT_EQ(one.errors.size(), other.errors.size()) << text;
  for (size_t i = 0; i < one.errors.size(); ++i) {
    ASSERT_EQ(one.errors[i].where, other.errors[i].where) << text;
    ASSERT_EQ(one.errors[i].message, other.errors[i].message) << text;
  }
}

}  // namespace tenon::files
