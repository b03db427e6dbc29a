#include "sql/database.h"

#include <stop_token>

#include "base/error_catalog.h"
#include "base/process_folder.h"
#include "sql/chunk_gatherer.h"
#include "sql/input_function.h"

namespace tenon::sql {
namespace {

Status ToStatus(duckdb_error_type type, std::string_view text) {
  if (type == DUCKDB_ERROR_INTERRUPT) return Status::Cancelled("The query was cancelled");
  if (type == DUCKDB_ERROR_OUT_OF_MEMORY) {
    return Status::ResourceExhausted("The memory for joins and sorts does not suffice: " +
                                     std::string(text))
        .WithNumber(base::kErrMemoryTooSmall)
        .WithHint("Raise --memory, or free space in the spill folder.");
  }
  return Status::Internal("DuckDB failed: " + std::string(text));
}

// Owns a connection and everything of one run that hangs on it, in the order of its making.
class Run : public BatchStream {
 public:
  Run(const DuckDbApi& api, InputTable& inputs, const Query& query, const TaskContext& context)
      : api_(api),
        inputs_(inputs),
        schema_(query.schema()),
        context_(context),
        gatherer_(api, schema_) {}

  ~Run() override {
    cancel_.reset();
    if (started_) api_.destroy_result(&result_);
    if (pending_ != nullptr) api_.destroy_pending(&pending_);
    if (statement_ != nullptr) api_.destroy_prepare(&statement_);
    if (connection_ != nullptr) api_.disconnect(&connection_);
    for (int64_t number : numbers_) inputs_.Remove(number);
  }

  Status Start(duckdb_database database, const Query& query,
               std::vector<std::unique_ptr<BatchStream>> streams) {
    for (auto& stream : streams) {
      given_.push_back(std::make_shared<Input>(std::move(stream)));
      numbers_.push_back(inputs_.Add(given_.back()));
    }
    if (api_.connect(database, &connection_) != DuckDBSuccess) {
      return Status::Internal("DuckDB gave no connection");
    }
    cancel_.emplace(context_.stop(), Interrupt{&api_, connection_});
    if (api_.prepare(connection_, query.Text(numbers_).c_str(), &statement_) != DuckDBSuccess) {
      return Explain(DUCKDB_ERROR_INVALID, api_.prepare_error(statement_));
    }
    if (api_.pending_prepared_streaming(statement_, &pending_) != DuckDBSuccess) {
      return Explain(DUCKDB_ERROR_INVALID, api_.pending_error(pending_));
    }
    started_ = true;
    if (api_.execute_pending(pending_, &result_) != DuckDBSuccess) return ResultError();
    TENON_RETURN_IF_ERROR(gatherer_.Open(result_));
    return context_.CheckCancelled();
  }

  const SchemaPtr& schema() const override { return schema_; }

  Result<std::optional<RecordBatch>> Next() override {
    while (!ended_ && !gatherer_.full(context_.limits())) {
      TENON_RETURN_IF_ERROR(context_.CheckCancelled());
      duckdb_data_chunk chunk = api_.stream_fetch_chunk(result_);
      if (chunk == nullptr) {
        ended_ = true;
        TENON_RETURN_IF_ERROR(ResultError());
        break;
      }
      Status status = gatherer_.Add(chunk);
      api_.destroy_data_chunk(&chunk);
      TENON_RETURN_IF_ERROR(std::move(status));
    }
    return gatherer_.Finish();
  }

 private:
  struct Interrupt {
    const DuckDbApi* api;
    duckdb_connection connection;
    void operator()() const { api->interrupt(connection); }
  };

  // What really ended the query: the caller's stop, an input's own error, or what DuckDB says.
  Status Explain(duckdb_error_type type, const char* text) const {
    TENON_RETURN_IF_ERROR(context_.CheckCancelled());
    for (const auto& input : given_) TENON_RETURN_IF_ERROR(input->status());
    return ToStatus(type, text == nullptr ? "no reason given" : text);
  }

  Status ResultError() {
    const char* text = api_.result_error(&result_);
    if (text == nullptr) return Status::Ok();
    return Explain(api_.result_error_type(&result_), text);
  }

