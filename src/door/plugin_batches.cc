// Batches and schemas on their way over plugin.h.
#include <string>
#include <utility>
#include <vector>

#include "door/plugin_values.h"

namespace tenon::internal {
namespace {

// What a copied ArrowSchema owns.
struct SchemaCopy {
  std::string format, name, metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  std::unique_ptr<ArrowSchema> dictionary;

  static void Release(ArrowSchema* schema) {
    const std::unique_ptr<SchemaCopy> copy(static_cast<SchemaCopy*>(schema->private_data));
    for (ArrowSchema& child : copy->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (copy->dictionary != nullptr && copy->dictionary->release != nullptr) {
      copy->dictionary->release(copy->dictionary.get());
    }
    schema->release = nullptr;
  }
};

// The length of Arrow's metadata: a count, then for each key and value a length and its bytes.
size_t MetadataSize(const char* metadata) {
  auto number = [metadata](size_t at) {
    int32_t value;
    std::memcpy(&value, metadata + at, sizeof(value));
    return value;
  };
  size_t at = sizeof(int32_t);
  for (int64_t texts = int64_t{number(0)} * 2; texts > 0; --texts) {
    at += sizeof(int32_t) + static_cast<size_t>(number(at));
  }
  return at;
}

// A layout that is released with its last user.
struct LayoutOwner {
  explicit LayoutOwner(ArrowSchema* given) : schema(std::exchange(*given, ArrowSchema{})) {}
  LayoutOwner(const LayoutOwner&) = delete;
  LayoutOwner& operator=(const LayoutOwner&) = delete;
  ~LayoutOwner() {
    if (schema.release != nullptr) schema.release(&schema);
  }
  ArrowSchema schema;
};

}  // namespace

void CopyArrowSchema(const ArrowSchema& schema, ArrowSchema* out) {
  auto copy = std::make_unique<SchemaCopy>();
  copy->format = schema.format;
  if (schema.name != nullptr) copy->name = schema.name;
  if (schema.metadata != nullptr)
    copy->metadata.assign(schema.metadata, MetadataSize(schema.metadata));
  copy->children.resize(static_cast<size_t>(schema.n_children));
  for (size_t i = 0; i < copy->children.size(); ++i) {
    CopyArrowSchema(*schema.children[i], &copy->children[i]);
    copy->child_pointers.push_back(&copy->children[i]);
  }
  *out = {};
  if (schema.dictionary != nullptr) {
    copy->dictionary = std::make_unique<ArrowSchema>();
    CopyArrowSchema(*schema.dictionary, copy->dictionary.get());
    out->dictionary = copy->dictionary.get();
  }
  out->format = copy->format.c_str();
  out->name = copy->name.c_str();
  out->metadata = schema.metadata != nullptr ? copy->metadata.data() : nullptr;
  out->flags = schema.flags;
  out->n_children = schema.n_children;
  out->children = copy->child_pointers.empty() ? nullptr : copy->child_pointers.data();
  out->release = SchemaCopy::Release;
  out->private_data = copy.release();
}

void ExportLayout(const RecordBatch& batch, ArrowSchema* out) {
  if (batch.layout() != nullptr) {
    CopyArrowSchema(*batch.layout(), out);
  } else {
    ExportSchema(batch.schema(), out);
  }
}

Status BatchImporter::ReadLayout(ArrowSchema* schema) {
  const auto owner = std::make_shared<LayoutOwner>(schema);
  TENON_ASSIGN_OR_RETURN(Schema read, ImportSchema(owner->schema));
  const bool is_declared = declared_ != nullptr && *declared_ == read;
  schema_ = is_declared ? declared_ : std::make_shared<const Schema>(std::move(read));
  layout_ = nullptr;
  if (!IsCanonical(owner->schema))
    layout_ = std::shared_ptr<const ArrowSchema>(owner, &owner->schema);
  return Status::Ok();
}

Result<RecordBatch> BatchImporter::Import(ArrowSchema* schema, ArrowArray* array) {
  Status status;
  if (schema != nullptr && schema->release != nullptr) {
    status = ReadLayout(schema);
  } else if (schema_ == nullptr) {
    status = Status::Internal("The first batch came without a schema");
  }
  if (!status.ok()) {
    if (array->release != nullptr) array->release(array);
    return status;
  }
  return RecordBatch::TakeForeign(schema_, layout_, array);
}

void BatchExporter::Export(RecordBatch batch, ArrowSchema* schema, ArrowArray* array) {
  const bool canonical = batch.layout() == nullptr;
  // Two foreign layouts of one schema are seldom and not compared: they are sent each time.
  const bool same = schema_ != nullptr && canonical && canonical_ &&
                    (schema_ == batch.schema_ptr() || *schema_ == batch.schema());
  if (!same) ExportLayout(batch, schema);
  schema_ = batch.schema_ptr();
  canonical_ = canonical;
  *array = std::move(batch).Release();
}

}  // namespace tenon::internal
