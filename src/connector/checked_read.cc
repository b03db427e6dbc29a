#include "connector/checked_read.h"

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "base/json.h"
#include "columnar/field_places.h"
#include "connector/checked_reader.h"

namespace tenon::connector {

void ScanFacts::Number(const Partition& partition) {
  const std::lock_guard lock(mutex_);
  if (numbers_.size() < kMaxNumbered) numbers_.emplace(partition.payload, next_);
  ++next_;
}

std::string ScanFacts::LabelOf(const Partition& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(partition.payload);
  return found == numbers_.end() ? PartitionLabel(partition.payload)
                                 : std::to_string(found->second);
}

void ScanBook::Add(const std::shared_ptr<ScanFacts>& facts) {
  const std::lock_guard lock(mutex_);
  std::erase_if(facts_, [](const std::weak_ptr<ScanFacts>& old) { return old.expired(); });
  facts_.push_back(facts);
}

std::shared_ptr<const ScanFacts> ScanBook::Find(std::string_view state) const {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const ScanFacts> found;
  for (const std::weak_ptr<ScanFacts>& weak : facts_) {
    const std::shared_ptr<ScanFacts> facts = weak.lock();
    if (facts == nullptr || facts->state != state) continue;
    if (found != nullptr) return nullptr;
    found = facts;
  }
  return found;
}

namespace {

// Pages seen before in one scan, by hash: a store whose continuation token repeats gives them again and again.
class PageWatch {
 public:
  // True when the pages have repeated too often for chance.
  bool Repeats(const std::vector<Partition>& page) {
    size_t hash = page.size();
    for (const Partition& partition : page) {
      hash = hash * 1099511628211u ^ std::hash<std::string>()(partition.payload);
    }
    if (seen_.size() < kMaxPages && seen_.insert(hash).second) return false;
    return ++repeated_ >= kMaxRepeats;
  }

 private:
  static constexpr size_t kMaxPages = 1 << 20;
  static constexpr int kMaxRepeats = 8;
  std::unordered_set<size_t> seen_;
  int repeated_ = 0;
};

// What readers are held to.
std::shared_ptr<const CheckedReader::Promises> MakePromises(
    std::optional<Schema> declared, std::shared_ptr<const ScanFacts> facts) {
  auto promises = std::make_shared<CheckedReader::Promises>();
  if (declared) {
    promises->declared = std::make_shared<const Schema>(*std::move(declared));
    for (int i = 0; i < promises->declared->size(); ++i) {
      if (!promises->declared->field(i).nullable) promises->not_null.push_back(i);
    }
  }
  promises->facts = std::move(facts);
  return promises;
}

Result<std::unique_ptr<PartitionReader>> OpenChecked(
    const ContractPtr& contract, const std::shared_ptr<const CheckedReader::Promises>& promises,
    const ReaderFactory& factory, const Partition& partition, const TaskContext& task) {
  std::string label =
      promises->facts ? promises->facts->LabelOf(partition) : PartitionLabel(partition.payload);
  auto host = std::make_unique<CheckedHost>(contract, task, partition, label);
  auto reader =
      std::make_unique<CheckedReader>(contract, promises, std::move(label), std::move(host));
  TENON_ASSIGN_OR_RETURN(std::unique_ptr<PartitionReader> inner,
                         contract->GuardObject(contract->Place("Open", reader->label()), [&] {
                           return factory.Open(partition, reader->context());
                         }));
  reader->Hold(std::move(inner));
  return reader;
}

class CheckedReaders : public ReaderFactory {
 public:
  CheckedReaders(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                 std::unique_ptr<ReaderFactory> factory,
                 std::shared_ptr<const CheckedReader::Promises> promises)
      : contract_(std::move(contract)),
        host_(std::move(host)),
        factory_(std::move(factory)),
        promises_(std::move(promises)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& task) const override {
    return OpenChecked(contract_, promises_, *factory_, partition, task);
  }

