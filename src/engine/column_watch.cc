#include "engine/column_watch.h"

#include <algorithm>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"
#include "tenon/option_spec.h"

namespace tenon::engine {
namespace {

using transform::NarrowStage;
using transform::NarrowTransform;

constexpr size_t kNamesInHint = 20;

class WatchStage final : public NarrowStage {
 public:
  explicit WatchStage(ColumnWatch& watch) : watch_(watch) {}

  Result<std::optional<RecordBatch>> Apply(RecordBatch batch,
                                           const transform::StageContext&) override {
    if (batch.schema_ptr() != last_) {
      last_ = batch.schema_ptr();
      watch_.See(*last_);
    }
    return std::optional<RecordBatch>(std::move(batch));
  }

 private:
  ColumnWatch& watch_;
  SchemaPtr last_;
};

class Watch final : public NarrowTransform {
 public:
  explicit Watch(ColumnWatch& watch) : watch_(watch) {}

  std::string_view name() const override { return "column watch"; }
  Result<std::optional<Schema>> OutputSchema(const std::optional<Schema>& input) const override {
    return input;
  }
  std::optional<std::vector<std::string>> NeededColumns(
      const std::optional<std::vector<std::string>>& wanted) const override {
    return wanted;
  }
  bool changes_rows() const override { return false; }
  std::string Describe() const override { return "column watch"; }
  Result<std::unique_ptr<NarrowStage>> NewStage() const override {
    return std::unique_ptr<NarrowStage>(std::make_unique<WatchStage>(watch_));
  }

 private:
  ColumnWatch& watch_;
};

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& each) { return EqualsIgnoreCase(each, name); });
}

}  // namespace

ColumnWatch::ColumnWatch(std::vector<std::string> required)
    : required_(std::move(required)), transform_(std::make_unique<Watch>(*this)) {}

ColumnWatch::~ColumnWatch() = default;

void ColumnWatch::See(const Schema& schema) {
  std::lock_guard guard(mutex_);
  for (const Field& field : schema.fields()) {
    if (std::find(seen_.begin(), seen_.end(), field.name) == seen_.end()) {
      seen_.push_back(field.name);
    }
  }
}

Status ColumnWatch::Check() const {
  std::lock_guard guard(mutex_);
  if (seen_.empty()) return Status::Ok();
  for (const std::string& name : required_) {
    if (Holds(seen_, name)) continue;
    const std::string near = NearestName(name, seen_);
    const std::vector<std::string> some(
        seen_.begin(),
        seen_.begin() + static_cast<ptrdiff_t>(std::min(seen_.size(), kNamesInHint)));
    return Status::InvalidArgument("Column is in no row of the source: column=" + name)
        .WithNumber(base::kErrUnknownColumn)
        .WithHint(near.empty() ? "There are " + base::Join(some, ", ") +
                                     (seen_.size() > some.size() ? "…" : ".")
                               : "Did you mean " + near + "?");
  }
  return Status::Ok();
}

}  // namespace tenon::engine
