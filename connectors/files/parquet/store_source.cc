#include "connectors/files/parquet/store_source.h"

#include <mutex>
#include <utility>
#include <vector>

namespace tenon::files {
namespace {

using object_store::RangeReader;

class StoreSource : public columnar::ByteSource {
 public:
  StoreSource(std::shared_ptr<object_store::Store> store, object_store::ObjectInfo object)
      : store_(std::move(store)), object_(std::move(object)) {}

  std::string name() const override { return "path=" + object_.path; }
  int64_t size() const override { return object_.bytes; }
  bool far() const override { return object_.path.find("://") != std::string::npos; }

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
    return store_->OpenRead(object_);
  }

  const std::shared_ptr<object_store::Store> store_;
  const object_store::ObjectInfo object_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<RangeReader>> idle_;
};

}  // namespace

std::unique_ptr<columnar::ByteSource> MakeStoreSource(std::shared_ptr<object_store::Store> store,
                                                      object_store::ObjectInfo object) {
  return std::make_unique<StoreSource>(std::move(store), std::move(object));
}

}  // namespace tenon::files