 private:
  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<ReaderFactory> factory_;
  const std::shared_ptr<const CheckedReader::Promises> promises_;
};

// As CheckedReaders, over a factory that belongs to the scan.
class CheckedLocalReaders : public ReaderFactory {
 public:
  CheckedLocalReaders(ContractPtr contract, const ReaderFactory& factory,
                      std::shared_ptr<const CheckedReader::Promises> promises)
      : contract_(std::move(contract)), factory_(factory), promises_(std::move(promises)) {}

  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& task) const override {
    return OpenChecked(contract_, promises_, factory_, partition, task);
  }

 private:
  const ContractPtr contract_;
  const ReaderFactory& factory_;
  const std::shared_ptr<const CheckedReader::Promises> promises_;
};

// The answers of a scan that are fixed once Plan has returned.
struct FixedAnswers {
  ScanState state;
  std::optional<Position> end;
  std::string pin;
};

FixedAnswers Ask(const Scan& scan) { return {scan.state(), scan.end(), scan.pin()}; }

class CheckedScan : public Scan {
 public:
  CheckedScan(ContractPtr contract, std::unique_ptr<CheckedHost> host, std::unique_ptr<Scan> scan,
              FixedAnswers fixed, std::shared_ptr<ScanFacts> facts)
      : contract_(std::move(contract)),
        host_(std::move(host)),
        scan_(std::move(scan)),
        fixed_(std::move(fixed)),
        facts_(std::move(facts)) {
    if (const ReaderFactory* local = scan_->local_readers()) {
      local_ = std::make_unique<CheckedLocalReaders>(contract_, *local,
                                                     MakePromises(fixed_.state.schema, facts_));
    }
  }

  Result<std::vector<Partition>> NextPartitions(const TaskContext& task) override {
    if (ended_) return std::vector<Partition>();
    TENON_ASSIGN_OR_RETURN(std::vector<Partition> page, AskPage(task));
    // Asking costs copies (a position may be megabytes): at both ends, and always in full.
    if (page.empty() || first_page_ || contract_->asks_again()) TENON_RETURN_IF_ERROR(CheckFixed());
    first_page_ = false;
    if (page.empty()) {
      ended_ = true;
      if (contract_->asks_again()) {
        TENON_ASSIGN_OR_RETURN(const std::vector<Partition> more, AskPage(task));
        if (!more.empty()) {
          return contract_->Broken("partitions-after-end",
                                   "partitions=" + std::to_string(more.size()));
        }
      }
      return page;
    }
    if (pages_.Repeats(page)) {
      return contract_->Broken("endless-paging",
                               "partitions_of_page=" + std::to_string(page.size()));
    }
    for (const Partition& partition : page) {
      facts_->Number(partition);
      TENON_RETURN_IF_ERROR(CheckPartition(*contract_, partition, facts_->LabelOf(partition)));
    }
    return page;
  }

  ScanState state() const override { return fixed_.state; }
  std::optional<Position> end() const override { return fixed_.end; }
  std::string pin() const override { return fixed_.pin; }
  const ReaderFactory* local_readers() const override { return local_.get(); }

 private:
  Result<std::vector<Partition>> AskPage(const TaskContext& task) {
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("NextPartitions"),
                            [&] { return scan_->NextPartitions(host.context()); });
  }
  Status CheckFixed() const {
    TENON_ASSIGN_OR_RETURN(const FixedAnswers now,
                           contract_->Guard(contract_->Place("state"),
                                            [this] { return Result<FixedAnswers>(Ask(*scan_)); }));
    if (now.state.bytes != fixed_.state.bytes)
      return contract_->Broken("state-changed", "of=state");
    if (now.state.schema != fixed_.state.schema)
      return contract_->Broken("state-changed", "of=schema");
    if (now.end != fixed_.end) return contract_->Broken("end-changed", "");
    if (now.pin != fixed_.pin) return contract_->Broken("pin-changed", "");
    return Status::Ok();
  }

