// Values on their way over plugin.h, as both sides of it need them. Private to the door and to src/connector.
#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tenon/plugin.h"
#include "tenon/plugin_fill.h"
#include "tenon/record_batch.h"
#include "tenon/sink.h"
#include "tenon/source.h"
#include "tenon/status.h"

namespace tenon::internal {

// Borrowed both ways; null data reads as empty text.
inline tenon_text ToText(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view FromText(tenon_text text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
std::vector<tenon_text> ToTexts(std::span<const std::string> texts);
std::vector<std::string> FromTexts(const tenon_text* texts, size_t count);

// Bytes that the receiver owns. TakeBytes calls their release.
void GiveBytes(std::string text, tenon_bytes* out);
std::string TakeBytes(tenon_bytes* bytes);

// The number that the function returns; *error is filled as far as it goes. Ok gives 0.
int32_t GiveStatus(const Status& status, tenon_error* error) noexcept;
// The error of a call that returned `code`, which is not 0; releases its texts.
Status TakeStatus(int32_t code, tenon_error* error);

// A table or sized struct of the other side, zero where the other side's is shorter.
template <typename T>
T CompleteTable(const T& sized) {
  T complete{};
  std::memcpy(static_cast<void*>(&complete), &sized,
              sized.size < sizeof(T) ? sized.size : sizeof(T));
  return complete;
}

// Fills an out table of the caller's size.
template <typename T>
void FillTable(const T& table, T* out) {
  tenon_fill(out, &table, sizeof(T));
}

// The release function of a table whose self is a Self: frees it, once.
template <typename Self, typename Table>
void ReleaseTable(Table* table) {
  const std::unique_ptr<Self> last(static_cast<Self*>(table->self));
  table->self = nullptr;
  table->release = nullptr;
}

// A deep copy, which the receiver releases.
void CopyArrowSchema(const ArrowSchema& schema, ArrowSchema* out);
// The layout in which `batch` is stored; the receiver releases it.
void ExportLayout(const RecordBatch& batch, ArrowSchema* out);

// Turns a sequence of (schema if changed, array) into batches that share what did not change.
class BatchImporter {
 public:
  // Batches whose schema equals `declared`, which may be null, share its pointer.
  explicit BatchImporter(SchemaPtr declared) : declared_(std::move(declared)) {}
  // Takes both over; `schema` may be null or released when it is that of the batch before.
  Result<RecordBatch> Import(ArrowSchema* schema, ArrowArray* array);

 private:
  Status ReadLayout(ArrowSchema* schema);
  SchemaPtr declared_, schema_;
  std::shared_ptr<const ArrowSchema> layout_;  // Null when canonical.
};

// The other way: tells when the schema of the next batch must be sent.
class BatchExporter {
 public:
  // Fills both; `schema` only when it differs from the batch before.
  void Export(RecordBatch batch, ArrowSchema* schema, ArrowArray* array);

 private:
  SchemaPtr schema_;
  bool canonical_ = true;
};

// A predicate of C over storage that it owns.
class PredicateList {
 public:
  explicit PredicateList(const std::vector<Predicate>& predicates);
  const tenon_predicate* data() const { return items_.data(); }
  size_t size() const { return items_.size(); }

 private:
  tenon_predicate Convert(const Predicate& predicate);
  std::vector<tenon_predicate> items_;
  std::vector<std::unique_ptr<std::vector<tenon_literal>>> literals_;
  std::vector<std::unique_ptr<std::string>> type_names_;
  std::vector<std::unique_ptr<PredicateList>> args_;
};

// kInvalidArgument for a type that is not one.
Result<std::vector<Predicate>> ReadPredicates(const tenon_predicate* items, size_t count);

// Borrows from `partition`, and from `hosts`, which it fills.
tenon_partition ToPartition(const Partition& partition, std::vector<tenon_text>* hosts);
Partition FromPartition(const tenon_partition& partition);

tenon_sink_call ToSinkCall(const SinkCall& call);
SinkCall FromSinkCall(const tenon_sink_call& call);

}  // namespace tenon::internal
