// The one header of a connector's author: everything that a connector in C++ is made of, and TENON_PLUGIN.
// docs/connectors/writing-a-connector.md goes with it.
#pragma once

#include "tenon/batch_builder.h"   // IWYU pragma: export
#include "tenon/column_view.h"     // IWYU pragma: export
#include "tenon/connector.h"       // IWYU pragma: export
#include "tenon/option_spec.h"     // IWYU pragma: export
#include "tenon/payload.h"         // IWYU pragma: export
#include "tenon/plugin_export.h"   // IWYU pragma: export
#include "tenon/reusable_batch.h"  // IWYU pragma: export
#include "tenon/row_reader.h"      // IWYU pragma: export
