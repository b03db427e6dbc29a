// Text that grows, for a program that links libc alone: no exceptions, no operator new. Ends the program when memory
// runs out. One thread.
#pragma once

#include <string_view>
#include <utility>

namespace tenon::cli {

class Text {
 public:
  Text() = default;
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;
  Text(Text&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ~Text();

  Text& operator<<(std::string_view more);
  Text& operator<<(long number);

  bool empty() const { return size_ == 0; }
  // Valid until the next change.
  std::string_view view() const { return {data_, size_}; }
  const char* c_str() const { return data_ ? data_ : ""; }

 private:
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// The part of `text` before the first `mark`, which is removed from `text` together with the mark. All of it when there
// is no mark.
std::string_view TakeUntil(std::string_view* text, char mark);

}  // namespace tenon::cli
