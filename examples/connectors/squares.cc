// A columnar source: it has its numbers as arrays and hands them over as they are, without a copy.
#include "tenon/author.h"

namespace {
using namespace tenon;

struct SquaresOptions {
  int64_t rows = 0;
};

const OptionSpec<SquaresOptions>& Spec() {
  static const auto spec = OptionSpec<SquaresOptions>().Add(
      "rows", &SquaresOptions::rows,
      {.help = "How many rows.", .required = true, .minimum = 0, .maximum = 1 << 30});
  return spec;
}

SchemaPtr Columns() {
  return std::make_shared<const Schema>(
      Schema({{"n", DataType::Long()}, {"square", DataType::Long()}}));
}

// One batch's arrays and the structures through which others see them.
struct Arrays {
  std::vector<int64_t> columns[2];
  const void* buffers[2][2];
  const void* no_buffer[1] = {nullptr};
  ArrowArray children[2];
  ArrowArray* child_pointers[2];

  static Result<RecordBatch> Give(std::unique_ptr<Arrays> arrays, const SchemaPtr& schema) {
    const auto rows = static_cast<int64_t>(arrays->columns[0].size());
    for (int i = 0; i < 2; ++i) {
      arrays->buffers[i][0] = nullptr;  // No nulls.
      arrays->buffers[i][1] = arrays->columns[i].data();
      arrays->children[i] = {
          .length = rows, .n_buffers = 2, .buffers = arrays->buffers[i], .release = Release};
      arrays->children[i].private_data = new std::shared_ptr<Arrays>();
      arrays->child_pointers[i] = &arrays->children[i];
    }
    const std::shared_ptr<Arrays> shared = std::move(arrays);
    for (ArrowArray& child : shared->children)
      *static_cast<std::shared_ptr<Arrays>*>(child.private_data) = shared;
    ArrowArray array{.length = rows,
                     .n_buffers = 1,
                     .n_children = 2,
                     .buffers = shared->no_buffer,
                     .children = shared->child_pointers,
                     .release = Release};
    array.private_data = new std::shared_ptr<Arrays>(shared);
    return RecordBatch::Take(schema, &array);
  }

  // Each structure holds a share, because a consumer may keep one column and drop the rest.
  static void Release(ArrowArray* array) {
    for (int64_t i = 0; i < array->n_children; ++i) {
      if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
    }
    array->release = nullptr;
    delete static_cast<std::shared_ptr<Arrays>*>(array->private_data);
  }
};

struct Reader : PartitionReader {
  Reader(int64_t first, int64_t end, const TaskContext& given)
      : next(first), last(end), context(given) {}
  Result<std::optional<RecordBatch>> Next() override {
    TENON_RETURN_IF_ERROR(context.CheckCancelled());
    if (next == last) return std::nullopt;
    const int64_t rows = std::min(last - next, context.limits().max_rows);
    auto arrays = std::make_unique<Arrays>();
    for (int64_t n = next; n < next + rows; ++n) {
      arrays->columns[0].push_back(n);
      arrays->columns[1].push_back(n * n);
    }
    next += rows;
    TENON_ASSIGN_OR_RETURN(RecordBatch batch, Arrays::Give(std::move(arrays), schema));
    return batch;
  }
  int64_t next, last;
  TaskContext context;
  SchemaPtr schema = Columns();
};

struct Readers : ReaderFactory {
  Result<std::unique_ptr<PartitionReader>> Open(const Partition& partition,
                                                const TaskContext& context) const override {
    int64_t first = 0, last = 0;
    TENON_RETURN_IF_ERROR(Unpack(partition.payload, 1, &first, &last));
    return std::make_unique<Reader>(first, last, context);
  }
};

struct SquaresScan : Scan {
  explicit SquaresScan(int64_t all) : rows(all) {}
  Result<std::vector<Partition>> NextPartitions(const TaskContext&) override {
    std::vector<Partition> page;
    if (!std::exchange(given, true))
      page.push_back({.payload = Pack(1, int64_t{0}, rows), .rows = rows});
    return page;
  }
  ScanState state() const override { return {.bytes = {}, .schema = *Columns()}; }
  int64_t rows;
  bool given = false;
};

struct SquaresSource : Source {
  explicit SquaresSource(SquaresOptions given) : options(given) {}
  Result<std::optional<Schema>> schema(const TaskContext&) override { return *Columns(); }
  Result<std::unique_ptr<Scan>> Plan(const ScanRequest&, const TaskContext&) override {
    return std::make_unique<SquaresScan>(options.rows);
  }
  SquaresOptions options;
};

struct Squares : Connector {
  ConnectorInfo info() const override {
    return {.name = "squares", .options_schema = Spec().JsonSchema(), .can = {.write = false}};
  }
  Result<std::unique_ptr<Source>> OpenSource(const Options& options, const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(SquaresOptions parsed, Spec().Parse(options));
    return std::make_unique<SquaresSource>(parsed);
  }
  Result<std::unique_ptr<ReaderFactory>> OpenReaders(const Options&, const ScanState&,
                                                     const TaskContext&) override {
    return std::make_unique<Readers>();
  }
};

}  // namespace

TENON_PLUGIN(Squares)
