// A table of SQLite read whole, beside a plain loop of SQLite's own calls.
//
//   sqlite_bench make PATH ROWS          sixteen columns: six INTEGER, four REAL, six TEXT; unless it is there
//   sqlite_bench read PATH THREADS       by the connector, into batches
//   sqlite_bench loop PATH THREADS       sqlite3_step and sqlite3_column_…, into a buffer for each column
//   sqlite_bench step PATH               sqlite3_step alone
//
// Prints one JSON object: answer (rows, and the sums of all columns of each type), seconds and cpu_seconds.
#include <sqlite3.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "connectors/sqlite/sqlite.h"
#include "tenon/column_view.h"

namespace tenon::bench {
namespace {

constexpr int kWhole = 6, kReal = 4, kText = 6, kColumns = kWhole + kReal + kText;
constexpr int64_t kBatchRows = 65'536;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Totals {
  int64_t rows = 0, whole = 0, bytes = 0;
  double real = 0;

  void Add(const Totals& other) {
    rows += other.rows;
    whole += other.whole;
    bytes += other.bytes;
    real += other.real;
  }
};

using Handle = std::unique_ptr<sqlite3, int (*)(sqlite3*)>;
using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

Handle Open(const std::string& path) {
  sqlite3* handle = nullptr;
  sqlite3_open_v2(path.c_str(), &handle,
                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  return {handle, &sqlite3_close};
}

Statement Prepare(sqlite3* handle, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    std::fprintf(stderr, "error: %s\n", sqlite3_errmsg(handle));
    std::exit(1);
  }
  return {statement, &sqlite3_finalize};
}

int Make(const std::string& path, int64_t rows) {
  if (std::filesystem::exists(path)) return 0;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  const std::string part = path + ".part";
  std::filesystem::remove(part);
  {
    const Handle handle = Open(part);
    std::string columns, places;
    for (int i = 0; i < kColumns; ++i) {
      columns += (i > 0 ? ", c" : "c") + std::to_string(i) +
                 (i < kWhole           ? " INTEGER"
                  : i < kWhole + kReal ? " REAL"
                                       : " TEXT");
      places += i > 0 ? ", ?" : "?";
    }
    sqlite3_exec(handle.get(),
                 ("PRAGMA synchronous = OFF; CREATE TABLE t (" + columns + "); BEGIN").c_str(),
                 nullptr, nullptr, nullptr);
    const Statement insert = Prepare(handle.get(), "INSERT INTO t VALUES (" + places + ")");
    for (int64_t row = 0; row < rows; ++row) {
      for (int i = 0; i < kWhole; ++i)
        sqlite3_bind_int64(insert.get(), i + 1, row * (i + 7) % 1'000'003);
      for (int i = 0; i < kReal; ++i)
        sqlite3_bind_double(insert.get(), kWhole + i + 1,
                            static_cast<double>(row * (i + 3) % 9973) / 4 + 0.25);
      for (int i = 0; i < kText; ++i) {
        const std::string text = "text " + std::to_string(row * (i + 11) % 5003) +
                                 (i == 0 ? " of a longer comment" : "");
        sqlite3_bind_text(insert.get(), kWhole + kReal + i + 1, text.c_str(), -1, SQLITE_TRANSIENT);
      }
      sqlite3_step(insert.get());
      sqlite3_reset(insert.get());
    }
    sqlite3_exec(handle.get(), "COMMIT", nullptr, nullptr, nullptr);
  }
  std::filesystem::rename(part, path);
  return 0;
}

// What the loop fills: a buffer for each column, for so many rows.
struct Buffers {
  std::vector<std::vector<int64_t>> whole{kWhole};
  std::vector<std::vector<double>> real{kReal};
  std::vector<std::string> text = std::vector<std::string>(kText);
  std::vector<std::vector<int32_t>> ends{kText};
  int64_t rows = 0;

