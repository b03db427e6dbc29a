// A second stack for a thread's signal handlers: without one, an overflow of the first ends the process unheard.
#pragma once

namespace tenon::connector {

// Gives the calling thread one at its first call, until the thread ends. A thread that has one already (from a
// sanitizer, from Python's faulthandler, from a JVM) keeps it. Where memory is short there is none, and only the report
// of an overflow is lost.
void HaveAlternateStack();

}  // namespace tenon::connector
