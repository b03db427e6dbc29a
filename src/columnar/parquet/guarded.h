// Calls Arrow's Parquet code, some of which throws. Private to the module; any thread.
#pragma once

#include <arrow/status.h>
#include <parquet/exception.h>

#include <exception>
#include <new>

namespace tenon::columnar {

template <typename Call>
arrow::Status Guarded(const Call& call) {
  try {
    return call();
  } catch (const parquet::ParquetStatusException& error) {
    return error.status();
  } catch (const parquet::ParquetException& error) {
    return arrow::Status::IOError(error.what());
  } catch (const std::bad_alloc&) {
    return arrow::Status::OutOfMemory("An allocation failed");
  } catch (const std::exception& error) {
    return arrow::Status::UnknownError(error.what());
  }
}

}  // namespace tenon::columnar
