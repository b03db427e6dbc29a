// What the verbs tell people: errors and remarks on a stream of text.
#pragma once

#include <cstdio>
#include <string_view>

#include "tenon/status.h"

namespace tenon::cli {

// A terminal, and no NO_COLOR; or CLICOLOR_FORCE.
bool ColourWanted(FILE* stream);

void Print(FILE* stream, std::string_view text);

// `error[TNnnnn]: text`, then `where:` and `hint:` lines. Gives the exit code.
int Fail(const Status& status, FILE* err);

}  // namespace tenon::cli
