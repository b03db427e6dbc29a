// Sink calls and reads of the connector `files` as jobs of s3_driver: what an engine does, without an engine, so that a
// test can end the process between any two steps and go on in another one.
#pragma once

#include "base/json.h"
#include "tenon/result.h"

namespace tenon::s3_test {

// {"options": {…}, "token": "…", "writers": 2, "rows": 100, "mode": "append", "seq": 1, "commit": true}: writes the
// numbers from 0 on; gives {"state", "messages"}, with which the other two go on.
Result<base::Json> WriteFiles(const base::Json& job);
// {"token", "state", "messages", "seq"}
Result<base::Json> SettleFiles(const base::Json& job);
Result<base::Json> DiscardFiles(const base::Json& job);
// {"options": {…}}: how many rows.
Result<base::Json> ReadFiles(const base::Json& job);

}  // namespace tenon::s3_test
