#include "connectors/files/parquet/store_source.h"

#include <mutex>
#include <utility>
#include <vector>

namespace tenon::files {
namespace {

using object_store::RangeReader;

class StoreSource : public columnar::ByteSource {
 public:
  StoreSource(std::shared_ptr<object_store::Store> store, std::string path, int64_t bytes)
      : store_(std::move(store)), path_(std::move(path)), bytes_(bytes) {}

  std::string name() const override { return "path=" + path_; }
  int64_t size() const override { return bytes_; }
  bool far() const override { return path_.find("://") != std::string::npos; }

  Result<size_t> ReadAt(int64_t offset, std::span<uint8_t> out) override {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<RangeReader> reader, Borrow());
    size_t done = 0;
    while (done < out.size()) {
      TENON_ASSIGN_OR_RETURN(const size_t read, reader->ReadAt(offset + static_cast<int64_t>(done),
                                                               out.subspan(done)));
      if (read == 0) break;
      done += read;
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
    return done;
  }

 private:
  Result<std::unique_ptr<RangeReader>> Borrow() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<RangeReader> reader = std::move(idle_.back());
        idle_.pop_back();
        return reader;
      }
    }
    return store_->OpenRead(path_);
  }

  const std::shared_ptr<object_store::Store> store_;
  const std::string path_;
  const int64_t bytes_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RangeReader>> idle_;
};

}  // namespace

std::unique_ptr<columnar::ByteSource> MakeStoreSource(std::shared_ptr<object_store::Store> store,
                                                      std::string path, int64_t bytes) {
  return std::make_unique<StoreSource>(std::move(store), std::move(path), bytes);
}

}  // namespace tenon::files
