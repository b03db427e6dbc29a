// A sink: one text file, a line a row. Writers fill part files in a folder beside it; Commit joins them and renames
// the result, the one step that makes the rows visible: killed anywhere, the file is whole or absent.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tenon/author.h"

namespace {
using namespace tenon;
namespace fs = std::filesystem;
using Texts = std::span<const std::string>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;
struct LinesOptions {
  std::string path;
};
const OptionSpec<LinesOptions>& Spec() {
  static const auto spec = OptionSpec<LinesOptions>().Add(
      "path", &LinesOptions::path, {.help = "The file to write.", .required = true});
  return spec;
}
Status Store(std::FILE* file, std::string_view text, bool durable) {
  bool stored = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (durable) stored = stored && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  return stored ? Status::Ok() : Status::Unavailable("File cannot be written");
}
struct Writer : PartitionWriter {
  explicit Writer(std::string part) : path(part), file(fopen(path.c_str(), "wb"), &fclose) {}
  Status Write(RecordBatch batch) override {
    BatchView rows(batch);
    std::string lines;
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      for (int i = 0; i < batch.num_columns(); ++i) {
        if (!rows.column(i).is_null(row)) lines += rows.column(i).GetString(row);
        lines += i + 1 < batch.num_columns() ? '\t' : '\n';
      }
    }
    return Store(file.get(), lines, false);
  }
  Result<std::string> Commit() override {
    TENON_RETURN_IF_ERROR(Store(file.get(), "", true));
    return path;
  }
  std::string path;
  File file;
};
struct Writers : WriterFactory {
  explicit Writers(std::string_view given) : folder(given) {}
  Result<std::unique_ptr<PartitionWriter>> Open(WriterId id, const TaskContext&) const override {
    const std::string name = std::to_string(id.partition) + "-" + std::to_string(id.attempt);
    return std::make_unique<Writer>(folder + "/" + name);
  }
  std::string folder;
};
// PATH.TOKEN/… becomes PATH. Recovery repeats it: a folder that is gone was published.
Status Publish(const std::string& folder, Texts parts) {
  if (!fs::exists(folder)) return Status::Ok();
  File whole(fopen((folder + "/all").c_str(), "wb"), &fclose);
  for (const std::string& part : parts) {
    std::ifstream in(part, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    TENON_RETURN_IF_ERROR(Store(whole.get(), text, true));
  }
  fs::rename(folder + "/all", folder.substr(0, folder.rfind('.')));
  fs::rename(folder, folder + ".done");  // First gone as a whole, then removed.
  fs::remove_all(folder + ".done");
  return Status::Ok();
}
struct LinesSink : Sink {
  explicit LinesSink(std::string given) : folder(given) { fs::create_directories(folder); }
  CommitClass commit_class() const override { return CommitClass::kAtomic; }
  std::string state() const override { return folder; }
  Status CheckSchema(const Schema& schema) const override {
    for (const Field& field : schema.fields())
      if (field.type != DataType::String())
        return Status::Unsupported("No text: column=" + field.name);
    return Status::Ok();
  }
  Status Commit(uint64_t, std::string_view, Texts parts, const TaskContext&) override {
    return Publish(folder, parts);
  }
  std::string folder;
};
struct LinesRecovery : Recovery {
  Result<Outcome> Settle(const SinkCall&, uint64_t, std::string_view, Texts parts,
                         std::string_view places, const TaskContext&) override {
    TENON_RETURN_IF_ERROR(Publish(std::string(places), parts));
    return Outcome::kPublished;
  }
  Status Discard(const SinkCall&, std::string_view places, Texts, const TaskContext&) override {
    fs::remove_all(places);
    fs::remove_all(std::string(places) + ".done");
    return Status::Ok();
  }
};
struct Lines : Connector {
  ConnectorInfo info() const override {
    ConnectorInfo info{.name = "text_lines", .options_schema = Spec().JsonSchema()};
    info.abilities = {std::string(Recovery::kId)};
    info.can.read = false;
    return info;
  }
  Result<std::unique_ptr<Sink>> OpenSink(const Options& options, const WriteRequest& request,
                                         const TaskContext&) override {
    TENON_ASSIGN_OR_RETURN(LinesOptions parsed, Spec().Parse(options));
    return std::make_unique<LinesSink>(parsed.path + "." + request.call.token);
  }
  Result<std::unique_ptr<WriterFactory>> OpenWriters(const Options&, std::string_view state,
                                                     const TaskContext&) override {
    return std::make_unique<Writers>(state);
  }
  Result<std::unique_ptr<Ability>> OpenAbility(std::string_view, const Options&,
                                               const TaskContext&) override {
    return std::make_unique<LinesRecovery>();
  }
};
}  // namespace
TENON_PLUGIN(Lines)
