// `tenon conn create|list|show|delete`.
#pragma once

#include <cstdio>

#include "entry.h"

namespace tenon::cli {

int AnswerConn(const Request& request, FILE* out, FILE* err);

}  // namespace tenon::cli
