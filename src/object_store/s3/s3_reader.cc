#include "object_store/s3/s3_reader.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "object_store/location.h"

namespace tenon::object_store {
namespace {

constexpr int64_t kLeastBytes = 64 << 10;       // A smaller request costs as much.
constexpr int64_t kFirstWindowBytes = 1 << 20;  // Of a read that may go on.
constexpr int64_t kDirectBytes = 1 << 20;       // From here on a copy costs more than a request.

using Buffer = std::unique_ptr<uint8_t[]>;

// A piece of the object, coming or here.
class Block {
 public:
  Block(int64_t begin, int64_t end, Buffer buffer)
      : begin_(begin), end_(end), buffer_(std::move(buffer)) {}

  int64_t begin() const { return begin_; }
  int64_t end() const { return end_; }
  std::span<uint8_t> bytes() const { return {buffer_.get(), static_cast<size_t>(end_ - begin_)}; }
  // Gives the transfer up. REQUIRES: nobody else has the block.
  Buffer TakeBuffer() {
    const std::lock_guard lock(mutex_);
    call_.reset();
    return std::move(buffer_);
  }

  void Begin(S3Client& client, S3Request request) {
    request_ = request;
    call_ = client.Start(std::move(request));
  }

  // The first who needs the block waits for the store, others for him.
  Status Wait(S3Client& client, const std::string& etag) {
    const std::lock_guard lock(mutex_);
    if (call_) {
      status_ = CheckAnswer(client, request_, call_->Wait(), etag);
      call_.reset();
    }
    return status_;
  }

  static Status CheckAnswer(S3Client& client, const S3Request& request, Result<S3Answer> answer,
                            const std::string& etag) {
    if (!answer.ok()) return std::move(answer).status();
    if (!answer->ok()) return client.StatusOf(request, *answer);
    const std::string_view came = answer->reply.Header("etag");
    if (etag.empty() || came == etag) return Status::Ok();
    return Status::DataError("Store answers with another content than it was asked for: path=" +
                             S3Url(request.bucket, request.key) + " etag=" + std::string(came) +
                             " expected=" + etag)
        .WithHint("Run again when nobody writes it.");
  }

 private:
  const int64_t begin_, end_;
  Buffer buffer_;
  S3Request request_;
  std::mutex mutex_;              // Guards what follows.
  std::unique_ptr<S3Call> call_;  // Null: it has ended. Goes before the buffer that it fills.
  Status status_;
};

class S3Reader : public RangeReader {
 public:
  S3Reader(std::shared_ptr<S3Client> client, S3Location location, ObjectInfo object,
           ReadAhead ahead)
      : client_(std::move(client)),
        location_(std::move(location)),
        object_(std::move(object)),
        ahead_(ahead) {}

  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    if (offset < 0 || offset >= object_.bytes || out.empty()) return size_t{0};
    const int64_t end = std::min(object_.bytes, offset + static_cast<int64_t>(out.size()));
    int64_t at = offset;
    while (at < end) {
      const std::shared_ptr<Block> block = BlockFor(at, end);
      const std::span<uint8_t> rest =
          out.subspan(static_cast<size_t>(at - offset), static_cast<size_t>(end - at));
      if (!block) {
        TENON_RETURN_IF_ERROR(ReadDirectly(at, rest));
        break;
      }
      TENON_RETURN_IF_ERROR(block->Wait(*client_, object_.etag));
      const int64_t here = std::min(end, block->end()) - at;
      std::memcpy(rest.data(), block->bytes().data() + (at - block->begin()),
                  static_cast<size_t>(here));
      at += here;
    }
    return static_cast<size_t>(end - offset);
  }

  void Expect(int64_t begin, int64_t end) override {
    const std::lock_guard lock(mutex_);
    if (begin == expected_begin_ && end == expected_end_ && !blocks_.empty()) return;
    expected_begin_ = std::clamp<int64_t>(begin, 0, object_.bytes);
    expected_end_ = std::clamp<int64_t>(end, expected_begin_, object_.bytes);
    if (expected_begin_ == expected_end_) return;
    blocks_.clear();
    window_ = Window();
    FetchAhead(expected_begin_, expected_begin_);
  }

 private:
  int64_t Window() const { return ahead_.block_bytes * ahead_.blocks; }
  bool IsExpected(int64_t at) const { return at >= expected_begin_ && at < expected_end_; }
  int64_t Limit(int64_t at) const { return IsExpected(at) ? expected_end_ : object_.bytes; }