  const ContractPtr contract_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Scan> scan_;
  const FixedAnswers fixed_;
  const std::shared_ptr<ScanFacts> facts_;
  std::unique_ptr<CheckedLocalReaders> local_;
  PageWatch pages_;
  bool first_page_ = true;
  bool ended_ = false;
};

bool SameOffer(const ScanOffer& a, const ScanOffer& b) {
  return a.where == b.where && a.columns == b.columns && a.limit == b.limit &&
         a.schema == b.schema && a.order == b.order && a.partition_keys == b.partition_keys;
}

class CheckedSource : public Source {
 public:
  CheckedSource(ContractPtr contract, std::shared_ptr<ScanBook> book,
                std::unique_ptr<CheckedHost> host, std::unique_ptr<Source> source)
      : contract_(std::move(contract)),
        book_(std::move(book)),
        host_(std::move(host)),
        source_(std::move(source)) {}

  Result<std::optional<Schema>> schema(const TaskContext& task) override {
    CheckedHost host(contract_, task);
    auto schema = contract_->Guard(contract_->Place("schema"),
                                   [&] { return source_->schema(host.context()); });
    if (schema.ok()) schema_ = *schema;
    return schema;
  }

  Result<ScanOffer> Offer(const ScanRequest& request, const TaskContext& task) override {
    TENON_ASSIGN_OR_RETURN(ScanOffer offer, AskOffer(request, task));
    TENON_RETURN_IF_ERROR(CheckOffer(request, offer));
    if (contract_->asks_again()) {
      TENON_ASSIGN_OR_RETURN(const ScanOffer again, AskOffer(request, task));
      if (!SameOffer(offer, again)) return contract_->Broken("offer-changes", "");
    }
    return offer;
  }

  Result<std::unique_ptr<Scan>> Plan(const ScanRequest& accepted,
                                     const TaskContext& task) override {
    auto host = std::make_unique<CheckedHost>(contract_, task);
    TENON_ASSIGN_OR_RETURN(std::unique_ptr<Scan> scan,
                           contract_->GuardObject(contract_->Place("Plan"), [&] {
                             return source_->Plan(accepted, host->context());
                           }));
    TENON_ASSIGN_OR_RETURN(FixedAnswers fixed, contract_->Guard(contract_->Place("state"), [&] {
      return Result<FixedAnswers>(Ask(*scan));
    }));
    TENON_RETURN_IF_ERROR(CheckPlan(accepted, fixed, scan->local_readers() != nullptr));
    auto facts = std::make_shared<ScanFacts>();
    facts->columns = accepted.columns;
    facts->limit = accepted.limit;
    facts->state = fixed.state.bytes;
    book_->Add(facts);
    return std::make_unique<CheckedScan>(contract_, std::move(host), std::move(scan),
                                         std::move(fixed), std::move(facts));
  }

 private:
  Result<ScanOffer> AskOffer(const ScanRequest& request, const TaskContext& task) {
    CheckedHost host(contract_, task);
    return contract_->Guard(contract_->Place("Offer"),
                            [&] { return source_->Offer(request, host.context()); });
  }

