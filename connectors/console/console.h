// A sink that prints: rows go to an open file descriptor as they come, in one of the formats of files, as a table or as
// an Arrow stream. For `tenon copy SRC -` and `tenon preview`.
//
// What is printed cannot be taken back, so this sink keeps no register (at-least-once), says of every call that it
// was never published when its end failed, and takes one writer at a time; an attempt that is lost after it has
// printed ends the run. Not among the built-in connectors: whoever owns the descriptor hands it in. The connector is
// used by one job; the descriptor stays open.
#pragma once

#include <atomic>
#include <memory>

#include "tenon/connector.h"

namespace tenon {

struct ConsoleSettings {
  int descriptor = 1;
  bool colour = false;  // Of tables.
  // Set when the reader of the descriptor went away (EPIPE); the write then ends with kCancelled. May be null.
  std::atomic<bool>* reader_gone = nullptr;
};

// The connector "console". Its sink's option `format`: table, arrow, or a format that files are written in; other
// options are those of that format.
std::unique_ptr<Connector> MakeConsoleConnector(ConsoleSettings settings);

}  // namespace tenon
