// Text that grows, without the zeros that a string fills its new room with. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace tenon::columnar {

class TextBuffer {
 public:
  std::string_view text() const { return {data_.get(), size_}; }
  size_t size() const { return size_; }
  void Clear() { size_ = 0; }

  // Room for `bytes` behind the text, valid until the next call of another method than Commit.
  char* Reserve(size_t bytes) {
    if (capacity_ - size_ < bytes) Grow(bytes);
    return data_.get() + size_;
  }
  // The text goes on to `end`, which is in the reserved room.
  void Commit(const char* end) { size_ = static_cast<size_t>(end - data_.get()); }

  void Append(char c) {
    *Reserve(1) = c;
    ++size_;
  }
  void Append(std::string_view text) {
    if (text.empty()) return;
    std::memcpy(Reserve(text.size()), text.data(), text.size());
    size_ += text.size();
  }

 private:
  void Grow(size_t bytes) {
    capacity_ = std::max({2 * capacity_, size_ + bytes, size_t{256}});
    std::unique_ptr<char[]> larger(new char[capacity_]);  // Tidy: make_unique fills it with zeros.
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
  }

  std::unique_ptr<char[]> data_;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace tenon::columnar