  Status CheckOffer(const ScanRequest& request, const ScanOffer& offer) const {
    if (offer.where.size() > request.where.size()) {
      return contract_->Broken("offer-where-too-long",
                               "conjuncts=" + std::to_string(request.where.size()) +
                                   " answers=" + std::to_string(offer.where.size()));
    }
    for (size_t i = 0; i < offer.where.size(); ++i) {
      if (offer.where[i] < PushDown::kNone || offer.where[i] > PushDown::kExact) {
        return contract_->Broken("offer-answer", "conjunct=" + std::to_string(i));
      }
      if (request.where[i].op == Op::kText && offer.where[i] == PushDown::kInexact) {
        return contract_->Broken("offer-text-inexact", "conjunct=" + std::to_string(i));
      }
    }
    if (offer.limit && !request.limit) return contract_->Broken("offer-limit-unasked", "");
    if (offer.rows < -1 || offer.bytes < -1) {
      return contract_->Broken("negative-estimate", "rows=" + std::to_string(offer.rows) +
                                                        " bytes=" + std::to_string(offer.bytes));
    }
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("offer detail", offer.detail));
    return CheckOfferedColumns(request, offer);
  }

  Status CheckOfferedColumns(const ScanRequest& request, const ScanOffer& offer) const {
    if (!offer.schema) return Status::Ok();
    if (offer.columns && request.columns && offer.schema->names() != *request.columns) {
      return contract_->Broken("offer-columns", "schema=" + offer.schema->ToString());
    }
    for (const SortKey& key : offer.order) {
      if (!offer.schema->IndexOf(key.column))
        return contract_->Broken("offer-order", "column=" + key.column);
    }
    for (const std::string& key : offer.partition_keys) {
      if (!offer.schema->IndexOf(key))
        return contract_->Broken("offer-partition-keys", "column=" + key);
    }
    return Status::Ok();
  }

  Status CheckPlan(const ScanRequest& accepted, const FixedAnswers& fixed, bool local) const {
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("scan state", fixed.state.bytes));
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("pin", fixed.pin));
    if (fixed.end) TENON_RETURN_IF_ERROR(CheckPosition(*fixed.end));
    if (accepted.after && !fixed.end) return contract_->Broken("end-missing", "");
    if (fixed.state.schema) return CheckPlannedSchema(accepted, *fixed.state.schema);
    const bool typed = schema_ && schema_->has_value();
    if (typed && !local) return contract_->Broken("state-schema-missing", "");
    return Status::Ok();
  }

  Status CheckPosition(const Position& end) const {
    TENON_RETURN_IF_ERROR(contract_->RefuseSecret("position", end.json));
    if (!contract_->asks_again() && end.json.starts_with("{\"v\":")) return Status::Ok();
    const Result<base::Json> json = base::ParseJson(end.json);
    if (!json.ok() || !json->is_object() || json->empty() || json->begin().key() != "v") {
      return contract_->Broken("position-form", "wanted={\"v\":1,…}");
    }
    return Status::Ok();
  }

  Status CheckPlannedSchema(const ScanRequest& accepted, const Schema& planned) const {
    if (accepted.columns && planned.names() != *accepted.columns) {
      return contract_->Broken("columns-ignored", "schema=" + planned.ToString());
    }
    if (!schema_ || !*schema_) return Status::Ok();
    const columnar::FieldPlaces declared((*schema_)->fields());
    for (const Field& field : planned.fields()) {
      const std::optional<int> index = declared.Find(field.name);
      if (!index) return contract_->Broken("plan-schema", "column=" + field.name + " declared=no");
      const Schema want({(*schema_)->field(*index)}), is({field});
      if (std::string difference = SchemaDifference(want, is); !difference.empty()) {
        return contract_->Broken("plan-schema", difference);
      }
    }
    return Status::Ok();
  }

  const ContractPtr contract_;
  const std::shared_ptr<ScanBook> book_;
  const std::unique_ptr<CheckedHost> host_;
  const std::unique_ptr<Source> source_;
  std::optional<std::optional<Schema>> schema_;  // What schema() said last, if it was asked.
};

}  // namespace

std::unique_ptr<Source> CheckSource(ContractPtr contract, std::shared_ptr<ScanBook> book,
                                    std::unique_ptr<CheckedHost> host,
                                    std::unique_ptr<Source> source) {
  return std::make_unique<CheckedSource>(std::move(contract), std::move(book), std::move(host),
                                         std::move(source));
}

std::unique_ptr<ReaderFactory> CheckReaders(ContractPtr contract, std::unique_ptr<CheckedHost> host,
                                            std::unique_ptr<ReaderFactory> factory,
                                            std::optional<Schema> declared,
                                            std::shared_ptr<const ScanFacts> facts) {
  return std::make_unique<CheckedReaders>(std::move(contract), std::move(host), std::move(factory),
                                          MakePromises(std::move(declared), std::move(facts)));
}

}  // namespace tenon::connector