  const DuckDbApi& api_;
  InputTable& inputs_;
  SchemaPtr schema_;
  TaskContext context_;
  ChunkGatherer gatherer_;
  std::vector<std::shared_ptr<Input>> given_;
  std::vector<int64_t> numbers_;
  duckdb_connection connection_ = nullptr;
  duckdb_prepared_statement statement_ = nullptr;
  duckdb_pending_result pending_ = nullptr;
  duckdb_result result_{};
  bool started_ = false, ended_ = false;
  std::optional<std::stop_callback<Interrupt>>
      cancel_;  // Last: gone before the connection it uses.
};

}  // namespace

struct Database::State {
  const DuckDbApi* api = nullptr;
  InputTable inputs;
  base::ProcessFolder folder;
  bool process_ends = false;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;  // Kept open: the input function belongs to it.

  ~State() {
    // Closing takes longer than a small query. What has spilled must go, and only DuckDB knows whether it still writes.
    if (process_ends && (folder.path().empty() || folder.RemoveIfEmpty())) return;
    if (connection != nullptr) api->disconnect(&connection);
    if (database != nullptr) api->close(&database);
  }

  Status OpenDatabase(const DatabaseSettings& settings) {
    const std::pair<const char*, std::string> values[] = {
        {"memory_limit", std::to_string(settings.memory_bytes / 1024) + "KiB"},
        {"threads", std::to_string(settings.threads)},
        {"temp_directory", folder.path()},
        {"autoinstall_known_extensions", "false"},
        {"autoload_known_extensions", "false"},
        {"preserve_insertion_order", "false"},
    };
    duckdb_config config = nullptr;
    if (api->create_config(&config) != DuckDBSuccess)
      return Status::Internal("DuckDB gave no configuration");
    Status status;
    for (const auto& [name, value] : values) {
      if (status.ok() && api->set_config(config, name, value.c_str()) != DuckDBSuccess) {
        status = Status::InvalidArgument("DuckDB refuses a setting: name=" + std::string(name) +
                                         " value=" + value);
      }
    }
    char* text = nullptr;
    if (status.ok() && api->open_ext(nullptr, &database, config, &text) != DuckDBSuccess) {
      status = Status::Internal("DuckDB could not be opened: " +
                                std::string(text == nullptr ? "" : text));
    }
    if (text != nullptr) api->free(text);
    api->destroy_config(&config);
    TENON_RETURN_IF_ERROR(std::move(status));
    if (api->connect(database, &connection) != DuckDBSuccess)
      return Status::Internal("DuckDB gave no connection");
    TENON_RETURN_IF_ERROR(RegisterInputFunction(*api, connection, inputs));
    return CloseTheDoors();
  }

  // No file but the spill folder's may be touched. These settings are taken from statements only, in this order.
  Status CloseTheDoors() {
    std::string quoted;
    for (char c : folder.path()) quoted += c == '\'' ? std::string("''") : std::string(1, c);
    for (const std::string& statement :
         {"SET allowed_directories = [" + (quoted.empty() ? "" : "'" + quoted + "'") + "]",
          std::string("SET enable_external_access = false"),
          std::string("SET lock_configuration = true")}) {
      if (api->query(connection, statement.c_str(), nullptr) != DuckDBSuccess) {
        return Status::Internal("DuckDB refuses a statement: " + statement);
      }
    }
    return Status::Ok();
  }
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(DatabaseSettings settings) {
  auto state = std::make_unique<State>();
  TENON_ASSIGN_OR_RETURN(
      state->api,
      LoadDuckDb(settings.library_paths.empty() ? DuckDbPaths() : settings.library_paths));
  if (!settings.spill_folder.empty()) {
    TENON_ASSIGN_OR_RETURN(state->folder, base::ProcessFolder::Make(settings.spill_folder, "sort"));
  }
  state->process_ends = settings.process_ends;
  TENON_RETURN_IF_ERROR(state->OpenDatabase(settings));
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

Result<std::unique_ptr<BatchStream>> Database::Run(const Query& query,
                                                   std::vector<std::unique_ptr<BatchStream>> inputs,
                                                   const TaskContext& context) {
  if (static_cast<int>(inputs.size()) != query.inputs()) {
    return Status::Internal("A query got a wrong number of inputs");
  }
  auto run = std::make_unique<sql::Run>(*state_->api, state_->inputs, query, context);
  TENON_RETURN_IF_ERROR(run->Start(state_->database, query, std::move(inputs)));
  return std::unique_ptr<BatchStream>(std::move(run));
}

std::string Database::version() const {
  std::string text = state_->api->library_version();
  return text.starts_with("v") ? text.substr(1) : text;
}

}  // namespace tenon::sql
