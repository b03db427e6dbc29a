// `tenon preview` and `tenon schema`: a look at files, which leaves nothing behind.
#pragma once

#include <cstdio>
#include <string>

#include "entry.h"
#include "tenon/schema.h"

namespace tenon::cli {

// The first rows. Gives the exit code.
int Preview(const Request& request, FILE* out, FILE* err);
// The schema of all rows. Gives the exit code.
int ShowSchema(const Request& request, FILE* out, FILE* err);

// "id bigint, price decimal(10,2)": what --types of a later command takes.
std::string SchemaAsDdl(const Schema& schema);

}  // namespace tenon::cli
