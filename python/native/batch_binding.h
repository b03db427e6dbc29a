// Schema and RecordBatch in Python: names and types, and the Arrow capsules that every library reads.
#pragma once

#include <nanobind/nanobind.h>

#include <memory>

#include "tenon/record_batch.h"

namespace tenon::python {

// A batch that Python holds: immutable, so that it can be exported more than once.
using HeldBatch = std::shared_ptr<const RecordBatch>;

void BindBatches(nanobind::module_& module);
nanobind::object ToPython(RecordBatch batch);
nanobind::object ToPython(SchemaPtr schema);

// `*out` shares the buffers of `batch`, which lives until out's release and those of all its children were called.
void ShareArray(const HeldBatch& batch, ArrowArray* out);

}  // namespace tenon::python
