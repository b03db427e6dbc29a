// What a read or write of a SQLite database is told. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tenon/option_spec.h"

namespace tenon::sqlite {

struct SourceOptions {
  std::string path;
  std::string url;
  Secret password;
  std::string db_table, query, filter_predicate, user;
  std::optional<std::string> partition_column;
  std::optional<int64_t> lower_bound, upper_bound, num_partitions;
  int64_t busy_timeout = 10'000;
};

struct SinkOptions {
  std::string path;
  std::string url;
  Secret password;
  std::string db_table, user;
  int64_t busy_timeout = 10'000;
};

const OptionSpec<SourceOptions>& SourceSpec();
const OptionSpec<SinkOptions>& SinkSpec();

// With `path` set, from the URL when that was given; one of dbTable and query, and all four of partitioning or none.
// Errors: those of options; TN2307 the URL is none of a database file.
Result<SourceOptions> ParseSource(const Options& options);
Result<SinkOptions> ParseSink(const Options& options);

}  // namespace tenon::sqlite