  void Empty(Totals* totals) {
    for (auto& column : whole) {
      for (const int64_t value : column) totals->whole += value;
      column.clear();
    }
    for (auto& column : real) {
      for (const double value : column) totals->real += value;
      column.clear();
    }
    for (size_t i = 0; i < text.size(); ++i) {
      totals->bytes += static_cast<int64_t>(text[i].size());
      text[i].clear();
      ends[i].clear();
    }
    totals->rows += rows;
    rows = 0;
  }
};

Totals LoopOver(const std::string& path, const std::string& where) {
  const Handle handle = Open(path);
  const Statement select = Prepare(handle.get(), "SELECT * FROM t" + where);
  Totals totals;
  Buffers buffers;
  while (sqlite3_step(select.get()) == SQLITE_ROW) {
    for (int i = 0; i < kWhole; ++i)
      buffers.whole[static_cast<size_t>(i)].push_back(sqlite3_column_int64(select.get(), i));
    for (int i = 0; i < kReal; ++i)
      buffers.real[static_cast<size_t>(i)].push_back(
          sqlite3_column_double(select.get(), kWhole + i));
    for (int i = 0; i < kText; ++i) {
      const auto at = static_cast<size_t>(i);
      const auto* text =
          reinterpret_cast<const char*>(sqlite3_column_text(select.get(), kWhole + kReal + i));
      buffers.text[at].append(
          text, static_cast<size_t>(sqlite3_column_bytes(select.get(), kWhole + kReal + i)));
      buffers.ends[at].push_back(static_cast<int32_t>(buffers.text[at].size()));
    }
    if (++buffers.rows == kBatchRows) buffers.Empty(&totals);
  }
  buffers.Empty(&totals);
  return totals;
}

// `work` in each of so many threads; the sum of what they give.
Totals InThreads(int threads, const std::function<Totals(int)>& work) {
  std::mutex mutex;
  Totals all;
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      const Totals part = work(i);
      const std::lock_guard lock(mutex);
      all.Add(part);
    });
  }
  for (std::thread& thread : running) thread.join();
  return all;
}

Totals Loop(const std::string& path, int threads) {
  int64_t last = 0;
  {
    const Handle handle = Open(path);
    const Statement max = Prepare(handle.get(), "SELECT max(rowid) FROM t");
    sqlite3_step(max.get());
    last = sqlite3_column_int64(max.get(), 0);
  }
  return InThreads(threads, [&](int i) {
    return LoopOver(path, threads == 1
                              ? ""
                              : " WHERE rowid > " + std::to_string(last * i / threads) +
                                    " AND rowid <= " + std::to_string(last * (i + 1) / threads));
  });
}

Totals Step(const std::string& path) {
  const Handle handle = Open(path);
  const Statement select = Prepare(handle.get(), "SELECT * FROM t");
  Totals totals;
  while (sqlite3_step(select.get()) == SQLITE_ROW) ++totals.rows;
  return totals;
}

void AddBatch(const RecordBatch& batch, Totals* totals) {
  for (int i = 0; i < kColumns; ++i) {
    const ArrowArray& column = *batch.array().children[i];
    const int64_t rows = batch.num_rows();
    if (i < kWhole) {
      const auto* values = static_cast<const int64_t*>(column.buffers[1]) + column.offset;
      for (int64_t row = 0; row < rows; ++row) totals->whole += values[row];
    } else if (i < kWhole + kReal) {
      const auto* values = static_cast<const double*>(column.buffers[1]) + column.offset;
      for (int64_t row = 0; row < rows; ++row) totals->real += values[row];
    } else {
      const auto* ends = static_cast<const int32_t*>(column.buffers[1]) + column.offset;
      totals->bytes += ends[rows] - ends[0];
    }
  }
  totals->rows += batch.num_rows();
}

Totals Read(const std::string& path, int threads) {
  const std::unique_ptr<Connector> connector = sqlite::MakeSqliteConnector();
  Options options;
  options.Set("path", path).Set("dbTable", "t");
  const auto source = *connector->OpenSource(options, {});
  const auto scan = *source->Plan({.wanted_partitions = threads}, {});
  const std::vector<Partition> parts = *scan->NextPartitions({});
  std::atomic<size_t> next = 0;
  return InThreads(threads, [&](int) {
    Totals totals;
    for (size_t part = next++; part < parts.size(); part = next++) {
      const auto reader = *scan->local_readers()->Open(parts[part], {});
      while (true) {
        const auto batch = *reader->Next();
        if (!batch) break;
        AddBatch(*batch, &totals);
      }
    }
    return totals;
  });
}

}  // namespace
}  // namespace tenon::bench

int main(int argc, char** argv) {
  using namespace tenon::bench;
  const std::string verb = argc > 1 ? argv[1] : "", path = argc > 2 ? argv[2] : "";
  const int number = argc > 3 ? std::stoi(argv[3]) : 1;
  if (verb == "make") return Make(path, number);
  const auto begun = std::chrono::steady_clock::now();
  const double cpu = CpuSeconds();
  Totals totals;
  if (verb == "read") totals = Read(path, number);
  if (verb == "loop") totals = Loop(path, number);
  if (verb == "step") totals = Step(path);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("{\"answer\": [%" PRId64 ", %" PRId64 ", %" PRId64
              ", %.0f], \"seconds\": %.6f, \"cpu_seconds\": %.6f}\n",
              totals.rows, totals.whole, totals.bytes, totals.real, seconds, CpuSeconds() - cpu);
  return totals.rows > 0 ? 0 : 1;
}
