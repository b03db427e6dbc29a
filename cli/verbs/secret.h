// `tenon secret create|list|delete`. No command shows a value.
#pragma once

#include <cstdio>

#include "entry.h"

namespace tenon::cli {

int AnswerSecret(const Request& request, FILE* out, FILE* err);

}  // namespace tenon::cli
