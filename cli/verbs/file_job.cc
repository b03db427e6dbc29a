#include "file_job.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error_catalog.h"
#include "base/json.h"
#include "base/platform_file.h"
#include "base/text.h"
#include "column_list.h"
#include "connectors/builtin.h"

namespace tenon::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStatePrefix = "tenon-";

int64_t NumberOf(const Request& request, std::string_view option, int64_t otherwise) {
  const std::string* text = request.Find(option);
  return text == nullptr ? otherwise : base::ParseInteger(*text).value_or(otherwise);
}

// A file's text when `text` is its path.
std::string TextOrFile(const std::string& text) {
  std::error_code error;
  if (!fs::is_regular_file(text, error)) return text;
  std::ifstream file(text, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// The columns of a Glue schema as CSV is told of them: "id:long,price:decimal(10,2)". Nested ones are for CSV to refuse.
Result<std::string> ColumnsOfGlueSchema(const base::JsonObject& schema) {
  std::string columns;
  TENON_ASSIGN_OR_RETURN(const base::Json* fields, schema.Array("fields"));
  for (const base::Json& json : *fields) {
    TENON_ASSIGN_OR_RETURN(const base::JsonObject field,
                           base::JsonObject::From(json, "$.fields[]"));
    TENON_ASSIGN_OR_RETURN(const std::string name, field.String("name"));
    TENON_ASSIGN_OR_RETURN(const base::JsonObject type, field.Object("container"));
    TENON_ASSIGN_OR_RETURN(std::string word, type.String("dataType"));
    if (word == "decimal") {
      TENON_ASSIGN_OR_RETURN(const int64_t precision, type.IntegerOr("precision", 10));
      TENON_ASSIGN_OR_RETURN(const int64_t scale, type.IntegerOr("scale", 2));
      word += "(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    }
    columns += (columns.empty() ? "" : ",") + name + ":" + word;
  }
  return columns;
}

// What `--types` declares, in CSV's form.
Result<std::string> DeclaredColumns(const std::string& text) {
  if (!text.starts_with('{')) return ParseColumnTypes(text);
  TENON_ASSIGN_OR_RETURN(const base::Json json, base::ParseJson(text));
  TENON_ASSIGN_OR_RETURN(const base::JsonObject object, base::JsonObject::From(json));
  if (!object.Has("fields")) return text;  // {"id": "long"}: CSV reads it as it is.
  return ColumnsOfGlueSchema(object);
}

Status AddTypes(const Request& request, ReadSpec* read) {
  const bool csv = read->format == "csv";
  const std::string* given = request.Find("types");
  const std::string types = given == nullptr ? "infer" : *given;
  const bool declares = types != "strings" && types != "infer";
  if (!csv) {
    if (types == "infer") return Status::Ok();
    return Status::Unsupported(
               "Only CSV takes types, the values of other formats have theirs: format=" +
               read->format + " option=--types")
        .WithNumber(base::kErrFlagValue)
        .WithHint("Leave --types out.");
  }
  if (given != nullptr || !read->format_options.Has("types")) {
    read->format_options.Set("types", declares ? "infer" : types);
  }
  if (!declares) return Status::Ok();
  TENON_ASSIGN_OR_RETURN(std::string columns,
                         DeclaredColumns(std::string(base::Trim(TextOrFile(types)))));
  read->format_options.Set("columns", std::move(columns));
  return Status::Ok();
}

Status AddColumns(const Request& request, FileQuery* query) {
  std::vector<std::string> columns;
  const auto add = [&columns](ColumnList list, std::string* arguments) {
    *arguments = std::move(list.arguments);
    columns.insert(columns.end(), list.columns.begin(), list.columns.end());
  };
  if (const std::string* select = request.Find("select")) {
    TENON_ASSIGN_OR_RETURN(ColumnList list, ParseSelect(*select));
    add(std::move(list), &query->select);
  }
  if (const std::string* order = request.Find("order-by")) {
    TENON_ASSIGN_OR_RETURN(ColumnList list, ParseOrderBy(*order));
    add(std::move(list), &query->order_by);
  }
  query->read.required_columns = std::move(columns);
  return Status::Ok();
}

// A folder of a process that is gone, by the number in its name.
bool IsAbandoned(const std::string& name) {
  if (!name.starts_with(kStatePrefix)) return false;
  const std::string_view rest = std::string_view(name).substr(kStatePrefix.size());
  const auto pid = base::ParseInteger(rest.substr(0, rest.find('-')));
  return pid && *pid > 1 && rest.find('-') != rest.npos &&
         ::kill(static_cast<pid_t>(*pid), 0) != 0 && errno == ESRCH;
}

void SweepStates(const fs::path& parent) {
  std::error_code error;
  for (fs::directory_iterator at(parent, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    std::error_code ignored;
    if (IsAbandoned(at->path().filename().string())) fs::remove_all(at->path(), ignored);
  }
}

}  // namespace

void AddOptions(const Request& request, std::string_view option, Options* options) {
  for (const auto& [name, value] : request.options) {
    if (name != option) continue;
    const size_t equals = value.find('=');
    options->Set(value.substr(0, equals), value.substr(equals + 1));
  }
}

Result<FileQuery> ParseFileQuery(const Request& request, std::stop_token stop) {
  FileQuery query;
  const std::string* format = request.Find("format");
  TENON_ASSIGN_OR_RETURN(query.source,
                         ParseSource(request.arguments.at(0), format == nullptr, std::move(stop)));
  ReadSpec& read = query.read;
  read.connection_type = query.source.connection_type;
  read.options.Set("path", query.source.path);
  read.format =
      format != nullptr ? base::ToLower(*format) : std::string(query.source.ending.format);
  if (read.format.empty()) {
    return Status::InvalidArgument("Format of the source cannot be told: path=" + query.source.path)
        .WithNumber(base::kErrMissingOption)
        .WithHint("Give it: --format json, --format csv or --format parquet.");
  }
  if (read.format == "csv") {
    read.format_options.Set("withHeader", "true").Set("multiLine", "true");
    if (query.source.ending.tabs) read.format_options.Set("separator", "\t");
  }
  AddOptions(request, "option", &read.format_options);
  if (!read.format_options.Has("recurse")) read.options.Set("recurse", "true");
  TENON_RETURN_IF_ERROR(AddTypes(request, &read));
  if (const std::string* where = request.Find("where")) read.push_down_predicate = *where;
  TENON_RETURN_IF_ERROR(AddColumns(request, &query));
  query.limit = NumberOf(request, "limit", 0);
  return query;
}

Result<Frame> MakeFrame(Job& job, const FileQuery& query) {
  TENON_ASSIGN_OR_RETURN(Frame frame, job.Read(query.read));
  if (!query.order_by.empty()) {
    TENON_ASSIGN_OR_RETURN(frame, job.Transform("sort", {frame}, query.order_by, {}));
  }
  if (query.limit > 0) {
    const std::string rows = base::DumpJson({{"rows", query.limit}});
    TENON_ASSIGN_OR_RETURN(frame, job.Transform("limit", {frame}, rows, {}));
  }
  if (!query.select.empty()) {
    TENON_ASSIGN_OR_RETURN(frame, job.Transform("apply_mapping", {frame}, query.select, {}));
  }
  return frame;
}

JobSettings SettingsFor(const Request& request) {
  JobSettings settings;
  settings.state_folder = request.state_folder;
  settings.memory_bytes = NumberOf(request, "memory", 0);
  settings.threads = static_cast<int>(NumberOf(request, "threads", 0));
  settings.connectors = BuiltinConnectors();
  settings.crash_reports = true;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  settings.process_ends = true;  // As main.cc does.
#endif
  return settings;
}

Result<std::unique_ptr<TemporaryState>> TemporaryState::Make() {
  std::error_code error;
  fs::path parent = fs::temp_directory_path(error);
  if (error) parent = "/tmp";
  SweepStates(parent);
  std::string folder =
      (parent / (std::string(kStatePrefix) + std::to_string(::getpid()) + "-XXXXXX")).string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return base::NoFolder("Temporary folder cannot be made", folder, errno);
  }
  return std::unique_ptr<TemporaryState>(new TemporaryState(std::move(folder)));
}

TemporaryState::~TemporaryState() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace tenon::cli
