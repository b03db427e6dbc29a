#include "connectors/sqlite/sqlite_options.h"

#include <string_view>
#include <utility>

#include "base/error_catalog.h"
#include "base/text.h"

namespace tenon::sqlite {
namespace {

constexpr double kLongestWait = 3'600'000, kMostPartitions = 1'000'000;

Status BadUrl(const std::string& reason, const char* option = "url") {
  return Status::InvalidArgument("URL names no SQLite file: option=" + std::string(option) +
                                 " reason=" + reason)
      .WithNumber(base::kErrDatabaseUrl)
      .WithHint("Write jdbc:sqlite:/folder/file.db.");
}

// "/a/b.db" of "jdbc:sqlite:/a/b.db?cache=shared".
Result<std::string> PathOf(std::string_view url) {
  constexpr std::string_view kScheme = "jdbc:sqlite:";
  if (base::ToLower(url.substr(0, kScheme.size())) != kScheme)
    return BadUrl("it does not begin with " + std::string(kScheme));
  url.remove_prefix(kScheme.size());
  if (url.starts_with(":resource:")) return BadUrl("it is a resource of a JAR");
  if (url.starts_with("file:")) url.remove_prefix(5);
  return std::string(url.substr(0, url.find('?')));
}

// SQLite takes these for databases that end with their connection: what is written there is lost.
Status RefuseMemory(const std::string& path, const char* option) {
  if (!path.empty() && !path.starts_with(":memory:") && !path.starts_with("file:"))
    return Status::Ok();
  return BadUrl("a database in memory, or of no name, ends with its connection", option);
}

template <typename Parsed>
Status SetPath(Parsed* parsed) {
  if (parsed->path.empty() == parsed->url.empty()) {
    return Status::InvalidArgument("One of two options is needed: options=path,url")
        .WithNumber(base::kErrMissingOption)
        .WithHint("Give path, the database's file, or url, as in jdbc:sqlite:/folder/file.db.");
  }
  if (!parsed->path.empty()) return RefuseMemory(parsed->path, "path");
  TENON_ASSIGN_OR_RETURN(parsed->path, PathOf(parsed->url));
  return RefuseMemory(parsed->path, "url");
}

}  // namespace

const OptionSpec<SourceOptions>& SourceSpec() {
  using S = SourceOptions;
  static const auto spec =
      OptionSpec<S>()
          .Add("path", &S::path, {.help = "The database's file: this, or url."})
          .Add("url", &S::url, {.help = "jdbc:sqlite: and the file."})
          .Add("dbTable", &S::db_table, {.help = "The table or view to read: this, or query."})
          .Add("query", &S::query, {.help = "The SELECT whose rows are read."})
          .Add("filterPredicate", &S::filter_predicate,
               {.help = "A condition in SQLite's SQL; only rows for which it is true are read."})
          .Add("partitionColumn", &S::partition_column,
               {.help = "A whole-number column by which the rows are read in parts. Tables are "
                        "read in parts of their rowid without it."})
          .Add("lowerBound", &S::lower_bound,
               {.help = "About the column's lowest value: for the width of the parts."})
          .Add("upperBound", &S::upper_bound, {.help = "About its highest value."})
          .Add("numPartitions", &S::num_partitions,
               {.help = "How many parts.", .minimum = 1, .maximum = kMostPartitions})
          .Add("busy_timeout", &S::busy_timeout,
               {.help = "Milliseconds that locks of other programs are waited for.",
                .minimum = 0,
                .maximum = kLongestWait})
          .Add("user", &S::user, {.help = "Nobody: SQLite has no users."})
          .Add("password", &S::password, {.help = "Of nobody: SQLite has no users."});
  return spec;
}

const OptionSpec<SinkOptions>& SinkSpec() {
  using S = SinkOptions;
  static const auto spec =
      OptionSpec<S>()
          .Add("path", &S::path, {.help = "The database's file: this, or url; made when missing."})
          .Add("url", &S::url, {.help = "jdbc:sqlite: and the file."})
          .Add("dbTable", &S::db_table,
               {.help = "The table; made when it is missing.", .required = true})
          .Add("busy_timeout", &S::busy_timeout,
               {.help = "Milliseconds that locks of other programs are waited for.",
                .minimum = 0,
                .maximum = kLongestWait})
          .Add("user", &S::user, {.help = "Nobody: SQLite has no users."})
          .Add("password", &S::password, {.help = "Of nobody: SQLite has no users."});
  return spec;
}

Result<SourceOptions> ParseSource(const Options& options) {
  TENON_ASSIGN_OR_RETURN(SourceOptions parsed, SourceSpec().Parse(options));
  TENON_RETURN_IF_ERROR(SetPath(&parsed));
  if (parsed.db_table.empty() == parsed.query.empty()) {
    return Status::InvalidArgument("One of two options is needed: options=dbTable,query")
        .WithHint("Give dbTable to read a table, or query to read a statement's rows.")
        .WithNumber(base::kErrMissingOption);
  }
  const int given = parsed.partition_column.has_value() + parsed.lower_bound.has_value() +
                    parsed.upper_bound.has_value() + parsed.num_partitions.has_value();
  if (given != 0 && given != 4) {
    return Status::InvalidArgument(
               "Options belong together: options=partitionColumn,lowerBound,upperBound,"
               "numPartitions")
        .WithHint("Give all four of them, or none.")
        .WithNumber(base::kErrMissingOption);
  }
  if (given == 4 && *parsed.lower_bound > *parsed.upper_bound) {
    return Status::InvalidArgument("Bounds are the wrong way round: option=lowerBound value=" +
                                   std::to_string(*parsed.lower_bound) +
                                   " upperBound=" + std::to_string(*parsed.upper_bound))
        .WithNumber(base::kErrOptionBounds);
  }
  return parsed;
}

Result<SinkOptions> ParseSink(const Options& options) {
  TENON_ASSIGN_OR_RETURN(SinkOptions parsed, SinkSpec().Parse(options));
  TENON_RETURN_IF_ERROR(SetPath(&parsed));
  return parsed;
}

}  // namespace tenon::sqlite
