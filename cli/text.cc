#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

namespace tenon::cli {

Text::~Text() { free(data_); }

Text& Text::operator<<(std::string_view more) {
  if (size_ + more.size() + 1 > capacity_) {
    capacity_ = (size_ + more.size() + 1) * 2;
    data_ = static_cast<char*>(realloc(data_, capacity_));
    if (!data_) {
      fputs("error: out of memory\n", stderr);
      _exit(4);
    }
  }
  if (!more.empty()) memcpy(data_ + size_, more.data(), more.size());
  size_ += more.size();
  data_[size_] = '\0';
  return *this;
}

Text& Text::operator<<(long number) {
  char digits[24];
  int length = snprintf(digits, sizeof digits, "%ld", number);
  return *this << std::string_view(digits, static_cast<size_t>(length));
}

std::string_view TakeUntil(std::string_view* text, char mark) {
  size_t end = text->find(mark);
  if (end == std::string_view::npos) {
    std::string_view all = *text;
    *text = {};
    return all;
  }
  std::string_view head(text->data(), end);
  text->remove_prefix(end + 1);
  return head;
}

}  // namespace tenon::cli
