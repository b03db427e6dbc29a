// How the connector `brittle` breaks: the same connector is built with breaking.cc and with mended.cc.
#pragma once

#include <string>

namespace brittle {

// Ends the process in the way asked for, one of segv, abort and overflow; the mended build returns.
void BreakAsAsked(const std::string& how);

}  // namespace brittle
