// One checked partition reader, and the rules for its batches: a part of checked_read.cc.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connector/checked_host.h"
#include "connector/checked_read.h"

namespace tenon::connector {

class CheckedReader : public PartitionReader {
 public:
  // The one that a scan of a typed source declared, shared by its readers. `facts` may be null.
  struct Promises {
    SchemaPtr declared;
    std::vector<int> not_null;  // Columns of `declared` that hold no null.
    std::shared_ptr<const ScanFacts> facts;
    mutable std::atomic<int64_t> batches{
        0};  // Of all its readers, where values are looked at by sample.
  };

  CheckedReader(ContractPtr contract, std::shared_ptr<const Promises> promises, std::string label,
                std::unique_ptr<CheckedHost> host)
      : contract_(std::move(contract)),
        promises_(std::move(promises)),
        label_(std::move(label)),
        host_(std::move(host)) {}

  const TaskContext& context() const { return host_->context(); }
  const char* label() const { return label_.c_str(); }
  void Hold(std::unique_ptr<PartitionReader> reader) { reader_ = std::move(reader); }

  Result<std::optional<RecordBatch>> Next() override;

 private:
  Result<std::optional<RecordBatch>> End();
  Result<std::optional<RecordBatch>> Checked(RecordBatch batch);
  Status CheckShape(const RecordBatch& batch, bool values);
  Status CheckSchema(const RecordBatch& batch);
  Status CheckNulls(const RecordBatch& batch, bool values) const;
  Status Broken(std::string_view rule, std::string_view detail) const {
    return contract_->Broken(rule, detail, label_);
  }

  const ContractPtr contract_;
  const std::shared_ptr<const Promises> promises_;
  const std::string label_;
  const std::unique_ptr<CheckedHost> host_;
  std::unique_ptr<PartitionReader> reader_;  // Dies before what it was opened with.
  SchemaPtr passed_;                         // The last schema that was found right.
  int64_t rows_ = 0;
  int64_t empty_in_a_row_ = 0;
  bool failed_ = false;
  bool ended_ = false;
};

}  // namespace tenon::connector
