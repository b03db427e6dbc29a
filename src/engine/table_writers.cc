#include "engine/table_writers.h"

#include <algorithm>
#include <map>

#include "columnar/column_ops.h"
#include "tenon/payload.h"
#include "transform/relationalize.h"

namespace tenon::engine {
namespace {

constexpr int32_t kMessageVersion = 1;
// Lists of a partition are numbered from here on: no partition has as many.
constexpr int kPartitionBits = 32;

Result<RecordBatch> EmptyBatch(const Schema& schema) {
  std::vector<columnar::Column> columns;
  for (const Field& field : schema.fields()) columns.push_back(columnar::NullColumn(field.type, 0));
  return columnar::MakeBatch(std::make_shared<const Schema>(schema), columns, 0);
}

}  // namespace

class TableWriters::Writer final : public PartitionWriter {
 public:
  Writer(const TableWriters& tables, int partition)
      : tables_(tables),
        relationalizer_(tables.root_, (static_cast<int64_t>(partition) << kPartitionBits) + 1) {}

  Status Write(RecordBatch batch) override {
    wrote_ = true;
    return relationalizer_.Add(std::move(batch),
                               [this](const std::string& table, RecordBatch rows) {
                                 return Append(table, std::move(rows));
                               });
  }

  // Table and spool partition of each, in the order in which they came.
  Result<std::string> Commit() override {
    if (!wrote_) {
      TENON_ASSIGN_OR_RETURN(RecordBatch empty, EmptyBatch(tables_.schema_.value_or(Schema())));
      TENON_RETURN_IF_ERROR(Write(std::move(empty)));
    }
    std::vector<std::string> words;
    for (const std::string& table : order_) {
      words.push_back(table);
      words.push_back(std::to_string(places_.at(table).lane));
    }
    return Pack(kMessageVersion, words);
  }

 private:
  Status Append(const std::string& table, RecordBatch rows) {
    auto place = places_.find(table);
    if (place == places_.end()) {
      TENON_ASSIGN_OR_RETURN(const Place added, tables_.AddLane(table));
      place = places_.emplace(table, added).first;
      order_.push_back(table);
    }
    return place->second.spool->Append(place->second.lane, std::move(rows));
  }

  const TableWriters& tables_;
  transform::Relationalizer relationalizer_;
  std::map<std::string, Place> places_;
  std::vector<std::string> order_;
  bool wrote_ = false;
};

Result<std::unique_ptr<PartitionWriter>> TableWriters::Open(WriterId id, const TaskContext&) const {
  return std::unique_ptr<PartitionWriter>(std::make_unique<Writer>(*this, id.partition));
}

Result<TableWriters::Place> TableWriters::AddLane(const std::string& table) const {
  const std::lock_guard guard(mutex_);
  auto place = std::find_if(spools_.begin(), spools_.end(),
                            [&table](const auto& entry) { return entry.first == table; });
  if (place == spools_.end()) {
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<frame::Spool> spool, frame::Spool::Make(options_));
    place = spools_.insert(spools_.end(), {table, std::move(spool)});
  }
  TENON_ASSIGN_OR_RETURN(const int lane, place->second->AddPartition());
  return Place{place->second.get(), lane};
}

Result<std::vector<SpooledTable>> TableWriters::Finish(const std::vector<std::string>& messages) {
  std::vector<SpooledTable> tables;
  for (const std::string& message : messages) {
    std::vector<std::string> words;
    TENON_RETURN_IF_ERROR(Unpack(message, kMessageVersion, &words));
    for (size_t i = 0; i + 1 < words.size(); i += 2) {
      auto table = std::find_if(tables.begin(), tables.end(),
                                [&](const SpooledTable& one) { return one.name == words[i]; });
      if (table == tables.end()) {
        table = tables.insert(tables.end(), {words[i], std::make_shared<job::SpooledRows>()});
      }
      table->rows->partitions.push_back(std::stoi(words[i + 1]));
    }
  }
  for (SpooledTable& table : tables) {
    auto spool = std::find_if(spools_.begin(), spools_.end(),
                              [&](const auto& entry) { return entry.first == table.name; });
    TENON_RETURN_IF_ERROR(spool->second->Finish());
    table.rows->schema = spool->second->merged_schema();
    for (const int lane : table.rows->partitions) table.rows->rows += spool->second->rows(lane);
    table.rows->spool = std::move(spool->second);
  }
  return tables;
}

}  // namespace tenon::engine