  // The block that holds `at`, on its way at least; null: read [at, end) directly.
  std::shared_ptr<Block> BlockFor(int64_t at, int64_t end) {
    const std::lock_guard lock(mutex_);
    const bool goes_on = at == next_;
    next_ = end;
    for (const std::shared_ptr<Block>& block : blocks_) {
      if (at < block->begin() || at >= block->end()) continue;
      const std::shared_ptr<Block> found = block;
      if (sequential_) {
        if (at == found->begin()) window_ = std::min(2 * window_, Window());
        FetchAhead(at, blocks_.back()->end());
      }
      return found;
    }
    blocks_.clear();
    if (expected_end_ > 0 && at >= expected_end_) {
      // The end of the last line, or another piece: not the beginning of a long read.
      window_ = 0;
      expected_begin_ = expected_end_ = 0;
    }
    sequential_ = goes_on || IsExpected(at);
    if (!sequential_) {
      window_ = 0;
      if (end - at >= kDirectBytes) return nullptr;
      Begin(at, std::min(object_.bytes, at + std::max(kLeastBytes, end - at)));
      return blocks_.back();
    }
    window_ = IsExpected(at) ? Window()
                             : std::clamp(std::max(window_, end - at), kFirstWindowBytes, Window());
    FetchAhead(at, at);
    return blocks_.front();
  }

  // Drops what lies before `at` and begins blocks from `from` on, as far as the window goes.
  void FetchAhead(int64_t at, int64_t from) {
    while (!blocks_.empty() && blocks_.front()->end() <= at) Recycle();
    const int64_t limit = Limit(at);
    while (from < limit && (from < at + window_ || blocks_.empty()) &&
           static_cast<int>(blocks_.size()) < ahead_.blocks) {
      const int64_t length = std::min({ahead_.block_bytes, window_, limit - from});
      Begin(from, from + length);
      from += length;
    }
  }

  void Begin(int64_t begin, int64_t end) {
    Buffer buffer;
    const bool whole = end - begin == ahead_.block_bytes;
    if (whole && !spare_.empty()) {
      buffer = std::move(spare_.back());
      spare_.pop_back();
    } else {
      buffer = std::make_unique_for_overwrite<uint8_t[]>(static_cast<size_t>(end - begin));
    }
    auto block = std::make_shared<Block>(begin, end, std::move(buffer));
    block->Begin(*client_, RequestOf(begin, end, block->bytes()));
    blocks_.push_back(std::move(block));
  }

  // A buffer of the usual size is used again: fresh memory costs a fault a page.
  void Recycle() {
    const std::shared_ptr<Block> block = std::move(blocks_.front());
    blocks_.pop_front();
    if (block.use_count() == 1 && block->end() - block->begin() == ahead_.block_bytes)
      spare_.push_back(block->TakeBuffer());
  }

  S3Request RequestOf(int64_t begin, int64_t end, std::span<uint8_t> into) const {
    S3Request request;
    request.operation = "GetObject";
    request.bucket = location_.bucket;
    request.key = location_.key;
    if (!object_.etag.empty()) request.headers = {{"If-Match", object_.etag}};
    request.range = ByteRange{.begin = begin, .end = end};
    request.into = into;
    return request;
  }

  Status ReadDirectly(int64_t begin, std::span<uint8_t> out) {
    struct Piece {
      S3Request request;
      std::unique_ptr<S3Call> call;
    };
    std::deque<Piece> pieces;
    size_t at = 0;
    while (at < out.size() || !pieces.empty()) {
      if (at < out.size() && static_cast<int>(pieces.size()) < ahead_.blocks) {
        const size_t length = std::min(static_cast<size_t>(ahead_.block_bytes), out.size() - at);
        const int64_t from = begin + static_cast<int64_t>(at);
        Piece piece{.request = RequestOf(from, from + static_cast<int64_t>(length),
                                         out.subspan(at, length)),
                    .call = nullptr};
        piece.call = client_->Start(piece.request);
        pieces.push_back(std::move(piece));
        at += length;
        continue;
      }
      Piece piece = std::move(pieces.front());
      pieces.pop_front();
      TENON_RETURN_IF_ERROR(
          Block::CheckAnswer(*client_, piece.request, piece.call->Wait(), object_.etag));
    }
    return Status::Ok();
  }

  const std::shared_ptr<S3Client> client_;
  const S3Location location_;
  const ObjectInfo object_;
  const ReadAhead ahead_;
  std::mutex mutex_;                           // Guards what follows.
  std::deque<std::shared_ptr<Block>> blocks_;  // By offset, without gaps.
  std::vector<Buffer> spare_;
  int64_t next_ = 0;  // Where the last read ended.
  int64_t window_ = 0;
  bool sequential_ = false;
  int64_t expected_begin_ = 0, expected_end_ = 0;
};

}  // namespace

std::unique_ptr<RangeReader> OpenS3Reader(std::shared_ptr<S3Client> client, ObjectInfo object,
                                          ReadAhead ahead) {
  const Result<S3Location> location = ParseS3Url(object.path);
  return std::make_unique<S3Reader>(std::move(client), location.ok() ? *location : S3Location(),
                                    std::move(object), ahead);
}

}  // namespace tenon::object_store
